"""python -m tests.ready: a database with the installation in it, which all test databases are copies of.

Migrations take most of a minute, a copy a second. Without READY_DATABASE each test database is migrated by itself.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tools.postgres import binaries

NAME = "READY_DATABASE"
# Whose host the installation answers on is for `set_up` to say: a copy may have another one.
OWN_ROWS = ("public.tenants_domain", "public.tenants_firm")


def template() -> sql.Composable:
    """What CREATE DATABASE says besides the name."""
    ready = os.environ.get(NAME)
    return sql.SQL(" TEMPLATE {}").format(sql.Identifier(ready)) if ready else sql.SQL("")


def copy_to(url: str) -> None:
    """Brings the schemas into the empty database of another server; `set_up` there finds all migrations applied.

    Nothing happens without READY_DATABASE. Raises subprocess.CalledProcessError when the copy is not whole.
    """
    ready = os.environ.get(NAME)
    if not ready:
        return
    source = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{ready}"))
    without = [f"--exclude-table-data={table}" for table in OWN_ROWS]
    dump = subprocess.run(
        [binaries() / "pg_dump", "--format=custom", *without, "--dbname", source],
        check=True,
        capture_output=True,
    )
    subprocess.run(
        [binaries() / "pg_restore", "--exit-on-error", "--dbname", url], input=dump.stdout, check=True
    )


@contextlib.contextmanager
def database(name: str) -> Iterator[str]:
    """The address of a database of this name beside the others: a copy of what is ready, dropped afterwards.

    Only connections of our own are ended. A worker of autovacuum is the server's, which an ordinary role may not end
    (FORCE tries to) and which DROP DATABASE sends away by itself.
    """
    url = urlsplit(os.environ.get("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa"))
    own = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
    )
    with psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True) as connection:

        def drop() -> None:
            connection.execute(own, [name])
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))

        drop()
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + template())
        try:
            yield urlunsplit(url._replace(path=f"/{name}"))
        finally:
            drop()


def main() -> int:
    url = urlsplit(os.environ["DATABASE_URL"])
    name = os.environ[NAME]
    with psycopg.connect(urlunsplit(url._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    environment = os.environ | {"DATABASE_URL": urlunsplit(url._replace(path=f"/{name}"))}
    return subprocess.run([sys.executable, "manage.py", "set_up"], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())

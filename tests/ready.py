"""python -m tests.ready: a database with the installation in it, which all test databases are copies of.

Migrations take most of a minute, a copy a second. Without READY_DATABASE each test database is migrated by itself.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

NAME = "READY_DATABASE"


def template() -> sql.Composable:
    """What CREATE DATABASE says besides the name."""
    ready = os.environ.get(NAME)
    return sql.SQL(" TEMPLATE {}").format(sql.Identifier(ready)) if ready else sql.SQL("")


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

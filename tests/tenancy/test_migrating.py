"""All firms are brought up to date: side by side, those that are behind alone, and again after a kill.

A migration of the public schema's own room does nothing in a firm but to be noted there, so a firm without that note
is one that is behind, whatever the next release brings.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from tenants import migrating
from tenants.cloning import BLUEPRINT, FirmsAreBehind, create_firm, drop_firm, prepare_installation
from tenants.migrating import migrate_firms, migrate_one, unmigrated
from tenants.models import Firm

MANY = 6
NOTE = "DELETE FROM {schema}.django_migrations WHERE app = 'tenants'"
LOST = "DELETE FROM {schema}.django_migrations WHERE app = 'core'"


@pytest.fixture(scope="module")
def firms(django_db_setup: None, django_db_blocker: object) -> Iterator[list[Firm]]:
    """Committed firms, more than are worth processes of their own."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        made = [create_firm(name=f"Behind {n}", slug=f"behind-{os.getpid()}-{n}") for n in range(MANY)]
        yield made
        connection.set_schema_to_public()
        for firm in made:
            drop_firm(firm)


def run(statement: str, *schemas: str) -> None:
    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        for schema in schemas:
            cursor.execute(statement.format(schema=schema))


def names(firms: list[Firm]) -> list[str]:
    return [firm.schema_name for firm in firms]


def test_nothing_to_do_is_found_by_one_query(
    firms: list[Firm], django_assert_max_num_queries: object
) -> None:
    """Besides it the search path (twice), the list of firms, and which of them have records at all."""
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert migrate_firms(jobs=2, tell=pytest.fail) == []


def test_firms_that_are_behind_are_migrated_side_by_side(firms: list[Firm]) -> None:
    run(NOTE, BLUEPRINT, *names(firms))
    assert unmigrated([BLUEPRINT, *names(firms), "firm_hm"]) == [BLUEPRINT, *names(firms)]
    output = StringIO()
    call_command("migrate_firms", jobs=2, stdout=output)
    assert f"{MANY + 1} migrated, 0 failed" in output.getvalue()
    assert output.getvalue().startswith(f"{BLUEPRINT}: ")
    assert unmigrated([BLUEPRINT, *names(firms)]) == []


def test_one_that_fails_stops_no_other(firms: list[Firm]) -> None:
    broken, *others = names(firms)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {broken}.kept AS SELECT * FROM {broken}.django_migrations")
    run(NOTE, *others)
    run(LOST, broken)
    said, told = StringIO(), StringIO()
    with pytest.raises(CommandError, match=f"Not migrated: {broken}$"):
        call_command("migrate_firms", jobs=2, stdout=said, stderr=told)
    assert f"{MANY - 1} migrated, 1 failed" in said.getvalue()
    assert told.getvalue().startswith(f"{broken}: ")
    assert unmigrated(names(firms)) == [broken]
    with pytest.raises(FirmsAreBehind, match=broken):
        prepare_installation()
    run(
        "INSERT INTO {schema}.django_migrations (app, name, applied) SELECT app, name, applied FROM {schema}.kept k"
        " WHERE NOT EXISTS (SELECT FROM {schema}.django_migrations m WHERE m.app = k.app AND m.name = k.name)",
        broken,
    )
    run("DROP TABLE {schema}.kept", broken)
    assert unmigrated(names(firms)) == []


def test_a_run_that_was_killed_is_taken_up_again(firms: list[Firm]) -> None:
    run(NOTE, *names(firms))
    url = urlsplit(os.environ.get("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa"))
    database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
    with subprocess.Popen(
        [sys.executable, "-u", "manage.py", "migrate_firms", "--jobs", "1"],
        env=os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "psa.settings"},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline().startswith(b"firm_behind")
        killed.kill()
    left = unmigrated(names(firms))
    assert len(left) < MANY
    done = migrate_firms(jobs=2, tell=lambda outcome: None)
    assert {outcome.schema for outcome in done} == set(left)
    assert unmigrated(names(firms)) == []


def test_two_runs_do_not_take_the_same_firm(firms: list[Firm]) -> None:
    """The other run's lock is held by another session."""
    schema = names(firms)[0]
    run(NOTE, schema)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(migrating.LOCK, [schema])
            assert migrate_one(schema).error == "another run is migrating it"
            cursor.execute(migrating.UNLOCK, [schema])
    finally:
        other.close()
    assert migrate_one(schema).error == ""


def test_a_firm_without_a_schema_is_said(firms: list[Firm]) -> None:
    assert unmigrated(["firm_of_nobody"]) == ["firm_of_nobody"]
    assert "firm_of_nobody" not in migrate_one(names(firms)[0]).error
    assert migrate_one("firm_of_nobody").error

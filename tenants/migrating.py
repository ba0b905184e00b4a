"""Migrating all firms: in parallel, leaving out those with nothing to do, resuming where an earlier run ended.

Each migration of each firm is one transaction that also notes that it was done. So a run that is killed leaves no
firm half way through a migration, and the next run sees from the database alone what is left.
"""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.utils import get_public_schema_name, get_tenant_base_migrate_command_class
from psycopg import sql

from tenants.models import Firm
from tenants.processes import prepare

APPLIED = sql.SQL(
    "SELECT {schema}, count(DISTINCT (app, name)) FROM {table} WHERE app || '.' || name = ANY({wanted})"
)
WITH_RECORDS = (
    "SELECT schemaname FROM pg_tables WHERE tablename = 'django_migrations' AND schemaname = ANY(%s)"
)
LOCK = "SELECT pg_try_advisory_lock(hashtext('migrate firm'), hashtext(%s))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('migrate firm'), hashtext(%s))"
# Below this many, starting processes takes longer than migrating.
FEW = 3


@dataclass(frozen=True)
class Outcome:
    """What became of one firm. `error` is empty when it is up to date."""

    schema: str
    seconds: float
    error: str = ""


Tell = Callable[[Outcome], None]


def wanted() -> list[str]:
    """What a firm of this release has applied: app.name of each migration in the code."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(f"{app}.{name}" for app, name in loader.graph.nodes)


def known() -> list[str]:
    """Each migration that this release knows, those that were squashed included."""
    return sorted(
        f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    )


def unmigrated(schemas: Sequence[str]) -> list[str]:
    """Those of the schemas in which some migration of the code was not applied; one query reads all their records."""
    needed = wanted()
    # Of the firms' apps nothing stands in the public schema.
    shared = [name for name in needed if name.startswith(f"{Firm._meta.app_label}.")]
    public = get_public_schema_name()
    connection.set_schema_to_public()
    with connection.cursor() as cursor:
        cursor.execute(WITH_RECORDS, [list(schemas)])
        recorded = {schema for (schema,) in cursor.fetchall()}
        done: dict[str, int] = {}
        if recorded:
            each = [
                APPLIED.format(
                    schema=schema,
                    table=sql.Identifier(schema, "django_migrations"),
                    wanted=sql.Placeholder("shared" if schema == public else "needed"),
                )
                for schema in sorted(recorded)
            ]
            cursor.execute(sql.SQL(" UNION ALL ").join(each), {"needed": needed, "shared": shared})
            done = dict(cursor.fetchall())
    return [schema for schema in schemas if done.get(schema) != len(shared if schema == public else needed)]


def migrate_firms(*, jobs: int, tell: Tell) -> list[Outcome]:
    """Brings the blueprint, then all firms up to date, `jobs` at a time. One that fails does not stop the others.

    The blueprint comes first, so that a firm that signs up meanwhile is made from the new one. Firms that are closed
    are migrated too: they may be opened again.
    """
    connection.set_schema_to_public()
    firms = Firm.objects.exclude(schema_name="public").order_by("-is_blueprint", "pk")
    blueprints = {firm.schema_name for firm in firms if firm.is_blueprint}
    todo = unmigrated([firm.schema_name for firm in firms])
    first = [schema for schema in todo if schema in blueprints]
    others = [schema for schema in todo if schema not in blueprints]
    outcomes = _one_by_one(first, tell)
    if any(outcome.error for outcome in outcomes):
        return outcomes  # what the blueprint refuses, no firm would take
    if jobs <= 1 or len(others) <= FEW:
        return outcomes + _one_by_one(others, tell)
    return outcomes + _side_by_side(others, jobs, tell)


def migrate_one(schema: str) -> Outcome:
    """Applies to one firm what is left to apply. Two runs never migrate the same firm at once."""
    started = time.monotonic()
    error = ""
    try:
        connection.set_schema(schema, include_public=False)
        # Else the public schema's records would be taken for this firm's.
        MigrationRecorder(connection).ensure_schema()
        connection.set_schema(schema)
        error = _locked(schema)
    except Exception as problem:  # whatever a migration raises: the other firms go on, and somebody is told
        error = f"{type(problem).__name__}: {problem}".strip()
    finally:
        connection.set_schema_to_public()
    return Outcome(schema, time.monotonic() - started, error)


def _locked(schema: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [schema])
        if not cursor.fetchone()[0]:
            return "another run is migrating it"
    try:
        command = get_tenant_base_migrate_command_class()()
        call_command(command, interactive=False, verbosity=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(UNLOCK, [schema])
    return ""


def _one_by_one(schemas: Sequence[str], tell: Tell) -> list[Outcome]:
    outcomes = []
    for schema in schemas:
        outcomes.append(migrate_one(schema))
        tell(outcomes[-1])
    return outcomes


def _side_by_side(schemas: Sequence[str], jobs: int, tell: Tell) -> list[Outcome]:
    """In processes: most of a migration is Python, and connections are not shared."""
    outcomes = []
    prepared = (str(connection.settings_dict["NAME"]),)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(schemas)), context, prepare, prepared) as pool:
        running: dict[Future[Outcome], str] = {pool.submit(migrate_one, schema): schema for schema in schemas}
        for future in as_completed(running):
            try:
                outcome = future.result()
            except BrokenProcessPool:
                outcome = Outcome(running[future], 0.0, "its process was ended from outside; run this again")
            outcomes.append(outcome)
            tell(outcome)
    return outcomes

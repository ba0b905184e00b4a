"""The benchmark's own database: made, founded, filled, and dropped at the end."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from core import clock
from people.models import User
from psa.bench.environment import BESIDE, OWN
from psa.bench.filling import Size, fill
from psa.founding import found_firm
from tenants.cloning import prepare_installation
from tenants.models import Firm

SLUG = "bench"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Place:
    """A firm with work in it. `monday` begins its current week, `through` ends the year of approved work."""

    firm: Firm
    owner: User
    size: Size
    today: date
    monday: date

    @property
    def through(self) -> date:
        return self.monday - timedelta(days=1)

    @property
    def root_host(self) -> str:
        return str(settings.BASE_DOMAIN)

    @property
    def host(self) -> str:
        return self.firm.domains.get().domain


@contextmanager
def own_place(size: Size) -> Iterator[Place]:
    """Enters the filled firm. With BENCH_KEEP the database stays, and a later run of the same size finds it.

    BENCH_TEMPLATE names a database with the installation in it, to copy instead of migrating anew.
    """
    keeps = bool(os.environ.get("BENCH_KEEP"))
    _execute("CREATE DATABASE {}", unless_there=True, template=os.environ.get("BENCH_TEMPLATE", ""))
    try:
        yield _founded(size)
    finally:
        connection.close()
        connection.close_pool()
        if not keeps:
            _drop()


def _founded(size: Size) -> Place:
    started = time.perf_counter()
    prepare_installation()
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    firm = Firm.objects.filter(slug=SLUG).first()
    if firm is None:
        firm, _ = found_firm(
            name="Bench",
            slug=SLUG,
            owner_name="Olu Hartwell",
            owner_email="owner@bench.example",
            password=PASSWORD,
            time_zone="UTC",
            at=clock.now(),
        )
        migrated = time.perf_counter()
        connection.set_tenant(firm)
        fill(size, monday)
        print(
            f"Database {migrated - started:.1f} s, filled {time.perf_counter() - migrated:.1f} s", flush=True
        )
    connection.set_tenant(firm)
    call_command("collectstatic", interactive=False, verbosity=0)
    owner = User.objects.get(email="owner@bench.example")
    return Place(firm, owner, size, today, monday)


def _drop() -> None:
    """Ends our connections only: a worker of autovacuum is the server's, which an ordinary role may not end, and which
    DROP DATABASE sends away by itself.
    """
    with psycopg.connect(os.environ[BESIDE], autocommit=True) as beside:
        beside.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
            [os.environ[OWN]],
        )
    _execute("DROP DATABASE {}")


def _execute(statement: str, *, unless_there: bool = False, template: str = "") -> None:
    """One statement about the own database, from the one beside it."""
    name = os.environ[OWN]
    with psycopg.connect(os.environ[BESIDE], autocommit=True) as beside:
        if unless_there and beside.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        beside.execute(sql.SQL(statement).format(sql.Identifier(name)) + copied)

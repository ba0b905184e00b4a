"""Fifty invoices on their way to QuickBooks while everything fails: exactly fifty there, none twice, none lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core import clock, later, outbox
from core.models import OutboxRow
from integrations.models import CallBucket, Connection, ExternalLink
from integrations.quickbooks.client import company
from integrations.quickbooks.connecting import start_connecting
from integrations.quickbooks.tokens import refresh_after_401
from people.models import User
from tenants.cloning import drop_firm
from tenants.models import Firm
from tests.cast import Cast, add_cast
from tests.conftest import found
from tests.faults.carrying import Worker, start
from tests.faults.fifty import Fifty, connect, issue_fifty
from tests.integrations.quickbooks.test_connecting import consent, finish
from tests.stand_ins import Sandbox
from tests.waiting import wait_until

TOKENS = "POST /quickbooks/oauth2/v1/tokens/bearer"
CREATE = {"entity": "Invoice", "operation": "create"}


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Firm, Cast]]:
    """A committed firm whose queue loses every task: the sweep alone carries."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(later, "_send", lambda *task: None)
        firm = found("Fifty firm", "fifty", "olu@hm.example")
        connection.set_tenant(firm)
        try:
            cast = add_cast(User.objects.get(email="olu@hm.example"))
            issue_fifty(cast)
            connection.set_schema_to_public()
            yield firm, cast
        finally:
            connection.set_schema_to_public()
            drop_firm(firm)


@pytest.fixture
def fifty(founded: tuple[Firm, Cast], sandbox: Sandbox, django_db_blocker: Any) -> Iterator[Fifty]:
    """All fifty queued, nothing sent yet."""
    firm, cast = founded
    with django_db_blocker.unblock():
        connection.set_tenant(firm)
        yield connect(cast, sandbox)
        connection.set_schema_to_public()


def test_two_workers_at_once_send_nothing_twice(fifty: Fifty) -> None:
    moved = fifty.work()
    assert all(moved)
    fifty.finish()
    fifty.each_is_there_once()


@pytest.mark.parametrize("kind", ["drop_after_commit", "cut_body"])
def test_answers_that_are_lost_after_the_work_make_nothing_twice(fifty: Fifty, kind: str) -> None:
    fifty.books.order_fault(kind=kind, times=1, entity="Customer", operation="create")
    fifty.books.order_fault(kind=kind, times=12, skip=3, **CREATE)
    fifty.work(1)
    assert fifty.counted()["UNKNOWN"] == 12
    fifty.finish()
    fifty.each_is_there_once()


def sending() -> int:
    return OutboxRow.objects.filter(state=OutboxRow.State.SENDING).count()


def blocked(table: str) -> list[int]:
    """Server processes that wait to write to the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        return [pid for (pid,) in cursor.fetchall()]


def kill_when_it_writes(fifty: Fifty, table: str) -> None:
    """Kills a worker, and its server process, in the moment in which it wants to write to the table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        worker = fifty.start()
        wait_until(lambda: blocked(table), what=f"a worker that writes to {table}")
        worker.kill()
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS pid", [blocked(table)])


def kill_before_it_is_sent(fifty: Fifty) -> None:
    """Claimed; the call is not even counted."""
    kill_when_it_writes(fifty, CallBucket._meta.db_table)


def kill_before_it_is_noted(fifty: Fifty) -> None:
    """The answer came, and could not be kept."""
    kill_when_it_writes(fifty, ExternalLink._meta.db_table)


def kill_while_it_is_done(fifty: Fifty, entity: str, kind: str) -> None:
    """Sent, and done there before (`late`) or after (`delay`) the worker dies."""
    seconds = {"late": 20, "delay": 3}[kind]
    fifty.books.order_fault(kind=kind, entity=entity, operation="create", seconds=seconds, skip=1)
    before, made = sending(), len(fifty.books.all(entity))
    worker = fifty.start()
    wait_until(lambda: not fifty.books.sandbox.look("quickbooks/state")["faults"], what="the fault")
    if kind == "late":
        wait_until(lambda: len(fifty.books.all(entity)) >= made + 1, what="the record")
    wait_until(lambda: sending() > before, what="a claim")
    worker.kill()
    if kind == "delay":
        # The rounds that follow pass by the test's clock, this by the real one.
        wait_until(lambda: len(fifty.books.all(entity)) >= made + 2, what="the work after the death")


def test_workers_are_killed_between_claim_and_answer(fifty: Fifty) -> None:
    kill_before_it_is_sent(fifty)
    kill_while_it_is_done(fifty, "Customer", "late")
    kill_before_it_is_noted(fifty)
    for kind in ("late", "delay", "late"):
        kill_while_it_is_done(fifty, "Invoice", kind)
    kill_before_it_is_noted(fifty)
    kill_before_it_is_sent(fifty)
    # Nobody looks at what the dead have in hand before they are given up.
    fifty.work()
    assert sending() == 8
    assert len(fifty.there()) < 50
    fifty.finish()
    fifty.each_is_there_once()


def test_a_storm_of_429_is_waited_out(fifty: Fifty) -> None:
    fifty.books.order_fault(kind="429", times=4, skip=10, **CREATE)
    fifty.work(1)
    # Who is refused asks no more, nor does anybody else before the pause is over.
    statuses = [request["status"] for request in fifty.books.requests()]
    assert (statuses.count(429), statuses[-1]) == (1, 429)
    assert CallBucket.objects.get().paused_until > clock.now() + timedelta(seconds=30)
    asked = len(statuses)
    fifty.work()
    assert len(fifty.books.requests()) == asked
    fifty.finish()
    statuses = [request["status"] for request in fifty.books.requests()]
    assert statuses.count(429) == 4
    fifty.each_is_there_once()


def test_a_company_that_may_be_asked_little_gets_all(fifty: Fifty) -> None:
    """Fewer calls a minute than we allow ourselves, as when another program uses them up."""
    fifty.books.sandbox.control("quickbooks/limits", {"is_on": True, "per_minute": 25, "per_second": 1000})
    rounds = 0
    while fifty.open_rows():
        fifty.work()
        fifty.pass_time()
        fifty.books.sandbox.control("clock/advance", {"seconds": 61})
        rounds += 1
        assert rounds < 8
    assert rounds > 1
    fifty.each_is_there_once()


def test_a_token_that_changes_while_two_workers_renew_it(fifty: Fifty) -> None:
    """G1, row 1: a slow token endpoint and a refresh token that dies with its first use, twice on the way."""
    old = Connection.objects.get()
    workers: list[Worker] = []
    for skip in (5, 20):
        workers = workers or start(fifty.at, 2)
        wait_until(lambda skip=skip: len(fifty.there()) >= skip, what="invoices")
        fifty.books.sandbox.control("faults", {"match": TOKENS, "kind": "delay", "seconds": 0.5, "times": 1})
        fifty.books.pull_lever("rotate")
        fifty.books.pull_lever("expire")
    for worker in workers:
        worker.wait()
    fifty.finish()
    fifty.each_is_there_once()
    kept = Connection.objects.get()
    assert kept.health == Connection.Health.READY
    assert kept.refresh_token != old.refresh_token
    # The one that is kept is the one that lives.
    assert refresh_after_401(refused=kept.access_token, at=clock.now()) != kept.access_token
    assert company(clock.now()).company_info()["CompanyName"]


def test_access_that_is_lost_on_the_way_loses_nothing(fifty: Fifty) -> None:
    workers = start(fifty.at, 2)
    wait_until(lambda: len(fifty.there()) >= 30, what="invoices")
    fifty.books.pull_lever("reject_refresh")
    fifty.books.pull_lever("expire")
    for worker in workers:
        worker.wait()
    lost = Connection.objects.get()
    assert lost.health == Connection.Health.LOST
    assert "Connect again" in lost.message
    made = len(fifty.there())
    assert made < 50
    assert fifty.counted() == {"DONE": made, "QUEUED": 50 - made}
    # The weekend passes; then somebody connects again.
    for _ in range(outbox.MOST_ATTEMPTS + 1):
        fifty.at += timedelta(hours=4)
        assert outbox.drain(at=fifty.at) == len(fifty.open_rows())
    owner = fifty.cast.owner
    brought = consent(fifty.books.sandbox, start_connecting(by=owner, at=clock.now()), fifty.books.realm)
    finish(brought, owner, at=clock.now())
    fifty.work(1)
    fifty.each_is_there_once()

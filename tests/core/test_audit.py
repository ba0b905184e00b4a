"""Who did what: actions, and the changes that triggers write under them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import audit, triggers
from core.errors import Refusal
from core.models import Action, Change, Job
from core.promises import promises
from tests.core.people import DANA


@pytest.fixture
def probe(firm: Any) -> Callable[..., None]:
    """An audited table of the test's own, and a way to run SQL."""

    def sql(text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(text)

    sql(
        "CREATE TABLE core_probe (id bigint PRIMARY KEY, name text, price numeric(8,2), secret text,"
        " version int, updated_at timestamptz)"
    )
    sql(str(triggers.audited("core_probe", redact=["secret"]).sql))
    sql("INSERT INTO core_probe VALUES (1, 'one', 1.50, 'abc', 1, now()), (2, 'two', 2, 'def', 1, now())")
    return sql


def made() -> Any:
    """What changed in the probe; a firm begins with changes that its migrations made."""
    return Change.objects.filter(table_name="core_probe").order_by("id")


def changes() -> list[tuple[Any, ...]]:
    return list(made().values_list("row_id", "old", "new"))


def test_an_action_keeps_the_person_as_they_were(firm: Any) -> None:
    job = Job.objects.create(kind="test", title="A job")
    with audit.through("web", from_address="203.0.113.9"), transaction.atomic():
        audit.acting(
            "job.look", by=DANA, subject=job, why="Because", on=date(2026, 11, 25), cost=Decimal("1.50")
        )
    action = audit.history(job).get()
    assert (action.actor_id, action.actor_name, action.verb, action.why) == (
        7,
        "Dana Ruiz",
        "job.look",
        "Because",
    )
    assert (action.channel, action.address) == ("web", "203.0.113.9")
    assert (action.subject_kind, action.subject_id) == ("core.job", str(job.pk))
    assert action.facts == {"on": "2026-11-25", "cost": "1.50"}


def test_the_system_acts_without_a_person(firm: Any) -> None:
    with transaction.atomic():
        audit.acting("payments.catch_up", by=None)
    action = Action.objects.latest("id")
    assert (action.actor_id, action.actor_name, action.channel) == (None, "", "system")


def test_an_update_writes_the_changed_columns_old_to_new(probe: Callable[..., None]) -> None:
    with audit.through("api"), transaction.atomic(), audit.acting("probe.edit", by=DANA) as action:
        probe(
            "UPDATE core_probe SET name = 'uno', price = 3, version = 2, updated_at = now() + '1 s' WHERE id = 1"
        )
    assert changes() == [("1", {"name": "one", "price": 1.5}, {"name": "uno", "price": 3.0})]
    change = made().get()
    assert (change.action, change.table_name, change.channel) == (action, "core_probe", "api")


def test_noise_alone_and_same_values_leave_no_trace(probe: Callable[..., None]) -> None:
    probe("UPDATE core_probe SET version = version + 1, updated_at = now() + '1 s'")
    probe("UPDATE core_probe SET name = name")
    assert changes() == []


def test_secrets_are_redacted(probe: Callable[..., None]) -> None:
    probe("UPDATE core_probe SET secret = 'xyz' WHERE id = 1")
    probe("DELETE FROM core_probe WHERE id = 2")
    assert changes() == [
        ("1", {"secret": "…"}, {"secret": "…"}),
        ("2", {"id": 2, "name": "two", "price": 2.0, "secret": "…"}, None),
    ]


def test_nulls_are_values_too(probe: Callable[..., None]) -> None:
    probe("UPDATE core_probe SET name = NULL WHERE id = 1")
    probe("UPDATE core_probe SET name = 'back' WHERE id = 1")
    assert changes() == [("1", {"name": "one"}, {"name": None}), ("1", {"name": None}, {"name": "back"})]


def test_a_change_past_all_operations_is_written_without_an_action(probe: Callable[..., None]) -> None:
    probe("UPDATE core_probe SET name = 'by hand' WHERE id = 1")
    change = made().get()
    assert (change.action, change.channel) == (None, "system")


def test_an_inner_operation_makes_way_for_the_outer_one_again(probe: Callable[..., None]) -> None:
    with transaction.atomic(), audit.acting("outer", by=DANA) as outer:
        with transaction.atomic(), audit.acting("inner", by=DANA) as inner:
            probe("UPDATE core_probe SET name = 'a' WHERE id = 1")
        probe("UPDATE core_probe SET name = 'b' WHERE id = 1")
    assert list(made().values_list("action", flat=True)) == [inner.pk, outer.pk]


def test_an_inner_operation_that_fails_leaves_the_outer_one_current(probe: Callable[..., None]) -> None:
    with transaction.atomic(), audit.acting("outer", by=DANA) as outer:
        with pytest.raises(IntegrityError), transaction.atomic(), audit.acting("inner", by=DANA):
            probe("INSERT INTO core_probe (id) VALUES (1)")
        probe("UPDATE core_probe SET name = 'b' WHERE id = 1")
    assert made().get().action == outer
    assert not Action.objects.filter(verb="inner").exists()


def test_a_thousand_rows_in_one_statement(probe: Callable[..., None]) -> None:
    probe("INSERT INTO core_probe SELECT n, 'row ' || n, n, '', 1, now() FROM generate_series(10, 1009) n")
    with transaction.atomic(), audit.acting("probe.raise", by=DANA) as action:
        probe("UPDATE core_probe SET price = price + 1 WHERE id >= 10")
    assert action.changes.count() == 1000
    assert action.changes.get(row_id="500").new == {"price": 501.0}


def test_acting_belongs_inside_a_transaction(own_firm: Any) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        audit.acting("job.look", by=DANA)


def test_the_current_action_ends_with_its_transaction(own_firm: Any) -> None:
    with transaction.atomic():
        audit.acting("job.look", by=DANA)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('psa.action_id', true)")
        assert cursor.fetchone()[0] in ("", None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_action SET why = 'another'",
        "DELETE FROM core_action",
        "TRUNCATE core_action CASCADE",
        "UPDATE core_change SET row_id = '2'",
        "DELETE FROM core_change",
        "TRUNCATE core_change",
    ],
)
def test_the_record_is_append_only(probe: Callable[..., None], statement: str) -> None:
    with transaction.atomic():
        audit.acting("probe.edit", by=DANA)
        probe("UPDATE core_probe SET name = 'x' WHERE id = 1")
    probe("SET CONSTRAINTS ALL IMMEDIATE")  # as after a commit; TRUNCATE waits for none
    with (
        pytest.raises(Refusal, match="kept as it is and cannot be changed"),
        promises(),
        transaction.atomic(),
    ):
        probe(statement)
    assert made().count() == 1


def test_the_triggers_can_be_taken_back(probe: Callable[..., None]) -> None:
    probe(str(triggers.audited("core_probe").reverse_sql))
    probe("UPDATE core_probe SET name = 'silent' WHERE id = 1")
    assert changes() == []

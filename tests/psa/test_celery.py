"""Periodic work goes to each firm that is open, and to nobody else."""

from collections.abc import Iterator

import pytest
from celery.exceptions import Reject
from django.db import connection

from psa.celery import PERIODIC, app, fan_out
from tenants.models import Firm


@pytest.fixture
def seen() -> Iterator[list[str]]:
    """In which firms a task was run."""
    schemas: list[str] = []

    @app.task(name="tests.where_am_i")
    def where_am_i() -> None:
        schemas.append(connection.schema_name)

    yield schemas
    app.tasks.pop("tests.where_am_i")


def test_one_task_for_each_open_firm(firm: Firm, seen: list[str]) -> None:
    fan_out("tests.where_am_i")
    assert {"firm_hm", "firm_other"} <= set(seen)
    assert {"public", "zz_blueprint"}.isdisjoint(seen)
    assert len(seen) == len(set(seen))
    assert connection.schema_name == "firm_hm"


def test_a_closed_firm_is_left_out(firm: Firm, seen: list[str]) -> None:
    Firm.objects.filter(slug="other").update(state=Firm.State.CLOSED)
    fan_out("tests.where_am_i")
    assert "firm_hm" in seen
    assert "firm_other" not in seen


def test_what_beat_asks_for_exists() -> None:
    app.loader.import_default_modules()
    assert {task for task, _ in PERIODIC.values()} <= set(app.tasks)


def test_a_task_that_could_not_enter_its_firm_is_put_back(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Celery goes on when the receiver that enters the firm failed; the task must not."""
    monkeypatch.setattr("psa.firm_tasks.PAUSE_SECONDS", 0)
    ran: list[str] = []

    @app.task(name="psa.probe")
    def task() -> None:
        ran.append(connection.schema_name)

    for wanted, is_put_back in (("firm_other", True), ("public", True), ("firm_gone", False)):
        connection.set_tenant(firm)
        task.push_request(headers={"_schema_name": wanted})
        with pytest.raises(Reject, match=f"{wanted} could not be entered") as raised:
            task()
        assert raised.value.requeue is is_put_back
        task.pop_request()
    connection.set_tenant(firm)
    task.push_request(headers={"_schema_name": firm.schema_name})
    task()
    task.pop_request()
    assert ran == [firm.schema_name]
    app.tasks.pop("psa.probe")

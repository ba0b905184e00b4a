"""Change orders move budgets, keep why, and can be withdrawn."""

from decimal import Decimal

import pytest

from core.errors import NotAllowed
from core.files import NotWhatItSays
from projects.budgets import limits_of
from projects.changing import (
    AlreadyWithdrawn,
    BelowZero,
    Delta,
    NothingChanges,
    TaskIsElsewhere,
    record_change_order,
    withdraw_change_order,
)
from projects.models import BudgetCrossing, ChangeOrder, Project, Task
from projects.opening import edit_project
from projects.tasking import edit_task
from tests.cast import NOW, TODAY, Cast

Measure = BudgetCrossing.Measure


def agree(cast: Cast, *changes: Delta, reason: str = "Second pump station", **fields: object) -> ChangeOrder:
    return record_change_order(
        project=cast.project, agreed_on=TODAY, reason=reason, changes=changes, by=cast.manager, **fields
    )


def test_original_current_and_variance(cast: Cast) -> None:
    """100 h, then +40 and -10: 130 now, 100 at first. The cap of 50,000.00 gets 7,500.50 more."""
    edit_task(task=cast.design, by=cast.manager, budget_minutes=6000)
    edit_project(project=cast.project, by=cast.manager, budget_fee_amount=Decimal(50_000))
    agree(cast, Delta(cast.design, minutes=2400), Delta(fee_amount=Decimal("7500.50")))
    second = agree(cast, Delta(cast.design, minutes=-600), reason="  Less   survey ")
    assert (second.number, second.reason, second.by_name) == (2, "Less survey", "Dana Ruiz")
    cast.project.refresh_from_db()
    limits = limits_of([cast.project])[cast.project.pk]
    assert (limits.budget(Measure.HOURS), limits.original(Measure.HOURS)) == (7800, 6000)
    assert (limits.budget(Measure.FEES), limits.original(Measure.FEES)) == (Decimal("57500.50"), 50_000)
    assert limits.budget(Measure.EXPENSES) is None
    withdraw_change_order(order=second, by=cast.manager, at=NOW)
    limits = limits_of([cast.project])[cast.project.pk]
    assert (limits.budget(Measure.HOURS), limits.original(Measure.HOURS)) == (8400, 6000)
    with pytest.raises(AlreadyWithdrawn):
        withdraw_change_order(order=second, by=cast.manager, at=NOW)


def test_a_budget_that_an_order_gave_goes_with_it(cast: Cast) -> None:
    order = agree(cast, Delta(cast.review, minutes=600))
    assert Task.objects.get(pk=cast.review.pk).budget_minutes == 600
    withdraw_change_order(order=order, by=cast.manager, at=NOW)
    assert Task.objects.get(pk=cast.review.pk).budget_minutes is None


def test_what_is_refused(cast: Cast) -> None:
    other = Project.objects.create(client=cast.client, name="Other", code="LKS-002")
    line = other.contract_lines.create(name="Time")
    foreign = Task.objects.create(project=other, contract_line=line, name="Foreign")
    with pytest.raises(NothingChanges):
        agree(cast, Delta(cast.design))
    with pytest.raises(BelowZero, match="Hydraulic design"):
        agree(cast, Delta(cast.design, minutes=-60))
    with pytest.raises(TaskIsElsewhere):
        agree(cast, Delta(foreign, minutes=60))
    with pytest.raises(Exception, match="Say why"):
        agree(cast, Delta(cast.design, minutes=60), reason=" ")
    with pytest.raises(Exception, match="once in a change order"):
        agree(cast, Delta(cast.design, minutes=60), Delta(cast.design, minutes=30))
    with pytest.raises(NotWhatItSays):
        agree(cast, Delta(cast.design, minutes=60), paper=("order.pdf", b"no pdf"))
    with pytest.raises(NotAllowed):
        record_change_order(
            project=cast.project, agreed_on=TODAY, reason="Mine", changes=[Delta(minutes=60)], by=cast.member
        )
    assert not ChangeOrder.objects.exists()
    assert Task.objects.get(pk=cast.design.pk).budget_minutes is None


def test_an_order_that_is_used_up_stays(cast: Cast) -> None:
    first = agree(cast, Delta(cast.design, minutes=600))
    agree(cast, Delta(cast.design, minutes=-400))
    with pytest.raises(BelowZero):
        withdraw_change_order(order=first, by=cast.manager, at=NOW)


def test_tasks_beyond_the_cap_are_told(cast: Cast) -> None:
    edit_project(project=cast.project, by=cast.manager, budget_minutes=600)
    for task in (cast.design, cast.review):
        edit_task(task=task, by=cast.manager, budget_minutes=301)
    cast.project.refresh_from_db()
    limits = limits_of([cast.project])[cast.project.pk]
    assert (limits.budget(Measure.HOURS), limits.task_sum(Measure.HOURS)) == (600, 602)
    assert limits.exceeding == ["hours"]

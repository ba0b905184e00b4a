"""A budget split by month: an even spread in literal cents and minutes, what is kept, refused and copied."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, Refusal
from core.models import Action
from core.promises import promises
from projects.budget_months import MOST_MONTHS, months_of, relative, split_of, spread
from projects.budgets import limits_of
from projects.changing import Delta, record_change_order
from projects.models import BudgetMonth, Project
from projects.opening import edit_project
from projects.planning import clone_project, open_from_template
from projects.split_forms import sums_of
from projects.splitting import TooManyMonths, split_budget
from projects.templating import refill_template, save_as_template
from tests.cast import TODAY, Cast

D = Decimal
JAN, FEB, MAR = (date(2026, month, 1) for month in (1, 2, 3))


def test_an_even_spread_adds_up_to_the_cent_and_the_minute() -> None:
    assert list(spread("FEES", D("100.00"), [JAN, FEB, MAR], "USD").values()) == [
        D("33.34"),
        D("33.33"),
        D("33.33"),
    ]
    assert list(spread("FEES", D(100), [JAN, FEB, MAR], "JPY").values()) == [34, 33, 33]
    assert list(spread("HOURS", 1001, [JAN, FEB, MAR], "USD").values()) == [334, 334, 333]
    assert spread("HOURS", None, [JAN], "USD") == {}
    assert spread("HOURS", 60, [], "USD") == {}


def test_the_months_are_those_of_the_project_and_those_that_have_something() -> None:
    project = Project(starts_on=date(2026, 1, 16), ends_on=date(2026, 3, 2))
    assert months_of(project, {}, TODAY) == [JAN, FEB, MAR]
    assert months_of(project, {"HOURS": {date(2025, 12, 1): 1}}, TODAY)[0] == date(2025, 12, 1)
    assert len(months_of(Project(), {}, TODAY)) == 12
    assert months_of(Project(), {}, TODAY)[0] == TODAY.replace(day=1)
    long = Project(starts_on=date(2000, 1, 1), ends_on=date(2050, 1, 1))
    assert len(months_of(long, {}, TODAY)) == MOST_MONTHS
    assert relative({"HOURS": {MAR: 60}}, date(2026, 1, 16)) == [("HOURS", 2, D(60))]
    assert relative({"HOURS": {MAR: 60}}, None) == [("HOURS", 0, D(60))]
    assert relative({"HOURS": {}}, JAN) == []


@pytest.fixture
def planned(cast: Cast) -> Project:
    """20 h and 3,000.00 from January through March."""
    edit_project(
        project=cast.project, by=cast.manager, budget_minutes=1200, budget_fee_amount=D(3000),
        starts_on=JAN, ends_on=date(2026, 3, 31),
    )  # fmt: skip
    project = Project.objects.select_related("client").get(pk=cast.project.pk)
    fees = {JAN: D("1000.004"), FEB: D(1000), MAR: D(1000)}
    return split_budget(project=project, by=cast.manager, split={"HOURS": {JAN: 700, MAR: 500}, "FEES": fees})


def test_it_is_kept_changed_and_compared_with_the_budget(cast: Cast, planned: Project) -> None:
    assert split_of(planned) == {
        "HOURS": {JAN: 700, MAR: 500},
        "FEES": {JAN: D(1000), FEB: D(1000), MAR: D(1000)},
        "EXPENSES": {},
    }
    kept = BudgetMonth.objects.get(measure="HOURS", month=JAN).pk
    split_budget(project=planned, by=cast.manager, split={"HOURS": {JAN: 700, FEB: 60, MAR: 0}})
    assert split_of(planned)["HOURS"] == {JAN: 700, FEB: 60}
    assert len(split_of(planned)["FEES"]) == 3
    assert BudgetMonth.objects.get(measure="HOURS", month=JAN).pk == kept
    assert Action.objects.filter(verb="project.split_budget").count() == 2
    sums = sums_of(limits_of([planned])[planned.pk], split_of(planned))
    assert [(each.months, each.budget, each.differs) for each in sums] == [
        (760, 1200, True), (3000, 3000, False), (0, None, False),
    ]  # fmt: skip


def test_a_change_order_moves_the_budget_alone(cast: Cast, planned: Project) -> None:
    record_change_order(
        project=planned, agreed_on=TODAY, reason="More", by=cast.manager, changes=[Delta(fee_amount=D(500))]
    )
    planned = Project.objects.select_related("client").get(pk=planned.pk)
    fees = sums_of(limits_of([planned])[planned.pk], split_of(planned))[1]
    assert (fees.months, fees.budget, fees.differs) == (3000, 3500, True)


def test_what_is_refused(cast: Cast, planned: Project) -> None:
    with pytest.raises(NotAllowed):
        split_budget(project=planned, by=cast.member, split={})
    many = {date(2000 + number // 12, number % 12 + 1, 1): 60 for number in range(MOST_MONTHS + 1)}
    with pytest.raises(TooManyMonths, match="120 months"):
        split_budget(project=planned, by=cast.manager, split={"HOURS": many})
    with pytest.raises(Refusal, match="zero or more"):
        split_budget(project=planned, by=cast.manager, split={"FEES": {JAN: D(-1)}})
    with pytest.raises(Refusal, match="first day"):
        split_budget(project=planned, by=cast.manager, split={"HOURS": {date(2026, 1, 2): 1}})
    row = BudgetMonth.objects.first()
    assert row is not None
    row.pk = None
    with pytest.raises(Refusal, match="stands once"), promises(), transaction.atomic():
        row.save(force_insert=True)
    assert len(split_of(planned)["HOURS"]) == 2


def test_copies_and_templates_take_it_along_by_month(cast: Cast, planned: Project) -> None:
    wanted: dict[str, Any] = {"client": cast.client, "by": cast.manager, "starts_on": date(2028, 11, 20)}
    template = save_as_template(project=planned, name="Three months", by=cast.manager)
    refill_template(template=template, project=planned, by=cast.manager)
    copies = [
        clone_project(project=planned, name="Copy", **wanted),
        open_from_template(template=template, name="Opened", **wanted),
    ]
    november, december, january = date(2028, 11, 1), date(2028, 12, 1), date(2029, 1, 1)
    for copy in copies:
        assert split_of(copy) == {
            "HOURS": {november: 700, january: 500},
            "FEES": {november: D(1000), december: D(1000), january: D(1000)},
            "EXPENSES": {},
        }
    bare = clone_project(project=planned, name="No day", client=cast.client, by=cast.manager)
    assert not bare.budget_months.exists()

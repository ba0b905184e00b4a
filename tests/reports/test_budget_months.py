"""Budget against actual by month: figures, page, dialog."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from projects.budget_months import split_of
from projects.models import Project
from projects.opening import edit_project
from projects.splitting import split_budget
from reports.budget_months import budget_months
from reports.budget_parts import Lens
from tests.billing.spending import spend
from tests.billing.work import log
from tests.cast import NOW, TODAY, Cast

D = Decimal
SEP, OCT, NOV = (date(2026, month, 1) for month in (9, 10, 11))
HX = {"HX-Request": "true"}


def planned(cast: Cast) -> Project:
    """30 h and 6,000.00 over three months; 10 h of September billed, 2 h of November not approved."""
    edit_project(
        project=cast.project, by=cast.manager, budget_minutes=1800, budget_fee_amount=D(6000),
        budget_expense_amount=D(100), starts_on=SEP, ends_on=date(2026, 11, 30),
    )  # fmt: skip
    project = Project.objects.select_related("client").get(pk=cast.project.pk)
    split = {
        "HOURS": {SEP: 500, OCT: 600, NOV: 700},
        "FEES": {SEP: D(2000), NOV: D(3000)},
        "EXPENSES": {OCT: D(100)},
    }
    split_budget(project=project, by=cast.manager, split=split)
    log(cast.member, cast.design, 600, day=date(2026, 9, 10))
    draft = draft_invoice(project=project, through=date(2026, 9, 30), by=cast.finance, on=TODAY)
    issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    log(cast.member, cast.design, 120, day=date(2026, 11, 2), state="DRAFT")
    return project


def figures(project: Project, lens: Lens) -> list[tuple[Any, ...]]:
    return [
        (each.first.month, each.budget, each.recorded, each.approved, each.billed, each.left_so_far)
        for each in budget_months(project, lens).months
    ]


def test_each_month_and_all_until_then(cast: Cast) -> None:
    project = planned(cast)
    spend(cast.member, cast.project, "40")
    assert figures(project, Lens.HOURS) == [
        (9, 500, 600, 600, 600, -100), (10, 600, 0, 0, 0, 500), (11, 700, 120, 0, 0, 1080),
    ]  # fmt: skip
    assert figures(project, Lens.FEES) == [
        (9, 2000, 1900, 1900, 1900, 100), (10, 0, 0, 0, 0, 100), (11, 3000, 380, 0, 0, 2720),
    ]  # fmt: skip
    assert figures(project, Lens.EXPENSES)[0][:3] == (10, 100, 0)
    assert figures(project, Lens.EXPENSES)[-1][2] == 40
    assert budget_months(project, Lens.FEES).sum.differs
    assert not budget_months(project, Lens.HOURS).sum.differs


def test_nothing_at_all_and_a_stray_month(cast: Cast) -> None:
    project = Project.objects.select_related("client").get(pk=cast.project.pk)
    assert (figures(project, Lens.HOURS), budget_months(project, Lens.HOURS).is_split) == ([], False)
    split = {"HOURS": {date(1990, 1, 1): 60, NOV: 60}}
    split_budget(project=project, by=cast.manager, split=split)
    assert [each.first.year for each in budget_months(project, Lens.HOURS).months] == [1990, 2026]


def test_statements_do_not_grow_with_months(cast: Cast) -> None:
    project = planned(cast)
    with CaptureQueriesContext(
        connection,
    ) as few:
        budget_months(project, Lens.FEES)
    split = {"FEES": {date(2026, month, 1): D(10) for month in range(1, 13)}}
    split_budget(project=project, by=cast.manager, split=split)
    for month in range(1, 9):
        log(cast.member, cast.design, 60, day=date(2026, month, 5))
    with CaptureQueriesContext(connection) as many:
        budget_months(project, Lens.FEES)
    assert len(few) == len(many) == 5


def test_the_grid_is_spread_added_up_and_saved(web: Callable[..., Any], cast: Cast) -> None:
    project, manager = planned(cast), web(cast.manager)
    url = reverse("projects:budget-months", args=[project.pk])
    assert "Sep 2026" in manager.get(url, headers=HX).content.decode()
    assert web(cast.member).get(url, headers=HX).status_code == 403
    spread = manager.post(url, {"spread": "1"}, headers=HX).content.decode()
    assert spread.count('value="2,000.00"') == 3
    assert 'value="33.34"' in spread
    assert split_of(project)["FEES"] == {SEP: D(2000), NOV: D(3000)}
    typed = {"hours-2026-09": "30", "fees-2026-10": "4000.10", "expenses-2026-11": "x"}
    summed = manager.post(url, typed | {"sum": "1"}, headers=HX)
    assert summed.status_code == 200
    assert "$4,000.10" in summed.content.decode()
    wrong = manager.post(url, typed, headers=HX)
    assert wrong.status_code == 422
    assert 'value="4000.10"' in wrong.content.decode()
    assert manager.post(url, typed | {"expenses-2026-11": ""}, headers=HX).status_code == 204
    assert split_of(project) == {"HOURS": {SEP: 1800}, "FEES": {OCT: D("4000.1")}, "EXPENSES": {}}
    page = web(cast.owner).get(reverse("reports:project-budget", args=[project.pk]), {"of": "fees"})
    assert "another sum than the budget" in page.content.decode()
    assert "$4,000.10" in page.content.decode()

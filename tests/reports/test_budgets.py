"""Budgets against what is recorded, approved and billed, and how they burn."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.drafting import draft_invoice
from billing.editing import edit_line
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from people.models import Holiday
from projects.models import Project
from projects.opening import edit_project
from projects.tasking import add_task, edit_task, record_progress
from reports.budgets import ProjectBudget, budgets_of
from tests.billing.work import THROUGH, log
from tests.cast import NOW, TODAY, Cast
from timesheets.models import Expense, ExpenseCode, ExpenseReport


def budget_of(cast: Cast) -> ProjectBudget:
    project = Project.objects.select_related("client").get(pk=cast.project.pk)
    return budgets_of([project], today=TODAY).by_project[project.pk]


def spend(cast: Cast, amount: int, state: str) -> None:
    report = ExpenseReport.objects.create(staff=cast.member.staff_member, title="Trip", currency="USD")
    Expense.objects.create(
        report=report,
        spent_on=TODAY,
        code=ExpenseCode.objects.all()[0],
        project=cast.project,
        currency="USD",
        amount=amount,
        base_amount=amount,
        is_billable=True,
        billable_currency="USD",
        billable_amount=Decimal(amount),
        state=state,
    )


def test_recorded_approved_and_billed_apart(cast: Cast) -> None:
    """10 h approved of which all are billed, 4 h drafts; at 190.00."""
    edit_project(
        project=cast.project,
        by=cast.manager,
        budget_minutes=1200,
        budget_fee_amount=Decimal(5000),
        budget_expense_amount=Decimal(100),
    )
    log(cast.member, cast.design, 600)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    assert budget_of(cast).fees.billed == 0  # a draft is not billed
    issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    log(cast.member, cast.review, 240, state="DRAFT")
    spend(cast, 80, "APPROVED")
    spend(cast, 40, "DRAFT")
    budget = budget_of(cast)
    hours, fees, expenses = budget.lines
    assert (hours.input, hours.approved, hours.billed, hours.left, hours.percent) == (840, 600, 600, 360, 70)
    assert (fees.input, fees.approved, fees.billed) == (Decimal(2660), Decimal(1900), Decimal(1900))
    assert fees.percent == 53
    assert (expenses.input, expenses.approved, expenses.billed, expenses.is_over) == (120, 80, 0, True)


def test_what_a_credit_memo_gives_back_is_not_billed(cast: Cast) -> None:
    """1 of 3 h at 100.01 goes back: 100.01 of 300.03; 20 more minutes are a third of it, 33.34."""
    log(cast.member, cast.design, 180, rate=Decimal("100.01"))
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    issued = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    line = issued.lines.get().pk
    for minutes, left in ((60, "200.02"), (20, "166.68"), (100, "0")):
        wishes = [LineWish(line, minutes=minutes, returns_work=True)]
        credit = draft_credit(invoice=issued, lines=wishes, reason="Too much", by=cast.finance)
        issue_credit(credit=credit, by=cast.finance, on=TODAY, at=NOW)
        assert budget_of(cast).fees.billed == Decimal(left)


def test_what_is_written_down_is_not_billed(cast: Cast) -> None:
    """10 h at 190.00 for 1,500.00: a credit of 4 h gives 600.00 of it back."""
    log(cast.member, cast.design, 600)
    draft = draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
    line = edit_line(line=draft.lines.get(), amount=Decimal(1500), reason="Agreed", by=cast.finance)
    draft.refresh_from_db()
    issued = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    assert budget_of(cast).fees.billed == 1500
    wishes = [LineWish(line.pk, minutes=240, returns_work=True)]
    credit = draft_credit(invoice=issued, lines=wishes, reason="Too much", by=cast.finance)
    issue_credit(credit=credit, by=cast.finance, on=TODAY, at=NOW)
    assert budget_of(cast).fees.billed == 900


def test_each_line_is_rounded_once(cast: Cast) -> None:
    """Three entries of 20 minutes at 100.00 are 99.99; without a rate nothing; by the day 8 h are one rate."""
    for _ in range(3):
        log(cast.member, cast.design, 20, rate=100)
    log(cast.member, cast.design, 60, rate=None)
    assert budget_of(cast).fees.input == Decimal("99.99")
    log(cast.member, cast.design, 480, rate=1000, rate_minutes=480)
    assert budget_of(cast).fees.input == Decimal("1099.99")


def test_without_a_cap_only_tasks_with_a_budget_count(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=600)
    log(cast.member, cast.design, 300)
    log(cast.member, cast.review, 900)
    hours = budget_of(cast).hours
    assert (hours.budget, hours.input, hours.percent) == (600, 300, 50)


def test_pace(cast: Cast) -> None:
    """2 Nov to 11 Dec 2026 are 30 weekdays less one holiday; through 25 Nov 18 of them have gone less the holiday."""
    Holiday.objects.create(name="Founders' day", on=date(2026, 11, 11))
    edit_project(
        project=cast.project,
        by=cast.manager,
        starts_on=date(2026, 11, 2),
        ends_on=date(2026, 12, 11),
        budget_minutes=250 * 60,
    )
    log(cast.member, cast.design, 1200, day=date(2026, 10, 26))
    log(cast.member, cast.design, 1200, day=date(2026, 11, 20))
    log(cast.member, cast.design, 600, day=date(2026, 11, 23))  # this week is not a full one
    log(cast.member, cast.design, 600, day=date(2026, 10, 25))  # and this is the week before those four
    burn = budget_of(cast).burn
    assert (burn.days_gone, burn.days_total) == (17, 29)
    assert (burn.recent_minutes, burn.weekly_minutes) == (2400, 600)
    assert str(burn.index) == "0.41"  # 24 % by 58.6 %
    assert not burn.is_fast
    assert str(burn.runway) == "19.0"  # 190 h at 10 h a week


def test_percent_complete_by_hand_by_hours_and_closed(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=600)
    edit_task(task=cast.review, by=cast.manager, budget_minutes=200, progress_by="HOURS")
    log(cast.member, cast.review, 100)
    log(cast.member, cast.design, 300)
    assert budget_of(cast).done == 50  # of the review alone, nothing was said of the design
    record_progress(task=cast.design, percent=Decimal(40), by=cast.manager, on=TODAY)
    budget = budget_of(cast)
    assert budget.done == Decimal("42.5")  # 240 and 100 of 800
    # 400 minutes are 42.5 %: it comes to 941 minutes, 141 more than the budget.
    forecast = budget.burn.forecast
    assert forecast is not None
    assert (int(forecast.estimate), int(forecast.variance), int(forecast.percent)) == (941, -141, 117)


def test_the_same_statements_for_many_projects(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=600)
    projects = list(Project.objects.select_related("client"))
    with CaptureQueriesContext(connection) as few:
        budgets_of(projects, today=TODAY)
    for number in range(8):
        project = Project.objects.create(client=cast.client, name=f"P {number}", code=f"P-{number}")
        project.contract_lines.create(name="Time")
        log(cast.member, add_task(project=project, name="Work", by=None, budget_minutes=60), 60)
    with CaptureQueriesContext(connection) as many:
        budgets_of(list(Project.objects.select_related("client")), today=TODAY)
    assert len(many) == len(few) + 1 <= 9  # the list of projects itself

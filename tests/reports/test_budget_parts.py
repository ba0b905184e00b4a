"""What a budget is made of, how it burned, what a project cost, and who sees that."""

from datetime import date
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from people.models import StaffMember
from projects.costing import add_cost_rate
from projects.models import Project, Task
from projects.opening import edit_project
from projects.tasking import edit_task
from reports.budget_parts import BudgetParts, Lens, budget_parts
from reports.budgets import budgets_of
from reports.burn_chart import Pace, burn_chart
from reports.project_margin import Margin, invoiced_on, margin_of
from tests.billing.corrections import correct
from tests.billing.spending import spend
from tests.billing.work import THROUGH, log, log_many
from tests.cast import NOW, TODAY, Cast

D = Decimal


def costs(cast: Cast) -> None:
    """The member costs 55.00 an hour, who leads nothing yet."""
    add_cost_rate(
        cost_amount=D(55), starts_on=date(2026, 1, 1), by=cast.owner, staff=cast.member.staff_member
    )


def parts(cast: Cast, lens: Lens) -> BudgetParts:
    project = Project.objects.select_related("client").get(pk=cast.project.pk)
    return budget_parts(project, lens, today=TODAY)


def margin(cast: Cast) -> Margin:
    project = Project.objects.select_related("client").get(pk=cast.project.pk)
    return margin_of(project, invoiced_on(project))


def test_margin_of_what_is_invoiced(cast: Cast) -> None:
    """500 h at 120.00 invoiced are 60,000; they cost 27,500, expenses 3,700: 28,800 are left, 48.0 %."""
    costs(cast)
    log_many(cast.member, cast.design, 25, 1200, rate=120)
    invoice = issue_invoice(
        invoice=draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY),
        by=cast.finance, on=TODAY, at=NOW,
    )  # fmt: skip
    spend(cast.member, cast.project, "3700", is_billable=False, billable_currency="", billable_amount=None)
    spend(cast.member, cast.project, "9", report=foreign(cast.member.staff_member))
    log(cast.manager, cast.review, 90)
    found = margin(cast)
    assert (found.labour.cost_amount, found.expenses.cost_amount, found.cost) == (27_500, 3_700, 31_200)
    assert (found.amount, found.percent, found.is_loss) == (28_800, D("48.0"), False)
    assert (found.labour.uncosted_minutes, found.expenses.unknown) == (90, 1)
    # What a credit memo takes back is not invoiced any more.
    correct(cast, invoice)
    credited = D(60_000) - invoiced_on(cast.project)
    assert credited > 0
    assert margin(cast).amount == 28_800 - credited


def foreign(staff: StaffMember):  # type: ignore[no-untyped-def]
    """A report in another currency than the firm's."""
    return staff.expense_reports.create(title="Lyon", currency="EUR")


def test_another_currency_is_not_compared(cast: Cast) -> None:
    cast.project.client.currency = "EUR"
    found = margin_of(cast.project, D(100))
    assert (found.currency, found.invoiced, found.amount, found.percent) == ("USD", None, None, None)


def test_percent_complete_by_cost(cast: Cast) -> None:
    """10 h at 55.00 and 50.00 of expenses are 600 of 1,500: 40 %; never above 100."""
    costs(cast)
    edit_task(
        task=cast.design, by=cast.owner, budget_minutes=6000, budget_cost_amount=D(1500), progress_by="COST"
    )
    log(cast.member, cast.design, 600)
    spend(cast.member, cast.project, "50", task=cast.design)

    def done() -> Decimal | None:
        project = Project.objects.select_related("client").get(pk=cast.project.pk)
        return budgets_of([project], today=TODAY).by_project[project.pk].done

    assert done() == 40
    cost = parts(cast, Lens.COST)
    design = cost.tasks[0]
    assert (design.name, design.budget, design.recorded, design.left, design.percent) == (
        "Hydraulic design", 1500, 600, 900, 40,
    )  # fmt: skip
    assert [(part.name, part.recorded) for part in cost.people] == [("Priya Raman", 600)]
    spend(cast.member, cast.project, "1000", task=cast.design)
    assert done() == 100
    assert parts(cast, Lens.COST).tasks[0].is_over


def test_hours_fees_and_expenses_by_task_and_person(cast: Cast) -> None:
    edit_task(task=cast.design, by=cast.manager, budget_minutes=600, budget_fee_amount=D(1000))
    log(cast.member, cast.design, 300, rate=100)
    log(cast.manager, cast.design, 400, rate=150, state="DRAFT")
    log(cast.member, cast.review, 60, rate=100)
    spend(cast.member, cast.project, "80")
    found = parts(cast, Lens.HOURS)
    assert [(part.name, part.recorded, part.approved, part.left) for part in found.tasks] == [
        ("Hydraulic design", 700, 300, -100),
        ("Structural review", 60, 60, None),
    ]
    assert [(part.name, part.recorded, part.approved) for part in found.people] == [
        ("Dana Ruiz", 400, 0),
        ("Priya Raman", 360, 360),
    ]
    fees = parts(cast, Lens.FEES)
    assert [(part.recorded, part.percent) for part in fees.tasks] == [(1500, 150), (100, None)]
    assert [part.recorded for part in fees.people] == [1000, 600]
    spent = parts(cast, Lens.EXPENSES)
    assert [(part.name, part.recorded) for part in spent.tasks][-1] == ("Without a task", 80)
    assert [(part.name, part.approved) for part in spent.people] == [("Priya Raman", 80)]


def test_the_lines_of_a_burn_chart() -> None:
    """40 days from 2 November: 400 h of budget; 10 h on each of two days, 5 h a week of late."""
    used = {date(2026, 11, 2): 600, date(2026, 11, 16): 600}
    pace = Pace(used, 24_000, date(2026, 11, 2), date(2026, 12, 11), D(300))
    found = burn_chart(pace, today=date(2026, 11, 20))
    drawn = {
        series.label: [None if v is None else round_(v) for v in series.values]
        for series in found.chart.series
    }
    assert found.chart.labels == ["8 Nov", "15 Nov", "22 Nov", "29 Nov", "6 Dec", "11 Dec"]
    assert drawn["used"] == [10, 10, 20, None, None, None]
    assert drawn["forecast"] == [None, None, 20, 26, 31, 35]
    assert drawn["budget"] == [70, 140, 210, 280, 350, 400]
    assert found.words == "cumulative; 35.00 h at completion, 8 % of the budget"
    assert [row[0] for row in found.chart.rows] == found.chart.labels
    # Without a last day there is nothing to foresee, and the budget is a level; long ones are drawn by month.
    open_end = Pace({date(2025, 1, 9): 60}, 1200, None, None, D(300))
    found = burn_chart(open_end, today=date(2026, 11, 20))
    assert (len(found.chart.labels), found.chart.labels[0], found.words) == (23, "Jan 25", "cumulative")
    assert {series.label: series.values[-1] for series in found.chart.series} == {"used": 1, "budget": 20}


def round_(value: object) -> int:
    return int(D(str(value)) + D("0.5"))


def test_the_pages_and_who_sees_what(cast: Cast, web) -> None:
    costs(cast)
    edit_project(project=cast.project, by=cast.manager, budget_minutes=1200)
    log(cast.member, cast.design, 600, rate=100)
    url = f"/projects/{cast.project.pk}/"
    shown = web(cast.owner).get(url).text
    for words in ("Cost and margin", "Worth at its rates", 'data-chart="burn-lines"', "$550.00"):
        assert words in shown
    assert "Cost and margin" not in web(cast.member).get(url).text
    for of, words in (
        ("hours", "Priya Raman"),
        ("fees", "$1,000.00"),
        ("expenses", "Nothing is recorded"),
        ("cost", "$550.00"),
    ):
        assert words in web(cast.owner).get(f"{url}budget/?of={of}").text
    member = web(cast.member)
    assert (member.get(f"{url}budget/").status_code, member.get(f"{url}budget/?of=cost").status_code) == (
        200,
        404,
    )
    assert member.get(f"{url}budget/?of=weather").status_code == 404
    # The budget of cost stands in the dialog of a task for those who see costs, and stays as it is for others.
    edit_task(task=cast.design, by=cast.owner, budget_cost_amount=D(1500), progress_by="COST")
    edit = f"/projects/tasks/{cast.design.pk}/"
    assert "1,500.00" in web(cast.owner).get(edit).text
    given = {"name": "Hydraulic design", "budget_stop": "NONE", "progress_by": "COST", "is_billable": "on"}
    manager = web(cast.manager)
    assert "budget_cost_amount" not in manager.get(edit).text
    assert manager.post(edit, given).status_code in (200, 204)
    assert Task.objects.get(pk=cast.design.pk).budget_cost_amount == 1500


def test_statements_do_not_grow(cast: Cast) -> None:
    costs(cast)

    def count(lens: Lens) -> int:
        project = Project.objects.select_related("client").get(pk=cast.project.pk)
        with CaptureQueriesContext(connection) as found:
            budget_parts(project, lens, today=TODAY)
        return len(found)

    log(cast.member, cast.design, 60)
    spend(cast.member, cast.project)
    few = [count(lens) for lens in Lens]
    for user in (cast.member, cast.manager, cast.owner):
        for task in (cast.design, cast.review):
            log(user, task, 60)
        spend(user, cast.project)
    assert [count(lens) for lens in Lens] == few
    assert max(few) <= 12

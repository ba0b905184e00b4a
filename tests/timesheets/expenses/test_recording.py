"""Recording expenses: what a line comes to, what is refused, and what is locked."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed, Refusal
from core.models import Action, Change
from people.models import Role, User
from projects.loggable import ProjectIsClosed
from tests.cast import TODAY, Cast
from timesheets.access import ENTER_IN_CLOSED
from timesheets.days import DayIsLocked
from timesheets.expenses.coding import add_unit_rate, end_unit_rate, set_markup
from timesheets.expenses.recording import (
    LineChanged,
    LineIsNotOpen,
    NotAnExpense,
    ReportIsNotEmpty,
    Wanted,
    change_expense,
    open_report,
    remove_expense,
    remove_report,
    report_of_month,
)
from timesheets.expenses.restoring import restore_expense
from timesheets.locking import lock_through
from timesheets.models import Expense, ExpenseCode, ExpenseMarkup, ExpenseRate, ExpenseReport
from timesheets.reasons import giving

D = Decimal


def test_a_line_follows_its_code_and_project(record: Any, cast: Cast) -> None:
    line = record()
    assert (line.amount, line.base_amount, line.currency) == (D("22.00"), D("22.00"), "USD")
    assert (line.is_reimbursable, line.is_billable) == (True, True)
    assert (line.billable_amount, line.billable_currency, line.billable_source) == (
        D("22.00"),
        "USD",
        "At cost",
    )
    assert (line.state, line.version) == (Expense.State.DRAFT, 1)


@pytest.mark.parametrize("is_reimbursable", [True, False])
@pytest.mark.parametrize("is_billable", [True, False])
def test_the_two_flags_are_independent(record: Any, is_reimbursable: bool, is_billable: bool) -> None:
    line = record(is_reimbursable=is_reimbursable, is_billable=is_billable)
    assert (line.is_reimbursable, line.is_billable) == (is_reimbursable, is_billable)
    assert line.billable_amount == (D("22.00") if is_billable else None)


@pytest.mark.parametrize(
    ("kind", "paid_back"),
    [("EMPLOYEE", True), ("CARD", False), ("SERVICE_FEE", False), ("VENDOR_BILL", False)],
)
def test_what_is_usual_for_a_type(record: Any, kind: str, paid_back: bool) -> None:
    assert record(kind=kind).is_reimbursable is paid_back


def test_a_service_fee_is_internal(record: Any) -> None:
    with pytest.raises(NotAnExpense, match="internal"):
        record(kind="SERVICE_FEE", is_reimbursable=True)
    line = record(kind="SERVICE_FEE")
    with pytest.raises(IntegrityError, match="fee_is_internal"), transaction.atomic():
        Expense.objects.filter(pk=line.pk).update(is_reimbursable=True)


def test_miles_are_rounded_once(record: Any, mileage: ExpenseCode) -> None:
    """product.md 1.5 and 5.2: 3 × 0.485 is 1.455, half-up 1.46; the client pays 0.55 a mile."""
    line = record("Mileage", quantity=D(3), amount=None)
    assert line.amount == D("1.46")
    assert line.billable_amount == D("1.65")
    assert line.billable_source == "$0.55 a mile since 1 Jan 2026"
    assert (line.unit_cost_amount, line.unit_billing_amount) == (D("0.48500"), D("0.55000"))


def test_a_rate_counts_from_its_day(record: Any, mileage: ExpenseCode, cast: Cast) -> None:
    add_unit_rate(
        expense_code=mileage,
        currency="USD",
        cost_amount=D("0.51234"),
        starts_on=TODAY,
        by=cast.finance,
    )
    before, after = (
        record("Mileage", quantity=D(1000), amount=None, spent_on=day)
        for day in (TODAY - timedelta(days=1), TODAY)
    )
    assert (before.amount, after.amount) == (D("485.00"), D("512.34"))
    # The old one ended by itself, and has a price for the client; the new one has none: the cost counts.
    assert (before.billable_amount, after.billable_amount) == (D("550.00"), D("512.34"))
    assert [rate.ends_on for rate in ExpenseRate.objects.order_by("pk")] == [TODAY - timedelta(days=1), None]


def test_rates_of_a_code_never_overlap(mileage: ExpenseCode, cast: Cast) -> None:
    rate = ExpenseRate.objects.get()
    with pytest.raises(Refusal, match=r"\$0\.485 applies from 1 Jan 2026"):
        add_unit_rate(
            expense_code=mileage,
            currency="USD",
            cost_amount=D("0.6"),
            starts_on=date(2025, 6, 1),
            by=cast.finance,
        )
    with pytest.raises(IntegrityError, match="unit_rates_do_not_overlap"), transaction.atomic():
        ExpenseRate.objects.create(code=mileage, currency="USD", cost_amount=1, effective=rate.effective)
    with pytest.raises(Refusal, match="at most 5 decimals"):
        add_unit_rate(
            expense_code=mileage,
            currency="USD",
            cost_amount=D("0.123456"),
            starts_on=TODAY,
            by=cast.finance,
        )


def test_units_without_a_rate_are_left_open(record: Any, mileage: ExpenseCode, cast: Cast) -> None:
    end_unit_rate(rate=ExpenseRate.objects.get(), ends_on=date(2026, 6, 30), by=cast.finance)
    line = record("Mileage", quantity=D(3), amount=None)
    assert (line.amount, line.base_amount, line.billable_amount) == (None, None, None)


def test_markup_of_project_client_and_code(record: Any, cast: Cast) -> None:
    """Of the project before that of the client before that of the code; the very code first within each."""
    code = ExpenseCode.objects.get(name="Ground transport")
    percent, fixed = ExpenseMarkup.Kind.PERCENT, ExpenseMarkup.Kind.FIXED

    def price() -> tuple[Decimal | None, str]:
        line = record(amount=D("33.33"))
        return line.billable_amount, line.billable_source

    set_markup(kind=percent, value=D(10), expense_code=code, by=cast.finance)
    # 33.33 × 1.1 = 36.663
    assert price() == (D("36.66"), "Cost plus 10 %, markup of Ground transport")
    set_markup(kind=percent, value=D("12.5"), client=cast.client, by=cast.finance)
    assert price() == (D("37.50"), "Cost plus 12.5 %, markup of City of Larkspur")
    set_markup(kind=fixed, value=D(5), client=cast.client, expense_code=code, by=cast.finance)
    assert price()[0] == D("38.33")
    set_markup(kind=percent, value=D(0), project=cast.project, by=cast.finance)
    assert price()[0] == D("33.33")


def test_another_currency_takes_the_rate_of_its_day(record: Any, euro: None) -> None:
    line = record(currency="EUR", amount=D("100.00"))
    assert (line.exchange_rate, line.base_amount, line.billable_amount) == (
        D("1.0842000000"),
        D("108.42"),
        D("108.42"),
    )
    assert line.exchange_source == "23 Nov 2026, bank.csv"
    assert "at 1.0842 (23 Nov 2026, bank.csv)" in line.billable_source
    assert record(currency="GBP", amount=D("10.00")).base_amount is None


def test_a_typed_rate_keeps_its_author(record: Any, euro: None, cast: Cast) -> None:
    line = record(currency="EUR", amount=D("100.00"), exchange_rate=D("1.10"))
    assert (line.base_amount, line.exchange_by_name) == (D("110.00"), "Priya Raman")
    assert line.billable_amount == D("110.00")
    # Saved again by somebody else with the same rate, it stays the first one's.
    again = change_expense(
        expense=line, wanted=Wanted.of(line, note="Dinner"), version=1, by=cast.owner, on=TODAY
    )
    assert again.exchange_by_name == "Priya Raman"
    back = change_expense(
        expense=again, wanted=Wanted.of(again, exchange_rate=None), version=2, by=cast.member, on=TODAY
    )
    assert (back.base_amount, back.exchange_by_name) == (D("108.42"), "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"spent_on": TODAY + timedelta(days=1)}, "spent_on"),
        ({"amount": D("-1")}, "amount"),
        ({"amount": D(0)}, "amount"),
        ({"amount": D("1.005")}, "amount"),
        ({"tax_amount": D("22.01")}, "tax_amount"),
        ({"quantity": D(0)}, "quantity"),
        ({"currency": "XXX"}, "currency"),
        ({"exchange_rate": D(0), "currency": "EUR"}, "exchange_rate"),
    ],
)
def test_what_no_expense_is(record: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        record(**changes)
    assert refused.value.field == field
    assert not Expense.objects.exists()


def test_only_on_projects_that_are_open_and_the_persons(record: Any, cast: Cast) -> None:
    line = record()
    cast.project.team.filter(staff=cast.member.staff_member).delete()
    with pytest.raises(NotAnExpense, match="not on the team"):
        record()
    # The line that is there may still be mended.
    change_expense(expense=line, wanted=Wanted.of(line, note="x"), version=1, by=cast.member, on=TODAY)
    cast.project.state = "CLOSED"
    cast.project.save()
    with pytest.raises(ProjectIsClosed):
        record(by=cast.owner)


def test_whose_expenses_one_records(record: Any, cast: Cast, report: ExpenseReport) -> None:
    with pytest.raises(NotAllowed):
        record(by=cast.manager)
    assert record(by=cast.owner).recorded_by_name == "Olu Hartwell"
    with pytest.raises(NotAllowed):
        open_report(staff=cast.member.staff_member, title="Not mine", by=cast.finance)


def test_the_same_form_twice_makes_one_line(record: Any) -> None:
    once = uuid4()
    assert record(once=once) == record(once=once)
    assert Expense.objects.count() == 1


def test_a_changed_line_is_not_overwritten(record: Any, cast: Cast) -> None:
    line = record()
    change_expense(expense=line, wanted=Wanted.of(line, note="a"), version=1, by=cast.member, on=TODAY)
    with pytest.raises(LineChanged):
        change_expense(expense=line, wanted=Wanted.of(line, note="b"), version=1, by=cast.member, on=TODAY)
    with pytest.raises(LineChanged):
        remove_expense(expense=line, version=1, by=cast.member)
    remove_expense(expense=line, version=2, by=cast.member)
    assert not Expense.objects.exists()
    assert Change.objects.filter(table_name="timesheets_expense", row_id=str(line.pk)).exists()


def test_a_submitted_line_is_not_changed(record: Any, submit: Any, report: ExpenseReport, cast: Cast) -> None:
    record()
    (line,) = submit(report)
    with pytest.raises(LineIsNotOpen, match="submitted"):
        change_expense(
            expense=line, wanted=Wanted.of(line, note="b"), version=line.version, by=cast.member, on=TODAY
        )


def test_locked_days_refuse(record: Any, cast: Cast, submit: Any, report: ExpenseReport) -> None:
    line = record(spent_on=TODAY - timedelta(days=3))
    lock_through(on=TODAY - timedelta(days=2), by=cast.finance)
    with pytest.raises(DayIsLocked) as refused:
        record(spent_on=TODAY - timedelta(days=2))
    assert refused.value.field == "spent_on"
    assert "Mon 23 Nov" in refused.value.message
    for change in ({"note": "late"}, {"spent_on": TODAY}):
        with pytest.raises(DayIsLocked):
            change_expense(
                expense=line, wanted=Wanted.of(line, **change), version=1, by=cast.member, on=TODAY
            )
    with pytest.raises(DayIsLocked):
        remove_expense(expense=line, version=1, by=cast.member)
    # Approval goes on.
    assert submit(report)[0].state == "SUBMITTED"
    assert record(spent_on=TODAY - timedelta(days=1)).pk


def test_a_locked_day_opens_for_right_and_reason_together(record: Any, cast: Cast) -> None:
    line = record()
    lock_through(on=TODAY, by=cast.finance)
    with pytest.raises(DayIsLocked) as refused, giving(by=cast.member, text="Found the slip"):
        record()
    assert refused.value.field == "spent_on"
    cast.member.roles.add(Role.objects.create(name="Bookkeeper", rights=[ENTER_IN_CLOSED]))
    member = User.objects.get(pk=cast.member.pk)
    with pytest.raises(DayIsLocked) as refused, giving(by=member, text=" "):
        record(by=member)
    assert refused.value.field == "reason"
    assert "Say why" in refused.value.message
    with giving(by=member, text="Found the slip"):
        made = record(by=member)
    assert Action.objects.get(verb="expense.record", subject_id=str(made.pk)).why == "Found the slip"
    with giving(by=member, text="Typed wrong"):
        wanted = Wanted.of(line, note="Two people")
        change_expense(expense=line, wanted=wanted, version=1, by=member, on=TODAY)
        remove_expense(expense=line, version=2, by=member)
    assert Action.objects.get(verb="expense.remove").why == "Typed wrong"
    with pytest.raises(DayIsLocked), giving(by=member):
        restore_expense(expense_id=line.pk, by=member)
    with giving(by=member, text="It was right"):
        assert restore_expense(expense_id=line.pk, by=member).note == "Two people"


def test_reports(cast: Cast, record: Any, report: ExpenseReport) -> None:
    record()
    with pytest.raises(ReportIsNotEmpty):
        remove_report(report=report, by=cast.member)
    month = report_of_month(staff=cast.member.staff_member, on=TODAY, by=cast.member)
    assert (month.title, month.currency) == ("November 2026", "USD")
    assert report_of_month(staff=cast.member.staff_member, on=TODAY, by=cast.member) == month
    remove_report(report=month, by=cast.member)
    with pytest.raises(NotAnExpense, match="title"):
        open_report(staff=cast.member.staff_member, title="  ", by=cast.member)

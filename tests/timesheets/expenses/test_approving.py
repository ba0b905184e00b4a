"""Deciding on expenses line by line; paying back; reversing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.deciding import ReasonIsMissing
from approvals.history import last_returns
from core.errors import NotAllowed, Refusal
from core.models import StoredFile
from core.promises import promises
from tests.cast import TODAY, Cast
from tests.timesheets.expenses.test_submitting import limit
from timesheets.expenses.approving import (
    CannotBeTakenBack,
    NothingToDecide,
    approve_expenses,
    return_expenses,
    take_back_expenses,
)
from timesheets.expenses.recording import Wanted, change_expense, open_report
from timesheets.expenses.reimbursing import (
    NothingToReimburse,
    NotReversible,
    mark_reimbursed,
    reverse_expense,
)
from timesheets.expenses.waiting import waiting_expenses
from timesheets.models import Expense, ExpenseReport, Receipt, Reimbursement

D = Decimal


def approve(*lines: Expense, by: Any, **options: Any) -> Any:
    ids = [line.pk for line in lines]
    return approve_expenses(expense_ids=ids, by=by, at=timezone.now(), **options)


def give_back(*lines: Expense, by: Any, reason: str = "Whose lunch?") -> Any:
    return return_expenses(expense_ids=[line.pk for line in lines], reason=reason, by=by, at=timezone.now())


def pay(*lines: Expense, by: Any, **options: Any) -> Any:
    values = {"paid_on": TODAY, "on": TODAY, "at": timezone.now(), "reference": "Payroll 24"} | options
    return mark_reimbursed(expense_ids=[line.pk for line in lines], by=by, **values)


def states(report: ExpenseReport) -> list[str]:
    return list(report.expenses.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def lines(record: Any, submit: Any, report: ExpenseReport) -> list[Expense]:
    for amount in ("20.00", "21.00", "22.00"):
        record(amount=D(amount))
    return submit(report)


def test_one_line_is_returned_and_the_rest_goes_on(
    lines: list[Expense], cast: Cast, report: ExpenseReport, submit: Any
) -> None:
    give_back(lines[1], by=cast.manager)
    assert states(report) == ["SUBMITTED", "REJECTED", "SUBMITTED"]
    decided = approve(lines[0], lines[2], by=cast.manager)
    assert (decided.amount, decided.skipped) == (D("42.00"), {})
    assert states(report) == ["APPROVED", "REJECTED", "APPROVED"]
    assert last_returns("timesheets.expense", [lines[1].pk])[lines[1].pk].reason == "Whose lunch?"
    line = report.expenses.get(pk=lines[1].pk)
    change_expense(
        expense=line, wanted=Wanted.of(line, note="Mine"), version=line.version, by=cast.member, on=TODAY
    )
    submit(report)
    assert states(report) == ["APPROVED", "SUBMITTED", "APPROVED"]


def test_a_return_says_why(lines: list[Expense], cast: Cast) -> None:
    with pytest.raises(ReasonIsMissing):
        give_back(lines[0], by=cast.manager, reason=" ")


def test_who_decides(lines: list[Expense], cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        approve(lines[0], by=cast.member)
    assert [each.lines for each in waiting_expenses(cast.manager, TODAY)] == [3]
    assert waiting_expenses(cast.member, TODAY) == []


def test_nobody_decides_on_their_own(record: Any, cast: Cast, submit: Any) -> None:
    own = open_report(staff=cast.manager.staff_member, title="Own", by=cast.manager)
    record(report=own, by=cast.manager)
    (line,) = submit(own, by=cast.manager)
    with pytest.raises(NothingToDecide, match="own expenses"):
        approve(line, by=cast.manager)
    assert waiting_expenses(cast.manager, TODAY) == []
    approve(line, by=cast.owner)


def test_what_was_not_read_is_skipped(lines: list[Expense], cast: Cast) -> None:
    seen = {line.pk: line.version for line in lines} | {lines[0].pk: 99}
    decided = approve(*lines, by=cast.manager, seen=seen)
    assert decided.skipped == {lines[0].pk: "It was changed since you read it."}


def test_the_second_approver_comes_after_the_first(
    record: Any, cast: Cast, submit: Any, report: ExpenseReport
) -> None:
    limit(cast, ITEM=("SECOND", 20))
    record(amount=D("24.00"))
    (line,) = submit(report)
    decided = approve(line, by=cast.manager)
    assert (decided.expense_ids, decided.waiting_ids) == ([], [line.pk])
    assert states(report) == ["SUBMITTED"]
    with pytest.raises(NothingToDecide):
        approve(line, by=cast.manager)
    approve(line, by=cast.finance)
    assert states(report) == ["APPROVED"]


def test_a_decision_is_taken_back(lines: list[Expense], cast: Cast, report: ExpenseReport) -> None:
    approve(*lines, by=cast.manager)
    take_back_expenses(expense_ids=[lines[0].pk], by=cast.manager, at=timezone.now())
    assert states(report) == ["SUBMITTED", "APPROVED", "APPROVED"]
    pay(lines[1], by=cast.finance)
    with pytest.raises(CannotBeTakenBack):
        take_back_expenses(expense_ids=[lines[1].pk], by=cast.manager, at=timezone.now())


def test_approving_costs_the_same_for_many(
    record: Any, cast: Cast, submit: Any, report: ExpenseReport
) -> None:
    assert cast.manager.rights  # read once for a person
    counts = []
    for number in (1, 8):
        for _ in range(number):
            record()
        waiting = [line for line in submit(report) if line.state == "SUBMITTED"]
        with CaptureQueriesContext(connection) as statements:
            approve(*waiting, by=cast.manager)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_paying_back_locks(lines: list[Expense], cast: Cast, with_receipt: Any) -> None:
    with pytest.raises(NotAllowed):
        pay(*lines, by=cast.manager)
    with pytest.raises(NothingToReimburse, match="not approved"):
        pay(*lines, by=cast.finance)
    approve(*lines, by=cast.manager)
    with pytest.raises(Refusal, match="after today"):
        pay(*lines, by=cast.finance, paid_on=TODAY + timedelta(days=1))
    paid = pay(*lines, by=cast.finance)
    payment = Reimbursement.objects.get()
    assert (paid.reimbursements, payment.reference, payment.by_name) == (
        [payment],
        "Payroll 24",
        "Kemi Ogundipe",
    )
    with pytest.raises(NothingToReimburse, match="already"):
        pay(*lines, by=cast.finance)
    for change in ({"note": "x"}, {"state": "SUBMITTED"}, {"reimbursement": None}, {"amount": 1}):
        with pytest.raises(Refusal, match="paid back"), promises():
            _ = alone(lambda change=change: Expense.objects.filter(pk=lines[0].pk).update(**change))
    with pytest.raises(Refusal, match="paid back"), promises():
        _ = alone(lambda: Expense.objects.filter(pk=lines[0].pk).delete())
    with pytest.raises(Refusal, match="paid back"), promises():
        _ = alone(lambda: Receipt.objects.create(expense=lines[0], file=stored(), sha256="0" * 64))


def alone(call: Any) -> Any:
    with transaction.atomic():
        return call()


def stored() -> Any:
    return StoredFile.objects.create(
        sha256="0" * 64, name="a.pdf", content_type="application/pdf", size=1, kind="receipt"
    )


def test_a_reversing_line_corrects_what_was_paid(
    lines: list[Expense], cast: Cast, record: Any, submit: Any, report: ExpenseReport
) -> None:
    approve(*lines, by=cast.manager)
    with pytest.raises(NotAllowed):
        reverse_expense(expense=lines[0], reason="Private", by=cast.manager, on=TODAY, at=timezone.now())
    pay(*lines, by=cast.finance)

    def reverse(line: Expense, reason: str = "Private trip") -> Expense:
        return reverse_expense(expense=line, reason=reason, by=cast.finance, on=TODAY, at=timezone.now())

    with pytest.raises(Refusal, match="why"):
        reverse(lines[0], " ")
    twin = reverse(lines[0])
    assert (twin.amount, twin.base_amount, twin.billable_amount, twin.quantity) == (
        D("-20.00"),
        D("-20.00"),
        D("-20.00"),
        D("-1"),
    )
    assert (twin.state, twin.reverses, twin.reimbursement) == ("APPROVED", lines[0], None)
    for again in (lines[0], twin):
        with pytest.raises(NotReversible):
            reverse(again)
    # Alone it would be money from the person: it waits for the next payment.
    with pytest.raises(NothingToReimburse, match=r"was paid \$20.00 more"):
        pay(twin, by=cast.finance)
    record(amount=D("24.00"))
    (new,) = [line for line in submit(report) if line.state == "SUBMITTED"]
    approve(new, by=cast.manager)
    payment = pay(twin, new, by=cast.finance).reimbursements[0]
    assert sum(line.base_amount for line in payment.expenses.all()) == D("4.00")

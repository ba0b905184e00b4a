"""Two connections at once: what is submitted, decided and paid back has one winner, and nothing counts twice."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core.errors import Refusal
from people.models import User
from tests.cast import TODAY, Cast, add_cast
from tests.timesheets.expenses.test_submitting import limit
from tests.two_connections import at_once
from timesheets.expenses.approving import approve_expenses, return_expenses
from timesheets.expenses.recording import Wanted, change_expense, open_report, record_expense
from timesheets.expenses.reimbursing import mark_reimbursed, reverse_expense
from timesheets.expenses.submitting import recall_report, submit_report
from timesheets.locking import lock_through
from timesheets.models import Expense, ExpenseCode, ExpenseReport, Reimbursement


@pytest.fixture
def own_cast(own_firm: Any) -> Cast:
    return add_cast(User.objects.get(email="olu@hm.example"))


def line_in(cast: Cast, title: str = "Trip", amount: str = "20.00") -> Expense:
    report = open_report(staff=cast.member.staff_member, title=title, by=cast.member)
    wanted = Wanted(
        spent_on=TODAY,
        code=ExpenseCode.objects.get(name="Ground transport"),
        project=cast.project,
        amount=Decimal(amount),
    )
    return record_expense(report=report, wanted=wanted, by=cast.member, on=TODAY)


def submitting(cast: Cast, report: ExpenseReport, **options: Any) -> Any:
    return lambda: submit_report(report=report, by=cast.member, at=timezone.now(), **options)


def approving(cast: Cast, line: Expense) -> Any:
    return lambda: approve_expenses(expense_ids=[line.pk], by=cast.manager, at=timezone.now())


def paying(cast: Cast, line: Expense) -> Any:
    return lambda: mark_reimbursed(
        expense_ids=[line.pk], paid_on=TODAY, by=cast.finance, on=TODAY, at=timezone.now()
    )


def refused(results: list[Any]) -> list[Any]:
    failed = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(each, Refusal) for each in failed), failed
    return failed


def test_a_report_submitted_twice_at_once_is_submitted_once(own_firm: Any, own_cast: Cast) -> None:
    line = line_in(own_cast)
    twice = [submitting(own_cast, line.report)] * 2
    assert len(refused(at_once(own_firm, *twice))) == 1


def test_submitted_against_edited(own_firm: Any, own_cast: Cast) -> None:
    for number in range(4):
        line = line_in(own_cast, f"Trip {number}")
        wanted = Wanted.of(
            Expense.objects.select_related("code", "project").get(pk=line.pk), amount=Decimal("9.00")
        )

        def edit(line: Expense = line, wanted: Wanted = wanted) -> Any:
            return change_expense(expense=line, wanted=wanted, version=1, by=own_cast.member, on=TODAY)

        results = at_once(own_firm, submitting(own_cast, line.report), edit)
        line.refresh_from_db()
        # The edit comes first and is what is submitted, or it comes too late.
        expected = Decimal("20.00") if refused(results) else Decimal("9.00")
        assert (line.state, line.amount) == ("SUBMITTED", expected)


def test_approved_against_recalled_and_returned(own_firm: Any, own_cast: Cast) -> None:
    for number in range(3):
        line = line_in(own_cast, f"Trip {number}")
        submitting(own_cast, line.report)()
        results = at_once(
            own_firm,
            approving(own_cast, line),
            lambda line=line: recall_report(report=line.report, by=own_cast.member, at=timezone.now()),
            lambda line=line: return_expenses(
                expense_ids=[line.pk], reason="No", by=own_cast.owner, at=timezone.now()
            ),
        )
        assert len(refused(results)) == 2
        line.refresh_from_db()
        assert line.state in {"APPROVED", "DRAFT", "REJECTED"}


def test_paid_back_once_by_two(own_firm: Any, own_cast: Cast) -> None:
    line = line_in(own_cast)
    submitting(own_cast, line.report)()
    approving(own_cast, line)()
    assert len(refused(at_once(own_firm, *[paying(own_cast, line)] * 3))) == 2
    assert Reimbursement.objects.count() == 1
    reversing = lambda: reverse_expense(  # noqa: E731
        expense=line, reason="Twice", by=own_cast.finance, on=TODAY, at=timezone.now()
    )
    assert len(refused(at_once(own_firm, reversing, reversing))) == 1
    assert Expense.objects.filter(reverses=line).count() == 1


def test_two_reports_at_once_do_not_both_stay_below_a_limit(own_firm: Any, own_cast: Cast) -> None:
    limit(own_cast, DAY=("BLOCK", 30))
    lines = [line_in(own_cast, f"Trip {number}") for number in range(2)]
    results = at_once(own_firm, *(submitting(own_cast, line.report) for line in lines))
    assert len(refused(results)) == 1


def test_a_day_locked_against_a_line(own_firm: Any, own_cast: Cast) -> None:
    report = line_in(own_cast).report
    wanted = Wanted(spent_on=TODAY, project=own_cast.project, amount=Decimal("5.00"))
    add = lambda: record_expense(report=report, wanted=wanted, by=own_cast.member, on=TODAY)  # noqa: E731
    results = at_once(own_firm, add, lambda: lock_through(on=TODAY, by=own_cast.finance))
    assert len(refused(results)) + Expense.objects.count() == 2
    with pytest.raises(Refusal, match="locked"):
        add()

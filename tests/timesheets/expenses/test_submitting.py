"""Submitting: what is missing, what the firm's limits say, and that a second approver is asked."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from approvals.models import Request, Seat
from tests.cast import TODAY, Cast
from timesheets.expenses.coding import Limit, set_limits
from timesheets.expenses.policies import Severity, findings_for
from timesheets.expenses.recording import open_report
from timesheets.expenses.sheet import sheet_of
from timesheets.expenses.submitting import (
    NotAcknowledged,
    NothingToRecall,
    NothingToSubmit,
    NotSubmittable,
    recall_report,
    submit_report,
)
from timesheets.models import Expense, ExpenseCode, ExpenseReport

D = Decimal
SATURDAY = date(2026, 11, 21)


def kinds(line: Expense) -> list[tuple[str, Severity]]:
    loaded = Expense.objects.select_related("report", "code", "project__client").get(pk=line.pk)
    return [(finding.kind, finding.severity) for finding in findings_for([loaded])[line.pk]]


def limit(cast: Cast, code: str = "Ground transport", **limits: tuple[str, Any]) -> None:
    rows = {
        kind: Limit(severity, D(amount) if amount is not None else None)
        for kind, (severity, amount) in limits.items()
    }
    set_limits(expense_code=ExpenseCode.objects.get(name=code), limits=rows, by=cast.finance)


def test_submitting_asks_the_line_manager(record: Any, cast: Cast, report: ExpenseReport) -> None:
    record()
    done = submit_report(report=report, by=cast.member, at=timezone.now())
    assert (done.amount, done.currency, done.waits_for) == (D("22.00"), "USD", ["Dana Ruiz"])
    with pytest.raises(NothingToSubmit):
        submit_report(report=report, by=cast.member, at=timezone.now())
    assert Request.objects.filter(subject_kind="timesheets.expense").count() == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"code": ""}, "CODE"),
        ({"amount": None}, "AMOUNT"),
        ({"project": None, "is_billable": True}, "PROJECT"),
        ({"currency": "GBP"}, "EXCHANGE"),
        ({"code": "Mileage", "amount": None, "note": "x"}, "UNIT_RATE"),
        ({"code": "Other", "amount": D(3)}, "NOTE"),
        ({"amount": D("25.00")}, "RECEIPT"),
    ],
)
def test_what_is_missing_blocks(
    record: Any, report: ExpenseReport, cast: Cast, changes: dict[str, Any], kind: str
) -> None:
    line = record(**changes)
    assert (kind, Severity.BLOCK) in kinds(line)
    with pytest.raises(NotSubmittable):
        submit_report(report=report, by=cast.member, at=timezone.now(), acknowledged=True)
    line.refresh_from_db()
    assert line.state == "DRAFT"


def test_a_receipt_is_needed_from_an_amount(record: Any, with_receipt: Any) -> None:
    assert kinds(record(amount=D("24.99"))) == []
    assert kinds(with_receipt(record(amount=D("25.00")))) == []


def test_one_bad_line_need_not_hold_up_the_others(record: Any, report: ExpenseReport, cast: Cast) -> None:
    good, bad = record(), record(amount=None)
    submit_report(report=report, by=cast.member, at=timezone.now(), expense_ids=[good.pk])
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (good.state, bad.state) == ("SUBMITTED", "DRAFT")


def test_limits_of_a_line_a_weekend_and_a_per_diem(record: Any, cast: Cast) -> None:
    limit(cast, ITEM=("WARN", 20), WEEKEND=("BLOCK", None), PER_DIEM=("SECOND", 15))
    assert kinds(record(amount=D("20.00"), quantity=D(2))) == []
    assert kinds(record(amount=D("20.01"), quantity=D(2))) == [("LIMIT_ITEM", Severity.WARN)]
    assert kinds(record(amount=D("16.00"))) == [("LIMIT_PER_DIEM", Severity.SECOND)]
    assert kinds(record(amount=D("15.00"), spent_on=SATURDAY)) == [("LIMIT_WEEKEND", Severity.BLOCK)]


def test_limits_of_a_day_and_a_month_count_what_was_submitted(
    record: Any, cast: Cast, report: ExpenseReport, submit: Any
) -> None:
    limit(cast, DAY=("WARN", 30), MONTH=("WARN", 50))
    record(amount=D("20.00"))
    submit(report)
    later = open_report(staff=cast.member.staff_member, title="Later", by=cast.member)
    same_day = record(report=later, amount=D("10.01"))
    assert kinds(same_day) == [("LIMIT_DAY", Severity.WARN)]
    yesterday = record(report=later, amount=D("24.00"), spent_on=TODAY - timedelta(days=1))
    assert kinds(yesterday) == []
    # 20 of this month are submitted; what is only drafted elsewhere does not count.
    assert kinds(record(report=later, amount=D("24.00"), spent_on=TODAY - timedelta(days=2))) == []
    assert kinds(record(report=later, amount=D("24.00"), spent_on=date(2026, 10, 30))) == []
    month = Expense.objects.filter(report=later).select_related("report", "code", "project__client")
    found = findings_for(list(month))
    assert [f.kind for f in found[same_day.pk]] == ["LIMIT_DAY", "LIMIT_MONTH"]


def test_warnings_are_acknowledged(record: Any, cast: Cast, report: ExpenseReport) -> None:
    limit(cast, ITEM=("WARN", 20))
    record()
    with pytest.raises(NotAcknowledged, match=r"\$22.00 is more than \$20.00"):
        submit_report(report=report, by=cast.member, at=timezone.now())
    submit_report(report=report, by=cast.member, at=timezone.now(), acknowledged=True)


def test_a_second_approver_is_asked_beyond_the_limit(
    record: Any, cast: Cast, report: ExpenseReport, submit: Any
) -> None:
    limit(cast, ITEM=("SECOND", 20))
    within, beyond = record(amount=D("20.00")), record(amount=D("20.01"))
    submit(report)
    beyond.refresh_from_db()
    within.refresh_from_db()
    assert (within.needs_second, beyond.needs_second) == (False, True)
    assert {
        str(seat.waits_for) for seat in Seat.objects.filter(request__subject_kind="timesheets.expense")
    } == {"Dana Ruiz"}


def test_recalling(record: Any, cast: Cast, report: ExpenseReport, submit: Any) -> None:
    record()
    submit(report)
    recall_report(report=report, by=cast.member, at=timezone.now())
    assert set(report.expenses.values_list("state", flat=True)) == {"DRAFT"}
    with pytest.raises(NothingToRecall):
        recall_report(report=report, by=cast.member, at=timezone.now())


def test_a_rate_that_came_later_counts_at_submit(
    record: Any, cast: Cast, report: ExpenseReport, submit: Any, request: Any
) -> None:
    line = record(currency="EUR", amount=D("20.00"))
    assert line.base_amount is None
    request.getfixturevalue("euro")
    assert submit(report)[0].base_amount == D("21.68")


def test_without_a_code_nobody_is_sent_for_an_exchange_rate(record: Any, report: ExpenseReport) -> None:
    record(code="")
    (line,) = sheet_of(report).lines
    assert [finding.kind for finding in line.findings] == ["CODE"]

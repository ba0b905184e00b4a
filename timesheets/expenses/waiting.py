"""Which expenses wait for a person's decision. Page, inbox and operations ask here, so that they never differ."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from approvals.approvers import waiting_for, without_own
from approvals.models import Request
from people.access import has_right
from people.models import User
from timesheets.access import APPROVE_ALL
from timesheets.expenses.subjects import KIND
from timesheets.expenses.values import total
from timesheets.models import Expense


@dataclass(frozen=True)
class WaitingReport:
    """Lines of one report that wait for the person; `amount` in the report's currency."""

    report_id: int
    title: str
    staff_id: int
    staff_name: str
    lines: int
    amount: Decimal
    currency: str
    first: date
    last: date
    submitted_at: datetime
    expense_ids: tuple[int, ...] = ()


def waiting_requests(user: User, on: date, *, mine_only: bool = False) -> QuerySet[Request]:
    """Open requests that the person decides on: all of them with the right, else (or with `mine_only`) their own inbox.

    Their own lines are left out, unless the policy allows deciding on those or there is nobody else who could.
    """
    decides_all = has_right(user, APPROVE_ALL) and not mine_only
    found = Request.objects.filter(waiting_for(user, on=on, decides_all=decides_all), subject_kind=KIND)
    return without_own(found, user, APPROVE_ALL)


def waiting_lines(user: User, on: date, *, mine_only: bool = False) -> QuerySet[Expense]:
    """The submitted lines that wait for the person."""
    ids = waiting_requests(user, on, mine_only=mine_only).values("subject_id")
    return Expense.objects.filter(state=Expense.State.SUBMITTED, pk__in=ids)


def waiting_expenses(user: User, on: date, *, mine_only: bool = False) -> list[WaitingReport]:
    """What waits for the person by report, the longest waiting first. Two statements; one where nothing waits."""
    requests = waiting_requests(user, on, mine_only=mine_only)
    since = dict(requests.values_list("subject_id", "submitted_at"))
    if not since:
        return []
    lines = Expense.objects.filter(state=Expense.State.SUBMITTED, pk__in=since).select_related(
        "report__staff"
    )
    by_report: dict[int, list[Expense]] = {}
    for line in lines.order_by("spent_on", "pk"):
        by_report.setdefault(line.report_id, []).append(line)
    found = [_of_report(group, since) for group in by_report.values()]
    return sorted(found, key=lambda each: (each.submitted_at, each.report_id))


def _of_report(lines: list[Expense], since: dict[int, datetime]) -> WaitingReport:
    report = lines[0].report
    return WaitingReport(
        report_id=report.pk,
        title=report.title,
        staff_id=report.staff_id,
        staff_name=report.staff.name,
        lines=len(lines),
        amount=total(line.base_amount for line in lines),
        currency=report.currency,
        first=lines[0].spent_on,
        last=lines[-1].spent_on,
        submitted_at=min(since[line.pk] for line in lines),
        expense_ids=tuple(line.pk for line in lines),
    )

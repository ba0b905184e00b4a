"""Reports of expenses as lists show them: their sums and derived state. A constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum

from core.money import ZERO
from people.models import StaffMember
from timesheets.models import Expense, ExpenseReport, Receipt

State = Expense.State
PAGE_ROWS = 50


@dataclass(frozen=True)
class Standing:
    """The state of a report, derived from its lines: kind and icon of the design, and words."""

    kind: str
    icon: str
    words: str


@dataclass(frozen=True)
class ReportRow:
    """One report. Amounts in its currency."""

    report: ExpenseReport
    lines: int
    drafts: int
    returned: int
    amount: Decimal
    owed_amount: Decimal
    first: date | None
    last: date | None
    without_receipt: int
    standing: Standing


@dataclass(frozen=True)
class Figures:
    """What a person has to do and to get, in the currency in which most of it is."""

    currency: str
    to_submit: Decimal
    waiting: Decimal
    owed: Decimal
    paid: Decimal
    returned: int


@dataclass(frozen=True)
class ReportList:
    rows: list[ReportRow]
    more: int
    next_start: int
    open_count: int
    all_count: int
    figures: Figures


OPEN = Q(expenses__state__in=[State.DRAFT, State.SUBMITTED, State.REJECTED]) | Q(expenses=None)
OWED = Q(expenses__state=State.APPROVED, expenses__is_reimbursable=True, expenses__reimbursement=None)


def reports_of(staff: StaffMember, on: date, *, tab: str = "open", start: int = 0) -> ReportList:
    """The person's reports, the latest first: those with something to do or to get, or all. Four statements."""
    own = ExpenseReport.objects.filter(staff=staff)
    still_open = own.filter(pk__in=own.filter(OPEN | OWED).values("pk"))
    shown = still_open if tab == "open" else own
    counts = (still_open.count(), own.count())
    rows = rows_of(shown.order_by("-pk")[start : start + PAGE_ROWS])
    listed = counts[0] if tab == "open" else counts[1]
    more = max(0, min(PAGE_ROWS, listed - start - PAGE_ROWS))
    return ReportList(rows, more, start + PAGE_ROWS, *counts, figures_of(staff, on))


def rows_of(reports: QuerySet[ExpenseReport]) -> list[ReportRow]:
    """The reports with their sums. Two statements."""
    found = list(reports)
    bare = ~Exists(Receipt.objects.filter(expense=OuterRef("pk")))
    sums = (
        Expense.objects.filter(report__in=[report.pk for report in found])
        .annotate(is_bare=bare)
        .values("report_id")
        .annotate(
            lines=Count("id"),
            drafts=Count("id", filter=Q(state=State.DRAFT)),
            submitted=Count("id", filter=Q(state=State.SUBMITTED)),
            approved=Count("id", filter=Q(state=State.APPROVED)),
            returned=Count("id", filter=Q(state=State.REJECTED)),
            unpaid=Count("id", filter=Q(state=State.APPROVED, is_reimbursable=True, reimbursement=None)),
            paid=Count("id", filter=Q(reimbursement__isnull=False)),
            amount=Sum("base_amount"),
            owed=Sum("base_amount", filter=Q(is_reimbursable=True)),
            first=Min("spent_on"),
            last=Max("spent_on"),
            without=Count("id", filter=Q(is_bare=True, reverses=None)),
        )
    )
    by_report: dict[int, Any] = {row["report_id"]: row for row in sums}
    return [_row(report, by_report.get(report.pk)) for report in found]


def _row(report: ExpenseReport, sums: dict[str, Any] | None) -> ReportRow:
    known: dict[str, Any] = sums or {}
    return ReportRow(
        report=report,
        lines=known.get("lines", 0),
        drafts=known.get("drafts", 0),
        returned=known.get("returned", 0),
        amount=known.get("amount") or ZERO,
        owed_amount=known.get("owed") or ZERO,
        first=known.get("first"),
        last=known.get("last"),
        without_receipt=known.get("without", 0),
        standing=_standing(**{key: known[key] for key in COUNTS}) if sums else DRAFT,
    )


COUNTS = ("lines", "drafts", "submitted", "approved", "returned", "unpaid", "paid")
DRAFT = Standing("", "pencil", "Draft")


def _standing(
    lines: int, drafts: int, submitted: int, approved: int, returned: int, unpaid: int, paid: int
) -> Standing:
    """What goes wrong is said first, then what is still to do, then how far the rest is."""
    if returned:
        return Standing("bad", "arrow-back-up", f"{returned} returned")
    if drafts:
        return DRAFT if drafts == lines else Standing("", "pencil", f"{drafts} not submitted")
    if submitted:
        return (
            Standing("wait", "circle-half-2", "Partly approved")
            if approved
            else Standing("wait", "clock", "Submitted")
        )
    if unpaid:
        return (
            Standing("ok", "circle-half-2", "Partly paid back")
            if paid
            else Standing("ok", "check", "Approved")
        )
    return Standing("ok", "cash", "Paid back") if paid else Standing("ok", "check", "Approved")


def standing_of(lines: Sequence[Expense]) -> Standing:
    """The same of lines that are loaded. No statement."""
    if not lines:
        return DRAFT
    states = [line.state for line in lines]
    return _standing(
        lines=len(lines),
        drafts=states.count(State.DRAFT),
        submitted=states.count(State.SUBMITTED),
        approved=states.count(State.APPROVED),
        returned=states.count(State.REJECTED),
        unpaid=sum(
            line.state == State.APPROVED and line.is_reimbursable and not line.reimbursement_id
            for line in lines
        ),
        paid=sum(line.reimbursement_id is not None for line in lines),
    )


def figures_of(staff: StaffMember, on: date) -> Figures:
    """What the person has to submit, what waits, what is owed, and what was paid back this year. One statement."""
    owed = Q(state=State.APPROVED, is_reimbursable=True, reimbursement=None)
    sums = (
        Expense.objects.filter(report__staff=staff)
        .values("report__currency")
        .annotate(
            lines=Count("id"),
            to_submit=Sum("base_amount", filter=Q(state__in=[State.DRAFT, State.REJECTED])),
            waiting=Sum("base_amount", filter=Q(state=State.SUBMITTED)),
            owed=Sum("base_amount", filter=owed),
            paid=Sum("base_amount", filter=Q(reimbursement__paid_on__year=on.year)),
            returned=Count("id", filter=Q(state=State.REJECTED)),
        )
        .order_by("-lines")
        .first()
    )
    if sums is None:
        return Figures("", ZERO, ZERO, ZERO, ZERO, 0)
    return Figures(
        currency=sums["report__currency"],
        to_submit=sums["to_submit"] or ZERO,
        waiting=sums["waiting"] or ZERO,
        owed=sums["owed"] or ZERO,
        paid=sums["paid"] or ZERO,
        returned=sums["returned"],
    )

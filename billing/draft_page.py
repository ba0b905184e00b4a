"""Everything that the editor of a draft shows, beside the paper as the client will see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import translation

from approvals.models import Policy
from billing import billable
from billing.adjusting import is_of_fee
from billing.agreed import DRIVEN_BY_HOURS
from billing.documents import build_content
from billing.issuing import what_is_missing
from billing.layouts import Layout, layout_of
from billing.models import BilledExpense, BilledTime, Discount, Invoice, InvoiceLine
from billing.paper import Paper, paper_of
from billing.realization import of_lines
from billing.reviews import Review, policy, review_of, what_keeps
from billing.staleness import Changes, changes, projects_of
from billing.unbilled import rounded_amount
from core import audit
from core.money import ZERO
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class EditorLine:
    """A line with what stands behind it."""

    line: InvoiceLine
    entry_count: int
    people_count: int
    expense_count: int = 0
    discount: Discount | None = None

    @property
    def has_hours(self) -> bool:
        """Whether hours make it, that may be written up or down; not where a fee does."""
        return bool(self.entry_count) and not is_of_fee(self.line)

    @property
    def adjustment_amount(self) -> Decimal:
        return self.line.amount - self.line.computed_amount


@dataclass
class EditorGroup:
    """Lines under one heading; the heading may be empty."""

    name: str
    lines: list[EditorLine] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        return sum((row.line.amount for row in self.lines), ZERO)


@dataclass(frozen=True)
class DraftPage:
    invoice: Invoice
    groups: list[EditorGroup]
    # As the document says them.
    taxes: list[dict[str, Any]]
    # Off the whole invoice; those of lines stand with them.
    discount: Discount | None
    computed_amount: Decimal
    write_down_amount: Decimal
    write_up_amount: Decimal
    left_amount: Decimal
    due_on: date
    layout: Layout
    paper: Paper
    missing: str
    # The firm's review of invoices, None where there is none, and where this draft stands in it.
    policy: Policy | None
    review: Review
    changes: Changes | None

    @property
    def rows(self) -> list[EditorLine]:
        return [row for group in self.groups for row in group.lines]

    @property
    def has_expenses(self) -> bool:
        return any(row.line.is_expense for row in self.rows)

    @property
    def lines_discount_amount(self) -> Decimal:
        """What the lines' own discounts take off."""
        return self.invoice.discount_amount - (self.discount.taken_amount if self.discount else ZERO)

    @property
    def realization(self) -> Decimal | None:
        """What is asked for the work in percent of what it comes to, one decimal; None without work."""
        return of_lines(row.line for row in self.rows).percent()


def draft_page(invoice: Invoice, *, today: date) -> DraftPage:
    """The editor of a draft (with client, entity, terms loaded). Six statements; more for discounts, expenses in
    the appendix, a review, and where it is stale."""
    lines = _lines(invoice)
    discounts = discounts_of(invoice)
    due_on = invoice.terms.due_on(today) if invoice.terms else today
    content = build_content(invoice, issued_on=today, due_on=due_on, lines=lines)
    with translation.override(invoice.client.language):
        paper = paper_of(content)
    rules = policy()
    review = review_of(invoice) if rules else Review()
    differences = [line.amount - line.computed_amount for line in lines if line.work_key]
    return DraftPage(
        invoice=invoice,
        groups=_grouped(lines, discounts),
        taxes=content["taxes"],
        discount=discounts.get(None),
        computed_amount=sum((line.computed_amount for line in lines if line.work_key), ZERO),
        write_down_amount=sum((each for each in differences if each < 0), ZERO),
        write_up_amount=sum((each for each in differences if each > 0), ZERO),
        left_amount=left_unbilled(invoice),
        due_on=due_on,
        layout=layout_of(invoice),
        paper=paper,
        missing=what_is_missing(invoice, len(lines))
        or (what_keeps(review) if rules and rules.is_blocking else ""),
        policy=rules,
        review=review,
        changes=changes(invoice) if invoice.is_stale else None,
    )


def _lines(invoice: Invoice) -> list[Any]:
    """The lines, each with how many entries, expenses and people stand behind it. One statement."""
    work = BilledTime.objects.filter(line=OuterRef("pk"))
    spent = BilledExpense.objects.filter(line=OuterRef("pk"), line__expense_code__isnull=False)
    staff = "expense__report__staff"
    lines = InvoiceLine.objects.filter(invoice=invoice).select_related("tax_code")
    return list(
        lines.annotate(
            entry_count=_number(work, Count("pk")),
            expense_count=_number(spent, Count("pk")),
            people_count=Case(
                When(expense_code=None, then=_number(work, Count("entry__staff", distinct=True))),
                default=_number(spent, Count(staff, distinct=True)),
            ),
        )
    )


def _number(rows: QuerySet[Any], count: Count) -> Coalesce:
    found = rows.order_by().values("line").annotate(number=count).values("number")
    return Coalesce(Subquery(found), 0)


@dataclass(frozen=True)
class LastChange:
    """Who changed the draft last, and when."""

    name: str
    at: datetime


def last_change(invoice: Invoice) -> LastChange | None:
    """For whoever meets a change of somebody else. One statement."""
    action = audit.history(invoice).order_by("-pk").first()
    return LastChange(action.actor_name, action.at) if action else None


def left_unbilled(invoice: Invoice) -> Decimal:
    """Approved, rated work of the project that is on no invoice and no draft: what stays in work in progress."""
    work = TimeEntry.objects.filter(
        project__in=projects_of(invoice), task__contract_line__method__in=DRIVEN_BY_HOURS
    )
    entries = billable.unbilled(work.approved())
    left = entries.filter(billable.rated()).annotate(worth=rounded_amount())
    return left.aggregate(sum=Sum("worth"))["sum"] or ZERO


def discounts_of(invoice: Invoice) -> dict[int | None, Discount]:
    """Its discounts by line; that of the whole invoice under None. One statement, none without discounts."""
    if not invoice.discount_amount:
        return {}
    return {discount.line_id: discount for discount in Discount.objects.filter(invoice=invoice)}


def _grouped(lines: list[Any], discounts: Mapping[int | None, Discount]) -> list[EditorGroup]:
    groups: list[EditorGroup] = []
    for line in lines:
        if not groups or groups[-1].name != line.group:
            groups.append(EditorGroup(line.group))
        counts = (line.entry_count, line.people_count, line.expense_count)
        groups[-1].lines.append(EditorLine(line, *counts, discounts.get(line.pk)))
    return groups

"""The list of invoices and drafts, by where they stand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, Q, QuerySet, Sum, Value, When

from billing.models import Invoice
from billing.reviews import Review, reviews_of

ROWS = 50


class Stage(models.TextChoices):
    """Where an invoice stands, in the words of design.md."""

    DRAFT = "DRAFT", "Draft"
    STALE = "STALE", "Draft, work changed"
    ISSUED = "ISSUED", "Issued"
    SENT = "SENT", "Sent"
    PARTLY_PAID = "PARTLY_PAID", "Partly paid"
    PROCESSING = "PROCESSING", "Payment processing"
    DISPUTED = "DISPUTED", "Disputed"
    OVERDUE = "OVERDUE", "Overdue"
    PAID = "PAID", "Paid"
    CREDITED = "CREDITED", "Credited"
    WRITTEN_OFF = "WRITTEN_OFF", "Written off"
    VOID = "VOID", "Void"


# Kind and icon of each stage.
LOOKS = {
    Stage.DRAFT: ("", "pencil"),
    Stage.STALE: ("warn", "arrows-diff"),
    Stage.ISSUED: ("wait", "file-check"),
    Stage.SENT: ("wait", "send"),
    Stage.PARTLY_PAID: ("wait", "circle-half-2"),
    Stage.PROCESSING: ("wait", "loader"),
    Stage.DISPUTED: ("warn", "message-question"),
    Stage.OVERDUE: ("bad", "alert-circle"),
    Stage.PAID: ("ok", "circle-check"),
    Stage.CREDITED: ("", "receipt-refund"),
    Stage.WRITTEN_OFF: ("", "cash-off"),
    Stage.VOID: ("", "ban"),
}


@dataclass(frozen=True)
class Tab:
    """One view of the list. `where` needs the balance and the date."""

    key: str
    label: str
    where: Q
    empty: str


def tabs_on(on: date) -> list[Tab]:
    """Drafts, open, overdue, paid, void, all."""
    issued = Q(state=Invoice.State.ISSUED)
    return [
        Tab("drafts", "Drafts", Q(state=Invoice.State.DRAFT), "No drafts"),
        Tab("open", "Open", issued & Q(balance_amount__gt=0), "Nothing is open"),
        Tab("overdue", "Overdue", issued & Q(balance_amount__gt=0, due_on__lt=on), "Nothing is overdue"),
        Tab("paid", "Paid", issued & Q(balance_amount__lte=0), "Nothing is paid yet"),
        Tab("void", "Void", Q(state=Invoice.State.VOID), "No invoice is void"),
        Tab("all", "All", Q(), "No invoices yet"),
    ]


@dataclass(frozen=True)
class Row:
    """An invoice with its state as icon, words and kind."""

    invoice: Any
    state: tuple[str, str, str]


@dataclass(frozen=True)
class InvoicesPage:
    rows: list[Row]
    tabs: list[tuple[Tab, int]]
    tab: Tab
    more: int
    first: int
    totals: list[tuple[str, Decimal, Decimal]]  # currency, total, balance
    count: int


def invoices_page(
    key: str,
    *,
    on: date,
    search: str = "",
    client_id: int | None = None,
    entity_id: int | None = None,
    first: int = 0,
) -> InvoicesPage:
    """One tab of the list, fifty rows at a time, counts of all tabs and sums of this one. Four statements,
    up to four more for drafts that were given into review."""
    found = matching(search, client_id)
    if entity_id is not None:
        found = found.filter(entity=entity_id)
    tabs = tabs_on(on)
    tab = next((tab for tab in tabs if tab.key == key), tabs[1])
    numbers = _counts(found, tabs)
    shown = found.filter(tab.where)
    order = ["-drafted_at", "-pk"] if tab.key == "drafts" else ["-issued_on", "-pk"]
    rows = list(shown.select_related("client", "project").order_by(*order)[first : first + ROWS])
    # Nothing of a review is asked or shown where there is no draft.
    drafts = [invoice for invoice in rows if invoice.state == Invoice.State.DRAFT and not invoice.is_stale]
    reviews = reviews_of(drafts) if drafts else {}
    return InvoicesPage(
        rows=[Row(invoice, _look(invoice, reviews, on)) for invoice in rows],
        tabs=[(each, numbers[each.key]) for each in tabs],
        tab=tab,
        more=min(max(numbers[tab.key] - first - ROWS, 0), ROWS),
        first=first + ROWS,
        totals=_totals(shown),
        count=numbers[tab.key],
    )


def _look(invoice: Any, reviews: dict[int, Review], on: date) -> tuple[str, str, str]:
    """A draft that is or was in review says so."""
    review = reviews.get(invoice.pk)
    return (review.look if review else None) or state_of(invoice, on)


def _totals(shown: QuerySet[Any]) -> list[tuple[str, Decimal, Decimal]]:
    """Total and balance by currency; two statements."""
    currencies = sorted(shown.order_by().values_list("currency", flat=True).distinct())
    if not currencies:
        return []
    sums = shown.order_by().aggregate(
        **{f"total_{code}": Sum("total_amount", filter=Q(currency=code)) for code in currencies},
        **{f"balance_{code}": Sum("balance_amount", filter=Q(currency=code)) for code in currencies},
    )
    return [(code, sums[f"total_{code}"], sums[f"balance_{code}"]) for code in currencies]


def _counts(found: QuerySet[Any], tabs: list[Tab]) -> dict[str, int]:
    """How many invoices each tab has; one statement."""
    marks = found.order_by().annotate(
        **{
            f"in_{tab.key}": Case(When(tab.where, then=1), default=0) if tab.where else Value(1)
            for tab in tabs
        }
    )
    sums = marks.aggregate(**{tab.key: Sum(f"in_{tab.key}") for tab in tabs})
    return {key: number or 0 for key, number in sums.items()}


def matching(search: str, client_id: int | None = None) -> QuerySet[Any]:
    """Invoices and drafts with their balance, without deposit requests; each word of `search` occurs in number,
    title, client or PO number.
    """
    found: QuerySet[Any] = Invoice.objects.bills().with_balance()
    if client_id is not None:
        found = found.filter(client=client_id)
    for word in search.split():
        found = found.filter(
            Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(client__name__icontains=word)
            | Q(po_number__icontains=word)
        )
    return found


def stage_of(invoice: Any, on: date) -> Stage:
    """Where an invoice with its balance stands on a day: derived, never stored."""
    if invoice.state == Invoice.State.DRAFT:
        return Stage.STALE if invoice.is_stale else Stage.DRAFT
    if invoice.state == Invoice.State.VOID:
        return Stage.VOID
    if invoice.balance_amount <= 0:
        return _settled_by(invoice)
    if invoice.is_disputed:
        return Stage.DISPUTED
    if invoice.processing_amount > 0:
        return Stage.PROCESSING
    if invoice.due_on < on:
        return Stage.OVERDUE
    if invoice.paid_amount > 0:
        return Stage.PARTLY_PAID
    return Stage.ISSUED if invoice.sent_at is None else Stage.SENT


def _settled_by(invoice: Any) -> Stage:
    """Nothing is due any more: what was written off was not paid, and what was wholly credited neither.

    The discount for paying early is no loss: such an invoice is paid.
    """
    if invoice.written_off_amount > invoice.discounted_amount:
        return Stage.WRITTEN_OFF
    return Stage.PAID if invoice.paid_amount > 0 else Stage.CREDITED


def state_of(invoice: Any, on: date) -> tuple[str, str, str]:
    """Kind, icon and words of an invoice with its balance, as design.md names the states."""
    stage = stage_of(invoice, on)
    kind, icon = LOOKS[stage]
    words = f"Overdue {(on - invoice.due_on).days} d" if stage == Stage.OVERDUE else str(stage.label)
    return kind, icon, words

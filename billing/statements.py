"""Statements of account: what a client owes on a day, or what happened between two days, to the cent.

The balance is what is open of its invoices less its credit. What happened is read from the books, so opening balance,
rows and closing balance add up to what the receivables and the credit account say of the client.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext

from billing.models import (
    CreditMemo,
    InvoiceJournal,
    PaymentJournal,
    Refund,
    RetainerMovement,
    WriteOff,
)
from billing.receivables import BUCKETS, OpenInvoice, open_invoices, unapplied_credits
from clients.models import Client
from core.errors import Refusal
from core.money import ZERO
from ledger.models import Account, JournalLine

Purpose = Account.Purpose
ONE_DAY = timedelta(days=1)


class DaysAreWrong(Refusal):
    """The first day lies behind the last one."""

    sentence = "The first day is not later than the last one."


@dataclass(frozen=True)
class Movement:
    """One row: what happened, by how much the balance changed, and how it then was. Its words are the client's."""

    on: date
    words: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Statement:
    """A client's account in its currency. `first_on` is empty for a statement of what is open on `last_on`."""

    client: Client
    currency: str
    first_on: date | None
    last_on: date
    opening_amount: Decimal
    movements: list[Movement]
    invoices: list[OpenInvoice]
    credit_amount: Decimal

    @property
    def open_amount(self) -> Decimal:
        return sum((item.open_amount for item in self.invoices), ZERO)

    @property
    def closing_amount(self) -> Decimal:
        """What the client owes; below zero, what it has to its credit."""
        return self.open_amount - self.credit_amount

    @property
    def buckets(self) -> list[tuple[str, Decimal]]:
        """What is open by age."""
        sums = [ZERO] * len(BUCKETS)
        for item in self.invoices:
            sums[item.bucket] += item.open_amount
        return list(zip(BUCKETS, sums, strict=True))

    @property
    def is_empty(self) -> bool:
        return not (self.invoices or self.movements or self.credit_amount or self.opening_amount)


def statement_of(client: Client, *, last_on: date, first_on: date | None = None) -> Statement:
    """The statement at the end of `last_on`; with `first_on` also what happened from that day on.

    The client's language must be active for the words. Raises DaysAreWrong (field `first_on`). Two statements; with
    what happened eleven.
    """
    check_days(first_on, last_on)
    invoices = open_invoices(last_on, client=client)
    credit = sum(unapplied_credits(last_on, client=client).values(), ZERO)
    opening, movements = ZERO, []
    if first_on is not None:
        opening = balance_on(client, first_on - ONE_DAY)
        movements = _movements(client, first_on, last_on, opening)
    return Statement(client, client.currency, first_on, last_on, opening, movements, invoices, credit)


def check_days(first_on: date | None, last_on: date) -> None:
    """Raises DaysAreWrong (field `first_on`) where the first day lies behind the last one."""
    if first_on is not None and first_on > last_on:
        raise DaysAreWrong(field="first_on")


def balance_on(client: Client, on: date) -> Decimal:
    """What a client owed at the end of a day, from its documents. Two statements."""
    owed = sum((item.open_amount for item in open_invoices(on, client=client)), ZERO)
    return owed - sum(unapplied_credits(on, client=client).values(), ZERO)


def booked_on(client: Client, on: date) -> Decimal:
    """The same from the books: receivables less customer credits. One statement."""
    lines = JournalLine.objects.filter(
        client=client, account__purpose__in=(Purpose.RECEIVABLES, Purpose.CREDITS), entry__posted_on__lte=on
    )
    found = lines.aggregate(debit=Sum("debit_amount"), credit=Sum("credit_amount"))
    return (found["debit"] or ZERO) - (found["credit"] or ZERO)


def _movements(client: Client, first: date, last: date, balance: Decimal) -> list[Movement]:
    """What changed the balance, in order. What only moves between invoice and credit does not."""
    rows = (
        JournalLine.objects.filter(
            client=client,
            account__purpose__in=(Purpose.RECEIVABLES, Purpose.CREDITS),
            entry__posted_on__range=(first, last),
        )
        .values("entry_id", "entry__posted_on", "entry__memo")
        .annotate(net=Sum("debit_amount") - Sum("credit_amount"))
        .exclude(net=0)
        .order_by("entry__posted_on", "entry_id")
    )
    found = list(rows)
    words = words_of_entries(row["entry_id"] for row in found)
    movements = []
    for row in found:
        balance += row["net"]
        said = words.get(row["entry_id"], row["entry__memo"])
        movements.append(Movement(row["entry__posted_on"], said, row["net"], balance))
    return movements


def words_of_entries(ids: Iterable[int]) -> dict[int, str]:
    """What journal entries are about, in the active language. Eight statements, whatever their number."""
    wanted = set(ids)
    if not wanted:
        return {}
    words: dict[int, str] = {}
    for invoice in InvoiceJournal.objects.filter(entry__in=wanted).select_related("invoice"):
        number = invoice.invoice.number
        is_void = invoice.reason == "voided"
        words[invoice.entry_id] = (
            gettext("Invoice %(number)s, void") if is_void else gettext("Invoice %(number)s")
        ) % {"number": number}
    for received in PaymentJournal.objects.filter(entry__in=wanted).select_related("payment"):
        parts = [gettext("Payment"), received.payment.get_method_display(), received.payment.reference]
        words[received.entry_id] = ", ".join(part for part in parts if part)
    for draw in RetainerMovement.objects.filter(entry__in=wanted):
        words[draw.entry_id] = gettext("Paid from your retainer")
    for memo in CreditMemo.objects.filter(entry__in=wanted) | CreditMemo.objects.filter(
        void_entry__in=wanted
    ):
        if memo.entry_id in wanted and memo.entry_id is not None:
            words[memo.entry_id] = gettext("Credit memo %(number)s") % {"number": memo.number}
        if memo.void_entry_id in wanted and memo.void_entry_id is not None:
            words[memo.void_entry_id] = gettext("Credit memo %(number)s, void") % {"number": memo.number}
    words |= _undoable(wanted)
    return words


def _undoable(wanted: set[int]) -> dict[int, str]:
    """Write-offs and refunds, and what takes them back."""
    words: dict[int, str] = {}
    for off in WriteOff.objects.filter(entry__in=wanted).select_related("invoice"):
        words[off.entry_id] = gettext("Adjustment of invoice %(number)s") % {"number": off.invoice.number}
    for off in WriteOff.objects.filter(undo_entry__in=wanted).select_related("invoice"):
        if off.undo_entry_id is not None:
            words[off.undo_entry_id] = gettext("Adjustment of invoice %(number)s, taken back") % {
                "number": off.invoice.number
            }
    for refund in Refund.objects.filter(entry__in=wanted) | Refund.objects.filter(undo_entry__in=wanted):
        if refund.entry_id in wanted:
            words[refund.entry_id] = gettext("Refund to you")
        if refund.undo_entry_id in wanted and refund.undo_entry_id is not None:
            words[refund.undo_entry_id] = gettext("Refund to you, taken back")
    return words

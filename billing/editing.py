"""Changing a draft. Every change adds the draft up anew; the difference to the work is a write-down or write-up."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from approvals.submitting import supersede
from billing.access import DRAFT_INVOICES
from billing.adjusting import (
    REASON_LENGTH,
    AmountIsWrong,
    ReasonIsMissing,
    by_amount,
    by_minutes,
    by_rate,
    is_of_fee,
    save_adjustments,
    sum_up,
    with_reason,
)
from billing.layouts import layout_of, remember
from billing.models import BilledTime, CatalogueItem, Discount, Invoice, InvoiceLine, InvoiceTax
from billing.promises import IssuedNeverChanges
from billing.reviews import KIND as REVIEW
from billing.staleness import projects_of
from billing.taxation import SHARES, add_up_lines, shares_of, tax_book, tax_day, tax_facts
from clients.models import PaymentTerms
from core import audit
from core.errors import Conflict, Refusal
from core.money import ZERO, round_amount
from core.promises import promises
from people.access import require
from people.models import User
from projects.models import Project


class ChangedMeanwhile(Conflict):
    """Somebody else saved the draft first."""

    sentence = "Somebody else changed this draft meanwhile. Load it again to see what is there now; nothing was saved."


BELOW_ZERO = "An amount for work cannot be below zero. Remove the line instead."


class Empty(Refusal):
    """A text that must not be empty."""


@dataclass(frozen=True)
class Terms:
    """What an invoice says besides its lines. None leaves a field as it is."""

    title: str | None = None
    terms: PaymentTerms | None = None
    po_number: str | None = None
    message: str | None = None
    detail: str | None = None
    # The day whose tax rates count, where it is not the invoice's.
    tax_on: date | None = None
    shows_receipts: bool | None = None
    internal_note: str | None = None
    exchange_rate: Decimal | None = None
    clears_rate: bool = False


def lock_draft(invoice_id: int, *, version: int | None = None) -> Invoice:
    """The draft, locked. Raises IssuedNeverChanges, and ChangedMeanwhile when it is not of this version any more."""
    invoice = (
        Invoice.objects.select_for_update(of=("self",))
        .select_related("client", "entity", "terms", "project")
        .get(pk=invoice_id)
    )
    if invoice.state != Invoice.State.DRAFT:
        raise IssuedNeverChanges
    if version is not None and version != invoice.version:
        raise ChangedMeanwhile
    return invoice


@contextmanager
def changing(
    invoice: Invoice, verb: str, *, by: User | None, version: int | None, why: str = "", **facts: Any
) -> Iterator[Invoice]:
    """Locks the draft, records the action, and adds the draft up anew afterwards."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        draft = lock_draft(invoice.pk, version=version)
        with audit.acting(verb, by=by, subject=draft, why=why, **facts):
            yield draft
            add_up_anew(draft)


def add_up_anew(invoice: Invoice) -> None:
    """Writes the draft's sums, discounts and taxes from its lines and what they are taxed by, and raises its version.

    Only rows that changed are written.
    """
    lines = list(InvoiceLine.objects.filter(invoice=invoice))
    discounts = list(Discount.objects.filter(invoice=invoice))
    before = {line.pk: shares_of(line) for line in lines}
    taken = {discount.pk: discount.taken_amount for discount in discounts}
    wanted = add_up_lines(invoice, lines, tax_book(tax_day(invoice)), discounts)
    InvoiceLine.objects.bulk_update([each for each in lines if shares_of(each) != before[each.pk]], SHARES)
    moved = [each for each in discounts if each.taken_amount != taken[each.pk]]
    Discount.objects.bulk_update(moved, ["taken_amount"])
    now = InvoiceTax.objects.filter(invoice=invoice).order_by("pk")
    if [tax_facts(row) for row in wanted] != [tax_facts(row) for row in now]:
        InvoiceTax.objects.filter(invoice=invoice).delete()
        InvoiceTax.objects.bulk_create(wanted)
    invoice.version += 1
    invoice.save()
    # Whoever is asked about the draft is asked about what it was.
    supersede(kind=REVIEW, ids=[invoice.pk])


@dataclass(frozen=True)
class Asked:
    """What the client is asked for, one way: an amount, so many minutes at the rate, or the hours at another rate.

    All None leaves it; only one of them may be given.
    """

    amount: Decimal | None = None
    minutes: int | None = None
    rate: Decimal | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.amount, self.minutes, self.rate)) > 1:
            raise AmountIsWrong("Change the hours, the rate or the amount, one at a time.")

    @property
    def is_nothing(self) -> bool:
        return self.amount is None and self.minutes is None and self.rate is None


UNCHANGED = Asked()


def edit_line(
    *,
    line: InvoiceLine,
    by: User | None,
    description: str | None = None,
    amount: Decimal | None = None,
    minutes: int | None = None,
    rate: Decimal | None = None,
    reason: str | None = None,
    version: int | None = None,
) -> InvoiceLine:
    """Changes what a line says or comes to: by its amount, its hours or its rate, one of them.

    Above the work is a write-up, below it a write-down; both need a reason and are spread over the entries by largest
    remainder. Raises Empty, AmountIsWrong, ReasonIsMissing, ChangedMeanwhile, NotAllowed.
    """
    asked = Asked(amount, minutes, rate)
    with changing(
        line.invoice, "invoice.edit_line", by=by, version=version, why=reason or "", line=line.pk
    ) as draft:
        line = InvoiceLine.objects.get(pk=line.pk, invoice=draft)
        if description is not None:
            line.description = _text(description, "description", "Say what the line is for.")
        rows = list(BilledTime.objects.filter(line=line).order_by("entry__worked_on", "entry_id"))
        if rows and (reason is not None or not asked.is_nothing):
            ask(line, rows, asked, draft.currency)
            with_reason(rows, reason, line.adjustment_reason)
            save_adjustments(rows)
            sum_up(line, rows, draft.currency)
        elif amount is not None:
            _set_amount(line, round_amount(amount, draft.currency), reason)
        elif minutes is not None or rate is not None:
            raise AmountIsWrong("This line has no hours. Change its amount instead.", field="amount")
        elif reason is not None and line.amount != line.computed_amount:
            line.adjustment_reason = _text(reason, "reason", ReasonIsMissing.sentence)[:REASON_LENGTH]
        line.save()
    return line


def edit_entry(
    *,
    billed: BilledTime,
    by: User | None,
    amount: Decimal | None = None,
    minutes: int | None = None,
    rate: Decimal | None = None,
    reason: str | None = None,
    version: int | None = None,
) -> BilledTime:
    """Writes one entry on a draft up or down, by its amount, its hours or its rate; its line follows.

    The time entry itself stays. Raises as edit_line.
    """
    asked = Asked(amount, minutes, rate)
    line = InvoiceLine.objects.select_related("invoice").get(pk=billed.line_id or 0)
    with changing(
        line.invoice, "invoice.edit_entry", by=by, version=version, why=reason or "", entry=billed.entry_id
    ) as draft:
        rows = list(BilledTime.objects.filter(line=line).order_by("entry__worked_on", "entry_id"))
        chosen = [row for row in rows if row.pk == billed.pk]
        ask(line, chosen, asked, draft.currency)
        with_reason(chosen, reason)
        save_adjustments(chosen)
        sum_up(line, rows, draft.currency)
        line.save()
    return chosen[0] if chosen else billed


def ask(line: InvoiceLine, rows: Sequence[BilledTime], asked: Asked, currency: str) -> None:
    """Sets what is asked for the entries of a line. Raises AmountIsWrong."""
    if is_of_fee(line) and (asked.minutes is not None or asked.rate is not None):
        raise AmountIsWrong(
            "A fee makes this amount, not its hours. Change the amount instead.", field="amount"
        )
    if asked.minutes is not None:
        by_minutes(rows, asked.minutes, currency, line.rate_minutes)
    elif asked.rate is not None:
        by_rate(rows, asked.rate, currency, line.rate_minutes)
    elif asked.amount is not None:
        amount = round_amount(asked.amount, currency)
        if amount < 0:
            raise AmountIsWrong(BELOW_ZERO, field="amount")
        by_amount(rows, amount, currency)


def _set_amount(line: InvoiceLine, amount: Decimal, reason: str | None) -> None:
    if not line.work_key:
        line.computed_amount = line.amount = amount
        return
    if amount < min(line.computed_amount, ZERO):
        raise AmountIsWrong(BELOW_ZERO, field="amount")
    line.amount = amount
    if amount == line.computed_amount:
        line.adjustment_reason = ""
        return
    words = line.adjustment_reason if reason is None else reason.strip()
    if not words:
        raise ReasonIsMissing(field="reason")
    line.adjustment_reason = words[:REASON_LENGTH]


@dataclass(frozen=True)
class LineShare:
    """A payer's part of a line that several share: of which project, by which split, how much."""

    project: Project
    split_id: int
    percent: Decimal


def add_line(
    *,
    invoice: Invoice,
    description: str,
    amount: Decimal,
    by: User | None,
    item: CatalogueItem | None = None,
    share: LineShare | None = None,
    version: int | None = None,
) -> InvoiceLine:
    """Adds a line without work behind it; below zero it is a discount. Of an item the item's tax code counts, where it
    has one. `amount` is this invoice's part where it is a `share`. Raises Empty, AmountIsWrong."""
    with changing(invoice, "invoice.add_line", by=by, version=version) as draft:
        amount = round_amount(amount, draft.currency)
        if not amount:
            raise AmountIsWrong("Enter an amount other than zero.", field="amount")
        last = InvoiceLine.objects.filter(invoice=draft).aggregate(last=Max("position"))["last"] or 0
        return InvoiceLine.objects.create(
            invoice=draft,
            project=share.project if share else draft.project,
            split_id=share.split_id if share else None,
            share_percent=share.percent if share else None,
            description=_text(description, "description", "Say what the line is for."),
            computed_amount=amount,
            amount=amount,
            position=last + 1,
            item=item,
            tax_code=item.tax_code if item else None,
            is_tax_chosen=item is not None and item.tax_code_id is not None,
        )


def remove_line(*, line: InvoiceLine, by: User | None, version: int | None = None) -> Invoice:
    """Takes a line off the draft; its hours are ready to bill again."""
    with changing(
        line.invoice, "invoice.remove_line", by=by, version=version, line=line.description
    ) as draft:
        InvoiceLine.objects.filter(pk=line.pk, invoice=draft).delete()
    return draft


def edit_invoice(*, invoice: Invoice, wanted: Terms, by: User | None, version: int | None = None) -> Invoice:
    """Changes title, terms, PO number, message, note, detail, receipts, tax date and exchange rate of a draft.

    `clears_rate` leaves the rate to the day it is issued on. The detail is remembered for its projects."""
    with changing(invoice, "invoice.edit", by=by, version=version) as draft:
        if wanted.title is not None:
            draft.title = _text(wanted.title, "title", "Say what the invoice is for.")[:160]
        names = ("terms", "po_number", "message", "detail", "tax_on", "shows_receipts")
        for name in (*names, "internal_note", "exchange_rate"):
            value = getattr(wanted, name)
            if value is not None:
                setattr(draft, name, value.strip() if isinstance(value, str) else value)
        if wanted.clears_rate:
            draft.exchange_rate = None
        if wanted.detail is not None:
            remember(dict.fromkeys(projects_of(draft), layout_of(draft)))
    return draft


def delete_draft(*, invoice: Invoice, by: User | None) -> None:
    """Deletes a draft; its hours are ready to bill again."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        draft = lock_draft(invoice.pk)
        with audit.acting(
            "invoice.delete_draft", by=by, subject=draft, title=draft.title, total=draft.total_amount
        ):
            supersede(kind=REVIEW, ids=[draft.pk])
            draft.delete()


def delete_drafts_of_job(*, job_id: int, by: User | None) -> int:
    """The way back from drafting in bulk: deletes those of the job's drafts that are not issued. Returns how many."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        drafts = Invoice.objects.drafts().filter(job=job_id)
        ids = list(drafts.order_by("pk").select_for_update().values_list("pk", flat=True))
        with audit.acting("invoice.undo_drafting", by=by, job=job_id, drafts=len(ids)):
            supersede(kind=REVIEW, ids=ids)
            Invoice.objects.filter(pk__in=ids).delete()
    return len(ids)


def _text(text: str, field: str, words: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Empty(words, field=field)
    return text[:300]

"""Writing off what will never be paid, and taking that back. There is no other way to settle an invoice by hand."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from billing.access import ISSUE_INVOICES
from billing.applying import CannotApply, lock_invoice
from billing.balance import balance_of
from billing.credit_balance import first_day_of_invoice
from billing.events import invoice_settled
from billing.models import Invoice, InvoiceLine, WriteOff
from core import audit
from core.errors import Conflict, Refusal
from core.money import ZERO, allocate, format_amount, round_amount
from core.promises import promises
from ledger.models import Account
from ledger.posting import Line, check_open, post_entry
from ledger.reversing import reverse_entry
from people.access import require
from people.models import User
from projects.models import Project

Purpose = Account.Purpose


class ReasonIsMissing(Refusal):
    """A write-off needs a reason."""

    sentence = "Say why this is written off."


class AlreadyUndone(Conflict):
    """Somebody took it back before."""

    sentence = "This write-off was taken back already."


def write_off(
    *,
    invoice: Invoice,
    reason: str,
    by: User | None,
    on: date,
    at: datetime,
    amount: Decimal | None = None,
) -> WriteOff:
    """Writes off the balance of an invoice, or a part: Dr bad debts / Cr receivables, from the day `on`.

    The invoice stays as it is. Raises NotAllowed, ReasonIsMissing, CannotApply, BooksAreClosed.
    """
    require(by, ISSUE_INVOICES)
    words = reason.strip()[:300]
    if not words:
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        invoice = lock_invoice(invoice)
        most = balance_of(invoice).payable
        wanted = most if amount is None else round_amount(amount, invoice.currency)
        if not 0 < wanted <= most:
            said = format_amount(most, invoice.currency)
            raise CannotApply(f"At most {said} is due and can be written off.", field="amount")
        day = first_day_of_invoice(invoice, on)
        check_open(day, field="on")
        with audit.acting("invoice.write_off", by=by, subject=invoice, why=words, amount=str(wanted)):
            entry = post_entry(
                entity=invoice.entity,
                posted_on=day,
                memo=f"Write-off of invoice {invoice.number}, {invoice.client.name}",
                currency=invoice.currency,
                source_kind="billing.write_off",
                lines=[
                    *_losses(invoice, wanted),
                    Line(Purpose.RECEIVABLES, credit=wanted, client=invoice.client),
                ],
                by=by,
            )
            written = WriteOff.objects.create(
                invoice=invoice,
                amount=wanted,
                written_off_on=day,
                reason=words,
                entry=entry,
                recorded_by_name=by.name if by else "",
            )
            invoice_settled.send(sender=Invoice, invoice=invoice, at=at)
    return written


def _losses(invoice: Invoice, amount: Decimal) -> list[Line]:
    """The loss by project; of an invoice of several in proportion to what each has on it, to the cent."""
    if invoice.project_id is not None:
        return [Line(Purpose.BAD_DEBT, debit=amount, client=invoice.client, project=invoice.project)]
    sums: dict[Project | None, Decimal] = {}
    for line in InvoiceLine.objects.filter(invoice=invoice).select_related("project"):
        sums[line.project] = sums.get(line.project, ZERO) + line.amount
    shares = {project: part for project, part in sums.items() if part > 0} or {None: amount}
    parts = allocate(amount, list(shares.values()), invoice.currency)
    return [
        Line(Purpose.BAD_DEBT, debit=part, client=invoice.client, project=project)
        for project, part in zip(shares, parts, strict=True)
        if part
    ]


def reverse_write_off(*, written: WriteOff, by: User | None, on: date, reason: str = "") -> WriteOff:
    """Takes a write-off back: the invoice is due again from the day `on`.

    Raises NotAllowed, AlreadyUndone, BooksAreClosed.
    """
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=written.invoice_id)
        found = WriteOff.objects.select_for_update(of=("self",)).select_related("entry").get(pk=written.pk)
        if found.undone_on is not None:
            raise AlreadyUndone
        with audit.acting("invoice.reverse_write_off", by=by, subject=invoice, why=reason):
            found.undone_on = max(on, found.written_off_on)
            found.undo_entry = reverse_entry(entry=found.entry, on=found.undone_on, by=by)
            found.undo_reason = reason.strip()[:300]
            found.save(update_fields=["undone_on", "undo_entry", "undo_reason"])
    return found

"""Taking the early-payment discount: who pays the rest within its days owes no more."""

from datetime import date

from billing.balance import balance_of
from billing.early import settles_early
from billing.models import Invoice, InvoiceTax, WriteOff
from core import audit
from core.money import format_number, round_amount
from core.promises import promises
from ledger.models import Account
from ledger.posting import Line, post_entry
from ledger.tax_accounts import tax_lines
from people.models import User

Purpose = Account.Purpose


def take_early_discount(*, invoice: Invoice, paid_on: date, on: date, by: User | None) -> WriteOff | None:
    """Settles what is left of the locked invoice when that is within its discount and was paid in time; else nothing.

    Dr discounts given and its share of each tax (half-up) / Cr receivables, on the day `on`. Taking it back is
    `writing_off.reverse_write_off`. Who calls has asked for the right to record the payment.
    """
    left = balance_of(invoice).payable
    if not settles_early(invoice, left, paid_on=paid_on):
        return None
    taxes = [
        (component, round_amount(amount * left / invoice.total_amount, invoice.currency))
        for component, amount in InvoiceTax.objects.filter(invoice=invoice).values_list(
            "component_id", "amount"
        )
    ]
    net = left - sum(amount for _, amount in taxes)
    words = f"Early-payment discount of {format_number(invoice.early_discount_percent)} %"
    with promises(), audit.acting("invoice.take_discount", by=by, subject=invoice, amount=str(left)):
        entry = post_entry(
            entity=invoice.entity,
            posted_on=on,
            memo=f"{words}, invoice {invoice.number}",
            currency=invoice.currency,
            source_kind="billing.early_discount",
            lines=[
                Line(Purpose.DISCOUNTS, debit=net, client=invoice.client, project=invoice.project),
                *tax_lines(taxes, client=invoice.client, is_back=True),
                Line(Purpose.RECEIVABLES, credit=left, client=invoice.client),
            ],
            by=by,
        )
        return WriteOff.objects.create(
            kind=WriteOff.Kind.DISCOUNT,
            invoice=invoice,
            amount=left,
            written_off_on=on,
            reason=words,
            entry=entry,
            recorded_by_name=by.name if by else "",
        )

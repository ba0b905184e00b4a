"""What settles an invoice, for its page: credits applied, write-offs, and the credit memos that correct it."""

from collections.abc import Sequence
from dataclasses import dataclass

from billing.exchange import differences_of
from billing.models import CreditApplication, CreditMemo, ExchangeDifference, Invoice, WriteOff


@dataclass(frozen=True)
class Settlements:
    """With those that were undone: they are part of what happened."""

    credits: list[CreditApplication]
    write_offs: list[WriteOff]
    memos: list[CreditMemo]
    differences: Sequence[ExchangeDifference] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.credits or self.write_offs or self.memos or self.differences)


def settlements_of(invoice: Invoice) -> Settlements:
    """Three statements, four in another currency than the legal entity's."""
    return Settlements(
        credits=list(invoice.credit_applications.select_related("credit").order_by("applied_on", "pk")),
        write_offs=list(invoice.write_offs.order_by("written_off_on", "pk")),
        memos=list(invoice.credit_memos.order_by("pk")),
        differences=differences_of(invoice),
    )

"""What is still to be paid of an invoice."""

from dataclasses import dataclass
from decimal import Decimal

from billing.models import Invoice
from core.money import ZERO


@dataclass(frozen=True)
class Balance:
    """Amounts in the invoice's currency. `processing` is under way and reserves: it cannot be paid twice."""

    total: Decimal
    paid: Decimal
    processing: Decimal
    credited: Decimal = ZERO
    written_off: Decimal = ZERO

    @property
    def due(self) -> Decimal:
        return self.total - self.paid - self.credited - self.written_off

    @property
    def payable(self) -> Decimal:
        """What another payment may still pay."""
        return max(self.due - self.processing, ZERO)

    @property
    def is_paid(self) -> bool:
        """Nothing is due any more: paid, credited or written off."""
        return self.due <= 0

    @property
    def is_touched(self) -> bool:
        """Something settles a part of it, or is about to."""
        return any((self.paid, self.processing, self.credited, self.written_off))


def balance_of(invoice: Invoice) -> Balance:
    """The balance from payments, credits and write-offs that stand, and payments under way. One statement."""
    found = Invoice.objects.filter(pk=invoice.pk).with_balance()
    live = found.values("paid_amount", "processing_amount", "credited_amount", "written_off_amount").get()
    return Balance(
        invoice.total_amount,
        paid=live["paid_amount"],
        processing=live["processing_amount"],
        credited=live["credited_amount"],
        written_off=live["written_off_amount"],
    )

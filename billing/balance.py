"""What is still to be paid of an invoice."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum

from billing.models import Invoice, Payment, PaymentApplication
from core.money import ZERO


@dataclass(frozen=True)
class Balance:
    """Amounts in the invoice's currency. `processing` is under way and reserves: it cannot be paid twice."""

    total: Decimal
    paid: Decimal
    processing: Decimal

    @property
    def due(self) -> Decimal:
        return self.total - self.paid

    @property
    def payable(self) -> Decimal:
        """What another payment may still pay."""
        return max(self.due - self.processing, ZERO)

    @property
    def is_paid(self) -> bool:
        return self.due <= 0


def balance_of(invoice: Invoice) -> Balance:
    """The balance from the payments that live: received ones, and those under way. One statement."""
    live = PaymentApplication.objects.filter(invoice=invoice).aggregate(
        paid=Sum("amount", filter=Q(payment__state=Payment.State.SUCCEEDED)),
        processing=Sum("amount", filter=Q(payment__state=Payment.State.PROCESSING)),
    )
    return Balance(invoice.total_amount, live["paid"] or ZERO, live["processing"] or ZERO)

"""The list of payments and its figures."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Prefetch, Sum

from billing.models import Payment, PaymentApplication
from billing.standing import unapplied
from core.money import ZERO

ROWS = 50
# What a person looks for; a started checkout that nobody finished is not money.
SHOWN = {
    "": [Payment.State.SUCCEEDED, Payment.State.PROCESSING, Payment.State.FAILED],
    "received": [Payment.State.SUCCEEDED],
    "processing": [Payment.State.PROCESSING],
    "failed": [Payment.State.FAILED],
    "started": [Payment.State.PENDING, Payment.State.CANCELED],
}


@dataclass(frozen=True)
class Row:
    """A payment with the invoices it pays and what is left of it as credit."""

    payment: Payment
    applications: list[PaymentApplication]

    @property
    def credit(self) -> Decimal:
        if self.payment.state != Payment.State.SUCCEEDED:
            return ZERO
        return unapplied(self.payment)


@dataclass(frozen=True)
class PaymentsPage:
    rows: list[Row]
    more: int
    more_url: str
    counts: dict[str, int]
    totals: dict[str, Decimal]

    @property
    def shown_count(self) -> int:
        """Everything that the unfiltered list shows."""
        return self.counts[""]


def payments_page(kind: str, *, first: int = 0) -> PaymentsPage:
    """Payments of a kind, the latest first, fifty at a time; counts of all kinds. Six statements at most."""
    # A draw on a retainer pays an invoice, but no money comes in.
    money = Payment.objects.exclude(method=Payment.Method.RETAINER)
    found = money.filter(state__in=SHOWN.get(kind, SHOWN[""]))
    applications = PaymentApplication.objects.standing().select_related("invoice")
    shown = (
        found.select_related("client", "intended_invoice")
        .prefetch_related(Prefetch("applications", queryset=applications), "refunds")
        .order_by("-created_at", "-pk")[first : first + ROWS]
    )
    by_state = dict(money.values_list("state").annotate(n=Count("pk")))
    total = found.count()
    totals = found.filter(state=Payment.State.SUCCEEDED).values_list("currency").annotate(sum=Sum("amount"))
    return PaymentsPage(
        rows=[Row(payment, list(payment.applications.all())) for payment in shown],
        more=min(max(total - first - ROWS, 0), ROWS),
        more_url=f"?state={kind}&from={first + ROWS}",
        counts={key: sum(by_state.get(state, 0) for state in states) for key, states in SHOWN.items()},
        totals=dict(totals),
    )

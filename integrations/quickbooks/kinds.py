"""What is posted to QuickBooks: our records, what they are there, and the outbox rows that carry them."""

from dataclasses import dataclass

INVOICE, PAYMENT, TIME, CUSTOMER = "invoice", "payment", "time", "customer"


@dataclass(frozen=True)
class Kind:
    """`local` is our model's label, `entity` the record there, `outbox` the kind of the delivery."""

    local: str
    entity: str
    outbox: str


KINDS = {
    INVOICE: Kind("billing.invoice", "Invoice", "quickbooks.invoice"),
    PAYMENT: Kind("billing.payment", "Payment", "quickbooks.payment"),
    TIME: Kind("timesheets.timeentry", "TimeActivity", "quickbooks.time"),
    # Made on the way, for a client that has no customer there yet; nobody posts it by itself.
    CUSTOMER: Kind("clients.client", "Customer", "quickbooks.customer"),
}
POSTED = (INVOICE, PAYMENT, TIME)
BY_LOCAL = {kind.local: name for name, kind in KINDS.items()}
BY_OUTBOX = {kind.outbox: name for name, kind in KINDS.items()}

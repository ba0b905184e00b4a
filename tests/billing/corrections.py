"""Corrections of an issued invoice for tests that need one of each kind."""

from decimal import Decimal

from billing.applying import apply_payment, unapply_payment
from billing.credit_lines import LineWish
from billing.crediting import FreeLine, draft_credit, draft_free_credit
from billing.issuing_credits import issue_credit
from billing.models import Invoice, InvoiceLine
from billing.receiving import record_payment
from billing.refunding import record_refund
from billing.writing_off import write_off
from tests.cast import NOW, TODAY, Cast


def correct(cast: Cast, invoice: Invoice, mark: str = "") -> None:
    """An issued credit memo that pays a part of the invoice and is refunded in part, a payment that left something
    over, a write-off, and a draft. The invoice needs 20 or more that is due."""
    line = InvoiceLine.objects.filter(invoice=invoice)[0]
    credit = draft_credit(
        invoice=invoice,
        lines=[LineWish(line.pk, amount=Decimal(5))],
        free=[FreeLine(f"{mark} travel".strip(), Decimal(5))],
        reason=f"{mark} reason".strip(),
        by=cast.finance,
    )
    issue_credit(credit=credit, by=cast.finance, on=TODAY, at=NOW)
    free = draft_free_credit(
        client=cast.client,
        title=f"{mark} goodwill".strip(),
        lines=[FreeLine(f"{mark} delay".strip(), Decimal(9))],
        reason=f"{mark} delay".strip(),
        by=cast.finance,
    )
    issue_credit(credit=free, by=cast.finance, on=TODAY, at=NOW)
    record_refund(
        source=free,
        amount=Decimal(4),
        by=cast.finance,
        refunded_on=TODAY,
        on=TODAY,
        reason=f"{mark} back".strip(),
    )
    payment = record_payment(
        invoice=invoice,
        amount=Decimal(8),
        method="CHECK",
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
        note=mark,
    )
    unapply_payment(application=payment.applications.get(), by=cast.finance, on=TODAY)
    apply_payment(payment=payment, invoice=invoice, amount=Decimal(3), by=cast.finance, on=TODAY, at=NOW)
    write_off(
        invoice=invoice,
        amount=Decimal(2),
        reason=f"{mark} insolvent".strip(),
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    draft_credit(
        invoice=invoice,
        lines=[LineWish(line.pk, amount=Decimal(1))],
        reason=f"{mark} draft".strip(),
        by=cast.finance,
    )

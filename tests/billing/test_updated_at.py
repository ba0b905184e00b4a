"""Whoever asks for what changed since an instant hears of every change, by whichever statement it came."""

from decimal import Decimal

from billing.issuing import issue_invoice
from billing.models import Invoice, Payment
from billing.receiving import record_payment
from tests.billing.work import drafted, log
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry


def test_an_invoice_changes_when_it_is_paid(cast: Cast) -> None:
    draft = drafted(cast, 60)
    issued = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    before = Invoice.objects.get(pk=issued.pk).updated_at
    payment = record_payment(
        invoice=issued,
        amount=Decimal("10"),
        method=Payment.Method.CHECK,
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    after = Invoice.objects.get(pk=issued.pk)
    assert after.updated_at > before
    assert after.version == issued.version
    assert Payment.objects.get(pk=payment.pk).updated_at >= payment.created_at


def test_lines_of_time_change_in_bulk_too(cast: Cast) -> None:
    entry = log(cast.member, cast.design)
    before = TimeEntry.objects.get(pk=entry.pk).updated_at
    TimeEntry.objects.filter(pk=entry.pk).update(note="Checked")
    assert TimeEntry.objects.get(pk=entry.pk).updated_at > before

"""From a typed cell to a paid invoice, by the addresses that the pages call and with Stripe's stand-in."""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from billing.models import Invoice, Payment
from billing.receivables import ties_out
from core import clock
from core.models import Mail
from ledger.balances import account_balance
from tests.billing.paying import Till
from tests.cast import PASSWORD, Cast
from timesheets.models import TimeEntry

State = TimeEntry.State


def type_week(web, cast, today):
    """Types three times into Monday's cell of the design row; the last counts. Returns the ids of the lines."""
    monday = today - timedelta(days=today.weekday())
    browser = web(cast.member)
    for text in ("8", "7:30", "90m"):
        answer = browser.post(
            reverse("timesheets:week-cell", args=[monday]),
            {"row": f"{cast.design.pk}-{cast.engineering.pk}", "text": text, "version": _version(monday)},
            headers={"HX-Request": "true"},
        )
        assert answer.status_code == 200, answer.content
    return list(TimeEntry.objects.values_list("pk", flat=True))


def _version(on):
    entry = TimeEntry.objects.filter(worked_on=on).first()
    return f"{entry.pk}.{entry.version}" if entry else "0"


def test_from_a_typed_cell_to_a_paid_invoice(web, till: Till, cast: Cast) -> None:
    today = timezone.now().date()
    ids = type_week(web, cast, today)
    entry = TimeEntry.objects.get(pk=ids[0])
    assert (entry.worked_minutes, entry.rate_amount) == (90, Decimal(190))

    # The member submits, the manager returns it, the member resubmits, the manager certifies.
    week = [entry.worked_on]
    dialog = web(cast.member).get(reverse("timesheets:submit", args=week))
    seen = f"{entry.pk}.{entry.version}"
    assert seen in dialog.content.decode()
    web(cast.member).post(
        reverse("timesheets:submit", args=week), {"seen": seen, "certified": "on", "acknowledged": "on"}
    )
    returned = {"lines": _lines(entry), "reason": "Name the run in a note."}
    assert web(cast.manager).post(reverse("timesheets:return"), returned).status_code in (200, 204)
    entry.refresh_from_db()
    assert entry.state == State.REJECTED
    web(cast.member).post(reverse("timesheets:resubmit", args=week))
    signed = {"lines": _lines(entry), "typed_name": "Dana Ruiz", "password": PASSWORD}
    assert web(cast.manager).post(reverse("timesheets:approve"), signed).status_code in (200, 204)
    entry.refresh_from_db()
    assert entry.state == State.APPROVED

    # Finance drafts, issues and sends.
    finance = web(cast.finance)
    last = entry.worked_on + timedelta(days=6)
    finance.post(reverse("billing:draft-projects"), {"project": cast.project.pk, "through": last})
    draft = Invoice.objects.get()
    assert draft.total_amount == Decimal("285.00")
    finance.post(reverse("billing:issue", args=[draft.pk]), {"on": today, "version": draft.version})
    draft.refresh_from_db()
    assert draft.number.endswith("-0001")
    assert account_balance("RECEIVABLES", "USD", today + timedelta(days=1)) == 285
    finance.post(
        reverse("billing:send", args=[draft.pk]), {"to": cast.contact.email, "message": "Thank you."}
    )
    mail = Mail.objects.get(kind="billing.invoice")
    assert mail.attachments.count() == 1

    # The client follows the link of the mail, pays by card, and Stripe tells so.
    assert till.url(draft) in mail.text
    page = till.web.get(till.url(draft)).content.decode()
    assert "$285.00" in page
    till.start(draft, method="CARD", amount="285.00")
    payment = Payment.objects.get()
    till.pay(payment)
    assert till.settle(payment).state == Payment.State.SUCCEEDED
    assert "Paid, thank you" in till.web.get(till.url(draft)).content.decode()
    assert Mail.objects.filter(kind="billing.receipt").count() == 1
    assert all(tie.ties for tie in ties_out(clock.now().date() + timedelta(days=1)))
    assert account_balance("RECEIVABLES", "USD", today + timedelta(days=1)) == 0


def _lines(entry: TimeEntry) -> str:
    """The line as its reader saw it."""
    entry.refresh_from_db()
    return f"{entry.pk}.{entry.version}"

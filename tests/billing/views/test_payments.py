"""The list of payments, and the dialogs to record one, to send an invoice and to close its link."""

from typing import Any

import pytest
from django.urls import reverse

from billing.models import Payment
from core.models import Mail
from integrations.models import Connection
from tests.billing.paying import Till
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


def test_only_who_may(till: Till, web: Any) -> None:
    invoice = till.issue()
    member = web(till.cast.member)
    for name, pk in (("payments", ()), ("record-payment", (invoice.pk,)), ("send", (invoice.pk,))):
        assert member.get(reverse(f"billing:{name}", args=pk)).status_code == 403
    assert member.post(reverse("billing:close-link", args=[invoice.pk])).status_code == 403
    assert web().get(reverse("billing:payments")).status_code == 302


def test_an_empty_list_says_what_to_do(cast: Cast, web: Any) -> None:
    page = web(cast.finance).get(reverse("billing:payments")).content.decode()
    assert "No payments here yet" in page


def test_the_list_in_all_states(till: Till, web: Any, django_assert_max_num_queries: Any) -> None:
    paid, part, failed = till.issue(), till.issue(), till.issue()
    for invoice, method, number in (
        (paid, "CARD", ""),
        (part, "BANK_DEBIT", ""),
        (failed, "BANK_DEBIT", "000111111113"),
    ):
        payment = till.open(invoice, method=method)
        till.pay(payment, "card" if method == "CARD" else "us_bank_account", number)
    till.open(till.issue())
    till.tell(*till.events())
    page = web(till.cast.finance)
    shown = page.get(reverse("billing:payments")).content.decode()
    for text in ("Received", "Processing", paid.number, part.number):
        assert text in shown
    unfinished = page.get(reverse("billing:payments") + "?state=started").content.decode()
    assert "Checkout open" in unfinished
    with django_assert_max_num_queries(16):
        page.get(reverse("billing:payments"))
    for odd in ("?state=nonsense", "?from=99999999999999999999999", "?from=²", "?from=-1"):
        assert page.get(reverse("billing:payments") + odd).status_code == 200


def test_recording(till: Till, web: Any) -> None:
    invoice = till.issue()
    url = reverse("billing:record-payment", args=[invoice.pk])
    page = web(till.cast.finance)
    dialog = page.get(url, headers=HTMX).content.decode()
    assert 'value="1,900.00"' in dialog
    form = {"amount": "2,000.00", "received_on": "2026-11-20", "method": "CHECK", "reference": "1044"}
    wrong = page.post(url, form, headers=HTMX)
    assert wrong.status_code == 422
    assert "No more than $1,900.00 is due." in wrong.content.decode()
    assert 'value="2,000.00"' in wrong.content.decode()
    assert 'value="1044"' in wrong.content.decode()
    for field, value in (("method", "CARD"), ("received_on", "yesterday"), ("amount", "")):
        assert page.post(url, form | {field: value}, headers=HTMX).status_code == 422
    assert not Payment.objects.exists()
    assert page.post(url, form | {"amount": "900"}, headers=HTMX)["HX-Refresh"] == "true"
    assert Payment.objects.get().reference == "1044"


def test_sending_and_taking_back(till: Till, web: Any) -> None:
    invoice = till.issue()
    url = reverse("billing:send", args=[invoice.pk])
    page = web(till.cast.finance)
    dialog = page.get(url, headers=HTMX).content.decode()
    assert "ap@larkspur.example" in dialog
    assert "here is our invoice for" in dialog
    wrong = page.post(url, {"to": "larkspur.example", "message": "Kept"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "larkspur.example is not an e-mail address." in wrong.content.decode()
    assert "Kept" in wrong.content.decode()
    assert page.post(url, {"to": ""}, headers=HTMX).status_code == 422
    assert page.post(url, {"to": "a@b.example; c@d.example", "message": "Hi"}, headers=HTMX)["HX-Refresh"]
    sent = Mail.objects.get()
    assert sent.to == ["a@b.example", "c@d.example"]
    undo = reverse("billing:unsend", args=[invoice.pk, sent.pk])
    assert page.post(undo, headers=HTMX).status_code == 204
    sent.refresh_from_db()
    assert sent.state == "CANCELED"
    other = till.issue()
    assert page.post(reverse("billing:unsend", args=[other.pk, sent.pk]), headers=HTMX).status_code == 404


def test_closing_the_link(till: Till, web: Any) -> None:
    invoice = till.issue()
    url = till.url(invoice)
    page = web(till.cast.finance)
    assert page.post(reverse("billing:close-link", args=[invoice.pk]), headers=HTMX)["HX-Refresh"] == "true"
    assert till.web.get(url).status_code == 410


@pytest.mark.parametrize("health", ["", "ONBOARDING", "READY", "RESTRICTED", "LOST"])
def test_connections_in_every_state(till: Till, web: Any, health: str, settings: Any) -> None:
    if health:
        Connection.objects.update(health=health)
    else:
        Connection.objects.all().delete()
    page = web(till.cast.owner).get(reverse("integrations:connections"))
    words = {
        "": "Connect Stripe",
        "ONBOARDING": "Finish on Stripe",
        "READY": "Clients can pay by card",
        "RESTRICTED": "Finish on Stripe",
        "LOST": "Connect again",
    }
    assert words[health] in page.content.decode()
    settings.STRIPE_API_KEY = ""
    assert "STRIPE_API_KEY" in web(till.cast.owner).get(reverse("integrations:connections")).content.decode()

"""The client's page: what it says in each state, whom it lets in, and that looking at it changes nothing."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client as Web

from billing.balance import balance_of
from billing.delivering import revoke_link
from billing.models import BillingRules, Invoice, Payment
from billing.rendering import ensure_pdf
from billing.voiding import void_invoice
from clients.models import Client
from core import clock
from core.models import Action, Mail, OutboxRow, PublicLink, StoredFile
from integrations.models import Connection
from people.models import LegalEntity
from tenants.models import Firm
from tests.billing.paying import Till

State = Payment.State


@pytest.fixture(autouse=True)
def _own_limits(firm: Any) -> None:
    cache.clear()


def words(response: Any) -> str:
    """What a person reads, with single spaces."""
    text = re.sub(r"<(script|style|head).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def leave(response: Any) -> str:
    """The address that the page moves on to."""
    assert response.status_code == 200, words(response)
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', response.content.decode())
    assert found
    return found[1]


def test_from_the_link_to_paid(till: Till) -> None:
    invoice = till.issue()
    page = till.web.get(till.url(invoice))
    said = words(page)
    for text in (f"Invoice {invoice.number}", "$1,900.00", "Bank debit (ACH)", "Card", "10.00 h at $190.00"):
        assert text in said
    assert "from $1.00" in said
    url = leave(till.start(invoice, method="CARD", amount="1,900.00"))
    payment = Payment.objects.get()
    assert url == payment.checkout_url
    till.pay(payment)
    # The client is back before the message is.
    back = till.web.get(till.url(invoice, "back/"))
    assert "Confirming your payment" in words(back)
    with till.committed():
        answer = till.web.post(till.url(invoice, "check/"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == till.url(invoice)
    assert "Paid, thank you" in words(till.web.get(till.url(invoice)))
    assert till.web.get(till.url(invoice, "back/")).status_code == 302
    till.mail_out()
    [mail] = till.sandbox.mails("ap@larkspur.example")
    assert mail["subject"] == f"Receipt for invoice {invoice.number}: $1,900.00"
    # The message comes after all, and finds that everything is done.
    till.settle(payment)
    assert payment.journal.count() == 1


def test_checking_while_nobody_has_paid_changes_nothing(till: Till) -> None:
    invoice = till.issue()
    till.open(invoice)
    assert till.web.post(till.url(invoice, "check/")).status_code == 204
    till.sandbox.control("faults", {"match": "GET /v1/checkout", "kind": "503", "times": 3})
    assert till.web.post(till.url(invoice, "check/")).status_code == 204


def test_partly_paid(till: Till) -> None:
    invoice = till.issue()
    leave(till.start(invoice, method="CARD", amount="500"))
    payment = Payment.objects.get()
    till.pay(payment)
    till.settle(payment)
    said = words(till.web.get(till.url(invoice)))
    assert "Paid before −$500.00" in said
    assert "Amount due $1,400.00" in said
    assert "Pay $1,400.00" in said


def test_an_empty_amount_is_the_whole_balance(till: Till) -> None:
    invoice = till.issue()
    leave(till.start(invoice, method="CARD", amount=""))
    assert Payment.objects.get().amount == Decimal(1900)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("0.50", "Pay at least $1.00."),
        ("1,900.01", "No more than $1,900.00 is due."),
        ("12,34", "is not an amount. Type it like 1234.50 or 1,234.50."),
        ("1.005", "USD has at most 2 decimals."),
        ("-5", "Pay at least $1.00."),
        ("<b>", "is not an amount"),
    ],
)
def test_a_wrong_amount_is_said_beside_it_and_kept(till: Till, typed: str, error: str) -> None:
    invoice = till.issue()
    answer = till.start(invoice, method="CARD", amount=typed)
    assert answer.status_code == 422
    assert error in words(answer)
    html = answer.content.decode()
    assert re.search(r'<input[^>]*name="amount"[^>]*aria-invalid="true"', html)
    assert f'value="{typed.replace("<", "&lt;").replace(">", "&gt;")}"' in html
    assert re.search(r'value="CARD"[^>]* checked', html)
    assert not Payment.objects.exists()


def test_a_way_to_pay_that_is_none(till: Till) -> None:
    answer = till.start(till.issue(), method="CASH", amount="5")
    assert answer.status_code == 422
    assert "Choose one of the ways to pay." in words(answer)


def test_overdue(till: Till) -> None:
    invoice = till.issue(on=clock.now().date() - timedelta(days=42))
    assert invoice.due_on
    days = (clock.date_in(invoice.entity.time_zone, clock.now()) - invoice.due_on).days
    assert re.search(rf"Was due \w+ \d+, \d{{4}}, {days} days ago", words(till.web.get(till.url(invoice))))


def test_on_its_way(till: Till) -> None:
    invoice = till.issue()
    leave(till.start(invoice, method="BANK_DEBIT", amount="1900"))
    payment = Payment.objects.get()
    till.pay(payment, "us_bank_account")
    till.settle(payment)
    page = till.web.get(till.url(invoice))
    assert "Payment on its way" in words(page)
    assert "you cannot pay twice" in words(page)
    again = till.start(invoice, method="CARD", amount="1900")
    assert again.status_code == 422
    assert "Payment on its way" in words(again)
    assert Payment.objects.count() == 1


def test_a_failed_debit_opens_the_page_again(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice, method="BANK_DEBIT")
    till.pay(payment, "us_bank_account", "000111111116")
    till.sandbox.control("clock/advance", {"seconds": 5 * 86400})
    till.settle(payment)
    assert "Pay $1,900.00" in words(till.web.get(till.url(invoice)))
    till.mail_out()
    [mail] = till.sandbox.mails("ap@larkspur.example")
    assert "did not go through" in mail["subject"]


def test_paid_in_another_tab_meanwhile(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    till.settle(payment)
    answer = till.start(invoice, method="CARD", amount="1900")
    assert answer.status_code == 422
    assert "Paid, thank you" in words(answer)


def test_the_provider_is_away(till: Till) -> None:
    invoice = till.issue()
    till.sandbox.control("faults", {"match": "POST /v1/checkout/sessions", "kind": "503", "times": 3})
    answer = till.start(invoice, method="CARD", amount="750.00")
    assert answer.status_code == 503
    assert "does not answer at the moment. Nothing was charged." in words(answer)
    assert 'value="750.00"' in answer.content.decode()
    leave(till.start(invoice, method="CARD", amount="750.00"))
    assert Payment.objects.count() == 1


def test_a_restricted_account_takes_no_new_payments_but_settles_old_ones(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice, "500", method="BANK_DEBIT")
    till.pay(payment, "us_bank_account")
    till.sandbox.control(f"accounts/{till.account}/restrict")
    till.tell(*till.events())
    page = words(till.web.get(till.url(invoice)))
    assert "This invoice is paid by bank transfer or check." in page
    refused = till.start(invoice, method="CARD", amount="100")
    assert refused.status_code == 422
    till.sandbox.control("clock/advance", {"seconds": 5 * 86400})
    assert till.settle(payment).state == State.SUCCEEDED


def test_an_account_that_was_lost_is_said_to_finance_not_to_clients(till: Till) -> None:
    invoice = till.issue()
    till.sandbox.control(f"accounts/{till.account}/disconnect")
    answer = till.start(invoice, method="CARD", amount="100")
    assert "cannot be paid online" in words(answer)
    assert "Connect" not in words(answer)


def test_without_a_connection_the_page_shows_the_bank_details(till: Till) -> None:
    Connection.objects.all().delete()
    LegalEntity.objects.update(remittance="First Bank\nAccount 12345")
    page = words(till.web.get(till.url(till.issue())))
    assert "This invoice is paid by bank transfer or check." in page
    assert "First Bank Account 12345" in page
    assert "Stripe" not in page


def test_a_void_invoice_says_so(till: Till) -> None:
    invoice = till.issue()
    url = till.url(invoice)
    at = clock.now()
    void_invoice(invoice=invoice, reason="Twice", by=till.cast.finance, on=at.date(), at=at)
    page = till.web.get(url)
    assert page.status_code == 200
    assert f"Invoice {invoice.number} is void" in words(page)
    answer = till.web.post(f"{url}start/", {"method": "CARD", "amount": "1"})
    assert answer.status_code == 422
    assert "is void" in words(answer)


def test_looking_changes_nothing(till: Till) -> None:
    """Mail scanners open every link of a mail, often with HEAD, often several times."""
    invoice = till.issue()
    ensure_pdf(invoice)
    till.open(invoice)
    paths = [till.url(invoice, rest) for rest in ("", "start/", "back/", "invoice.pdf", "logo/")]

    def state() -> list[Any]:
        models = (Invoice, Payment, OutboxRow, Mail, PublicLink, StoredFile, Action)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = state()
    for path in paths:
        for method in (till.web.get, till.web.head):
            assert method(path).status_code in (200, 302, 404)
    assert state() == before
    assert len(till.sandbox.look()["sessions"]) == 1
    assert till.web.get(till.url(invoice, "check/")).status_code == 405


def test_headers_keep_the_page_private(till: Till) -> None:
    invoice = till.issue()
    for path in (till.url(invoice), till.url(invoice, "invoice.pdf"), "/pay/nonsense/"):
        page = till.web.get(path)
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Cache-Control"] == "private, no-store"
        assert page["Referrer-Policy"] == "same-origin"


def test_dead_links_say_so_and_nothing_else(till: Till) -> None:
    invoice = till.issue()
    url = till.url(invoice)
    number = invoice.number
    name, _, signature = url.strip("/").split("/")[1].partition(".")
    forged = [f"/pay/{name}.{'A' * len(signature)}/", f"/pay/{name}/", "/pay/x.y/", f"{url[:-3]}/"]
    for path in forged:
        page = till.web.get(path)
        assert page.status_code == 404
        assert "This link does not work" in words(page)
        assert number not in words(page)
    PublicLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    for page in (till.web.get(url), till.web.post(f"{url}start/"), till.web.get(f"{url}invoice.pdf")):
        assert page.status_code == 410
        assert "This link is closed" in words(page)
        assert number not in words(page)
        assert "Larkspur" not in words(page)


def test_a_revoked_link_stays_closed_and_a_new_one_opens(till: Till) -> None:
    invoice = till.issue()
    old = till.url(invoice)
    ensure_pdf(invoice)
    revoke_link(invoice=invoice, by=till.cast.finance, at=clock.now())
    assert till.web.get(old).status_code == 410
    new = till.url(invoice)
    assert new != old
    assert till.web.get(new).status_code == 200
    assert till.web.get(old).status_code == 410
    # The PDF names the link that works.
    invoice.document.refresh_from_db()
    assert invoice.document.pdf is None


def test_a_link_opens_on_its_firms_host_only(till: Till) -> None:
    url = till.url(till.issue())
    assert Web(headers={"host": "other.localhost"}).get(url).status_code == 404
    assert Web(headers={"host": "localhost"}).get(url).status_code == 404
    connection.set_tenant(Firm.objects.get(slug="hm"))


def test_pay_needs_its_own_form(till: Till) -> None:
    invoice = till.issue()
    strict = Web(enforce_csrf_checks=True, headers={"host": "hm.localhost"})
    assert strict.post(till.url(invoice, "start/"), {"method": "CARD"}).status_code == 403
    assert not Payment.objects.exists()


def test_tries_are_limited_for_each_address(till: Till) -> None:
    invoice = till.issue()
    for _ in range(30):
        till.start(invoice, method="CARD", amount="0.01")
    answer = till.start(invoice, method="CARD", amount="100")
    assert answer.status_code == 429
    assert "Too many tries" in words(answer)
    other = till.web.post(
        till.url(invoice, "start/"), {"method": "CARD", "amount": "100"}, REMOTE_ADDR="203.0.113.9"
    )
    assert other.status_code == 200
    statuses = {till.web.post(till.url(invoice, "check/")).status_code for _ in range(102)}
    assert statuses == {204, 286}


def test_the_page_speaks_the_clients_language(till: Till) -> None:
    Client.objects.update(language="de", currency="EUR")
    invoice = till.issue(currency="EUR")
    page = till.web.get(till.url(invoice))
    assert '<html lang="de"' in page.content.decode()
    said = words(page)
    for text in (f"Rechnung {invoice.number}", "1.900,00\xa0€", "Karte", "Fällig am"):
        assert text.replace("\xa0", " ") in said.replace("\xa0", " ")
    assert 'value="1.900,00"' in page.content.decode()
    wrong = till.start(invoice, method="CARD", amount="2.000,00")
    assert "Es sind höchstens 1.900,00 € offen." in words(wrong).replace("\xa0", " ")
    assert 'value="2.000,00"' in wrong.content.decode()
    leave(till.start(invoice, method="CARD", amount="1.234,50"))
    assert Payment.objects.get().amount == Decimal("1234.50")
    assert till.sandbox.look()["sessions"][0]["locale"] == "de"


def test_the_page_costs_few_statements(till: Till, django_assert_max_num_queries: Any) -> None:
    invoice = till.issue(60, 60, 60)
    url = till.url(invoice)
    till.web.get(url)
    with django_assert_max_num_queries(14):
        till.web.get(url)


def test_whole_payment_only(till: Till) -> None:
    BillingRules.objects.update(allows_partial_payment=False)
    invoice = till.issue()
    page = till.web.get(till.url(invoice))
    assert 'name="amount"' not in page.content.decode()
    leave(till.start(invoice, method="CARD"))
    assert balance_of(invoice).payable == Decimal(1900)

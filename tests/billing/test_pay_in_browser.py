"""Paying in a real browser at phone width: page, provider, way back, and the provider's own message over HTTP."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from playwright.sync_api import Browser, Page, expect

from billing.balance import balance_of
from billing.models import Invoice, Payment
from clients.models import Client
from core.hosts import firm_url
from people.models import User
from tests.billing.paying import Till, connect
from tests.browsers import Watch, axe
from tests.cast import add_cast
from tests.frontend.site import Quiet, Server
from tests.stand_ins import Sandbox

pytestmark = pytest.mark.usefixtures("django_db_setup")  # before the browser, whose loop runs in this thread
LESS_THAN_A_MINUTE = 60


class Application(WSGIHandler):
    """Gives each thread's connections back, as a web server does at the end of its life."""

    def __call__(self, *args: Any) -> Any:
        try:
            return super().__call__(*args)
        finally:
            connections.close_all()


@pytest.fixture
def shop(own_firm: Any, sandbox: Sandbox, settings: Any) -> Iterator[Till]:
    """A committed firm behind a real web server, to which Stripe's stand-in delivers its messages."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    server = make_server(
        "127.0.0.1", 0, StaticFilesHandler(Application()), server_class=Server, handler_class=Quiet
    )
    settings.PUBLIC_PORT = str(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    sandbox.aim(f"http://127.0.0.1:{server.server_port}/webhooks/stripe", f"localhost:{server.server_port}")
    yield Till(own_firm, cast, sandbox, connect(own_firm, sandbox), committed=lambda: None)
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 375, "height": 740}, has_touch=True)
    watch = Watch(context)
    yield context.new_page()
    context.close()
    assert watch.said == []


def test_a_client_pays_within_a_minute(shop: Till, phone: Page) -> None:
    invoice = shop.issue()
    began = time.monotonic()
    phone.goto(firm_url(shop.url(invoice)))
    assert axe(phone) == []
    phone.get_by_text("Card", exact=True).tap()
    phone.get_by_role("button", name="Pay $1,900.00").tap()
    phone.get_by_role("button", name="Fill in test card").tap()
    phone.get_by_role("button", name="Pay $1,900.00").tap()
    expect(phone.get_by_role("heading", name="Paid, thank you")).to_be_visible(timeout=20_000)
    assert time.monotonic() - began < LESS_THAN_A_MINUTE
    assert axe(phone) == []
    assert balance_of(invoice).is_paid
    shop.sandbox.deliver(duplicate=True, shuffle=True)
    assert Payment.objects.get().journal.count() == 1


def test_back_from_the_provider_without_paying(shop: Till, phone: Page) -> None:
    phone.goto(firm_url(shop.url(shop.issue())))
    phone.get_by_role("button", name="Pay $1,900.00").tap()
    phone.get_by_role("heading", name="Hartwell").or_(phone.get_by_label("Routing number")).first.wait_for()
    phone.go_back()
    expect(phone.get_by_role("button", name="Pay $1,900.00")).to_be_visible()


def test_amounts_in_german(shop: Till, phone: Page) -> None:
    Client.objects.update(language="de", currency="EUR")
    invoice: Invoice = shop.issue(currency="EUR")
    phone.goto(firm_url(shop.url(invoice)))
    amount = phone.get_by_label("Betrag")
    button = phone.locator("[data-pay-words]")
    for typed, shown, words in (
        ("500", "500,00", "500,00 € bezahlen"),
        ("1.234,5", "1.234,50", "1.234,50 € bezahlen"),
        ("1,234.50", "1,234.50", "1.900,00 € bezahlen"),
    ):
        amount.fill(typed)
        amount.blur()
        assert (amount.input_value(), button.inner_text().replace("\xa0", " ")) == (shown, words)
    button.tap()
    expect(phone.get_by_text("ist kein Betrag. Schreiben Sie ihn wie 1234,50 oder 1.234,50.")).to_be_visible()
    assert amount.input_value() == "1,234.50"

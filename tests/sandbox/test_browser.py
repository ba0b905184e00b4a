"""The pages in a real browser, on a phone and on a desk, in light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe
from playwright.sync_api import Browser, Page

from tests.sandbox.asking import open_session, wish
from tests.sandbox.test_mailbox import letter, send
from tests.stand_ins import ROOT, Sandbox

AXE = Path(ROOT / "node_modules/axe-core/axe.min.js")
SIZES = [pytest.param((1440, "light"), id="desk"), pytest.param((375, "dark"), id="phone")]


@pytest.fixture(params=SIZES)
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that fails the test when its content security policy was broken."""
    width, scheme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    broken: list[str] = []
    context.on("console", lambda said: broken.append(said.text) if "Content Security" in said.text else None)
    yield context.new_page()
    context.close()
    assert broken == []


def check(page: Page) -> None:
    """Nothing sticks out sideways, and axe finds nothing."""
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document)")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_a_card_is_paid_by_two_clicks(sandbox: Sandbox, client: stripe.StripeClient, page: Page) -> None:
    asked = wish(1_824_000, success_url=f"{sandbox.http_url}/stripe?paid={{CHECKOUT_SESSION_ID}}")
    session = client.v1.checkout.sessions.create(params=asked)  # type: ignore[arg-type]
    page.goto(session.url or "")
    check(page)
    page.get_by_role("button", name="Fill in test card").click()
    page.get_by_label("Card number").fill("4000 0000 0000 0002")
    page.get_by_role("button", name="Pay $18,240.00").click()
    page.get_by_role("alert").get_by_text("Your card was declined.").wait_for()
    check(page)
    page.get_by_role("button", name="Fill in test card").click()
    page.get_by_role("button", name="Pay $18,240.00").click()
    page.get_by_role("heading", name="Payment received").wait_for()
    page.wait_for_url(f"**/stripe?paid={session.id}")
    check(page)
    page.go_back()
    page.get_by_role("heading", name="This is already paid").wait_for()
    check(page)


def test_a_bank_account_by_keyboard(client: stripe.StripeClient, page: Page) -> None:
    session = open_session(client)
    page.goto(session.url or "")
    page.get_by_label("E-mail").fill("pat@larkspur.example")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    for typed in ("Pat Payer", "110000000", "000123456789"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    check(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Bank debit started").wait_for()
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_typed_digits_are_grouped(client: stripe.StripeClient, page: Page) -> None:
    page.goto(open_session(client).url or "")
    page.get_by_label("Card number").press_sequentially("4242424242424242")
    page.get_by_label("Expires").press_sequentially("1234")
    assert page.get_by_label("Card number").input_value() == "4242 4242 4242 4242"
    assert page.get_by_label("Expires").input_value() == "12 / 34"


def test_a_mails_links_open_beside_the_mailbox(sandbox: Sandbox, page: Page) -> None:
    mail = letter()
    mail.replace_header(
        "Subject", "A subject that is long enough to be wrapped on a phone, and then some more"
    )
    mail.get_payload()[0].get_payload()[1].get_payload()[0].set_content(  # type: ignore[union-attr, index]
        f'<a href="{sandbox.http_url}/stripe">Pay</a><script>document.title = "run"</script>', subtype="html"
    )
    send(sandbox, mail)
    page.goto(f"{sandbox.http_url}/mail")
    check(page)
    page.get_by_role("link", name="A subject that is long").click()
    page.get_by_role("heading", name="A subject that is long").wait_for()
    check(page)
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Pay").click()
    opened.value.get_by_role("heading", name="Payments").wait_for()
    assert page.url.startswith(f"{sandbox.http_url}/mail/")


def test_the_newcomers_pages(sandbox: Sandbox, client: stripe.StripeClient, page: Page) -> None:
    session = open_session(client)
    sandbox.control(f"checkout/{session.id}/pay", {"method": "us_bank_account"})
    page.goto(sandbox.http_url)
    check(page)
    page.get_by_role("link", name="Payments").first.click()
    check(page)
    page.get_by_role("button", name="Advance clock 4 days").click()
    page.get_by_text("Four days have passed").wait_for()
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    page.get_by_role("button", name="Back to real time").click()
    page.get_by_text("shows the real time again").wait_for()

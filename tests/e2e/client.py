"""Step 5: the client pays from the mail, without an account."""

import re

from playwright.sync_api import expect

from tests.e2e.finance import TOTAL, money
from tests.e2e.people import ALMA, TASKS
from tests.e2e.stage import Actor, Stage


def open_mail(stage: Stage, number: str) -> Actor:
    """The mail in the mailbox, its PDF attached, and the link in it."""
    client = stage.enter()
    address = stage.mail_to(ALMA.email, "")
    client.page.goto(address)
    expect(client.page.locator("main")).to_contain_text(number)
    expect(client.page.locator(".clips")).to_contain_text(".pdf")
    client.page.screenshot(path=stage.pictures / "mail-invoice.png", full_page=True)
    stage.follow_mail(client, ALMA.email, "", re.compile("Pay|View|Open"))
    return client


def pay(client: Actor, number: str) -> None:
    """Firm, amount, due date, lines and PDF; then the card at the stand-in's checkout."""
    main = client.page.locator("body")
    for words in (number, money(TOTAL), TASKS[0], TASKS[1]):
        expect(main).to_contain_text(words)
    client.look("pay")
    link = client.page.url
    pdf = client.page.get_by_role("link", name="Download PDF").get_attribute("href")
    assert client.page.evaluate("url => fetch(url).then(answer => answer.text())", pdf).startswith("%PDF-")
    client.page.get_by_role("radio", name=re.compile("^Card")).check()
    client.page.get_by_role("button", name=f"Pay {money(TOTAL)}").click()
    client.button("Fill in test card")
    client.page.get_by_role("button", name=f"Pay {money(TOTAL)}").click()
    client.page.wait_for_url(re.compile(re.escape(link)), timeout=30_000)
    expect(client.page.get_by_role("heading", level=1)).to_contain_text("Paid", timeout=20_000)
    client.look("paid")


def come_again(stage: Stage, link: str) -> None:
    """In another browser the link says that it is paid; there is nothing to pay twice."""
    again = stage.enter()
    again.go(link)
    expect(again.page.get_by_role("heading", level=1)).to_contain_text("Paid")
    expect(again.page.get_by_role("button", name=re.compile("^Pay"))).to_have_count(0)

"""Step 4: finance drafts an invoice, explains and edits it, issues and sends it; later the money is in the books."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from tests.e2e.people import ALMA, CLIENT, PROJECT
from tests.e2e.product import Product
from tests.e2e.stage import Actor

# Each entry rounded once, at 190.00 an hour: 450, 450, 90, 450, 30 minutes, and 15, 360, 390.
HYDRAULIC, STRUCTURAL = Decimal("4655.00"), Decimal("2422.50")
CUT_TO = Decimal("4500.00")
TOTAL = CUT_TO + STRUCTURAL
WHY_CUT = "Agreed for the first sheet set"


def money(amount: Decimal) -> str:
    return f"${amount:,.2f}"


def draft(finance: Actor) -> None:
    finance.menu("Ready to bill")
    row = finance.page.locator("tr", has_text=PROJECT)
    expect(row).to_contain_text(money(HYDRAULIC + STRUCTURAL))
    finance.look("ready")
    finance.page.get_by_role("checkbox", name=f"Select {PROJECT}").check()
    finance.button("Draft 1 invoice")
    finance.page.wait_for_url(re.compile(r"/billing/drafts/\d+/$"))
    finance.heading(CLIENT)
    finance.look("draft")


def explain(finance: Actor) -> None:
    """Why a line comes to its amount: hours, the rate and the card it is from."""
    finance.page.get_by_role("button", name="Why this amount").first.click()
    trace = finance.page.locator("#trace")
    expect(trace).to_contain_text("Standard")
    expect(trace).to_contain_text("190.00")
    finance.look("draft-why")
    finance.press("Escape")
    expect(trace).to_be_hidden()


def write_down(finance: Actor) -> None:
    """A lower amount asks for its reason; the total follows, and so does the preview beside it."""
    amount = finance.page.get_by_role("textbox", name="Amount of").first
    expect(amount).to_have_value(f"{HYDRAULIC:,.2f}")
    amount.fill(str(CUT_TO))
    finance.press("Tab")
    reason = finance.page.get_by_role("combobox", name=re.compile("^Reason why"))
    expect(reason).to_be_visible()
    finance.look("draft-reason")
    reason.fill(WHY_CUT)
    finance.press("Tab")
    expect(finance.page.locator("#draft-foot")).to_contain_text(money(TOTAL))
    expect(finance.page.locator("#preview")).to_contain_text(f"{TOTAL:,.2f}")
    finance.look("draft-written-down")
    preview = finance.page.get_by_role("button", name="Preview", exact=True)
    if preview.is_visible():
        preview.click()
        finance.look("draft-preview")


def issue(finance: Actor) -> str:
    """Gets the number, and the PDF."""
    finance.button("Issue")
    finance.look("issue")
    finance.page.locator("#dialog").get_by_role("button", name=f"Issue {money(TOTAL)}").click()
    heading = finance.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"\d"), timeout=15_000)
    number = heading.inner_text()
    finance.look("invoice")
    with finance.page.expect_download() as download:
        finance.page.get_by_role("link", name="PDF", exact=True).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    return number


def send(finance: Actor) -> None:
    finance.button("Send")
    expect(finance.page.locator("#dialog [name=to]")).to_have_value(ALMA.email)
    finance.look("send")
    finance.button("Send invoice")
    finance.told("leaves in a few seconds")
    finance.look("invoice-sent")


def see_payment(finance: Actor, product: Product, slug: str, number: str) -> None:
    """The payment is there by itself; nothing is open, and books and invoices say the same."""
    finance.menu("Payments")
    expect(finance.page.locator("main")).to_contain_text(money(TOTAL))
    finance.look("payments")
    finance.follow(number)
    expect(finance.page.locator("main")).to_contain_text("Paid")
    finance.look("invoice-paid")
    finance.menu("Receivables")
    expect(finance.page.locator("main")).not_to_contain_text(number)
    finance.look("receivables")
    finance.menu("Trial balance")
    expect(finance.page.locator("main")).to_contain_text("agree")
    finance.look("trial-balance")
    assert open_receivables(product, slug) == 0


def open_receivables(product: Product, slug: str) -> Decimal:
    """The balance of the receivables account, read past the product."""
    query = """
        SELECT coalesce(sum(line.debit_amount - line.credit_amount), 0) AS open
        FROM ledger_journalline line JOIN ledger_account account ON account.id = line.account_id
        WHERE account.purpose = 'RECEIVABLES'
    """
    return Decimal(product.rows(slug, query)[0]["open"])

"""A draft as finance works on it, by keyboard: what is typed is saved, to the cent, until the invoice is void."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect

from tests.cast import PASSWORD
from tests.e2e.desk import ask, line, owes, retype, settle
from tests.e2e.product import Product
from tests.e2e.stage import Actor, Stage

SLUG = "desk"
DANA, PRIYA = "Dana Ruiz", "Priya Raman"
LINES = "SELECT description, amount, adjustment_reason FROM billing_invoiceline ORDER BY position, id"
ENTRIES = """
    SELECT billed.minutes, billed.amount, billed.adjusted_minutes, billed.adjustment_amount, billed.adjustment_reason
    FROM billing_billedtime billed JOIN billing_invoiceline line ON line.id = billed.line_id
    WHERE line.description = %s ORDER BY billed.entry_id
"""


@pytest.fixture
def story(stage: Callable[[str, int], Stage], product: Product) -> Stage:
    story = stage("draft-editor", 1440)
    story.slug = SLUG
    product.run("tests.e2e.desk", SLUG)
    return story


def test_what_is_typed_on_a_draft_is_what_is_saved(story: Stage) -> None:
    kemi = enter(story, "kemi@hm.example")
    preview_and_draft(kemi)
    regroup(story, kemi)
    write_down(story, kemi)
    charge(story, kemi)
    hold_one(story, kemi)
    recalculate(story, kemi)
    review(story, kemi)
    issue_credit_void(story, kemi)
    write_off_and_undo(story, kemi)


def enter(story: Stage, email: str) -> Actor:
    actor = story.enter()
    actor.sign_in(email, PASSWORD)
    return actor


def rows(story: Stage, query: str, *values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in story.product.rows(SLUG, query, *values)]


def amounts(story: Stage) -> dict[str, Decimal]:
    return {row[0]: row[1] for row in rows(story, LINES)}


def total(story: Stage) -> Decimal:
    ((found,),) = rows(story, "SELECT total_amount FROM billing_invoice")
    assert isinstance(found, Decimal)
    return found


def preview_and_draft(kemi: Actor) -> None:
    """What is ready, what the preview says and what is drafted are one sum: 3 x 63.33, 190.00 and 360.00."""
    kemi.go("/billing/ready/")
    row = kemi.page.locator("tbody tr", has_text="Larkspur Water Main Renewal")
    expect(row).to_contain_text("$739.99")
    row.get_by_role("checkbox").check()
    kemi.button("Preview 1 draft")
    kemi.heading("Preview of 1 draft")
    expect(kemi.page.locator("main")).to_contain_text("$739.99")
    kemi.page.get_by_label("Headings by").select_option("STAFF")
    kemi.page.get_by_label("Lines by").select_option("STAFF")
    kemi.button("Draft 1 invoice")
    expect(kemi.page.locator("#p-wrong")).to_contain_text("need another heading")
    expect(kemi.page.get_by_label("Lines by")).to_have_value("STAFF")
    kemi.page.get_by_label("Headings by").select_option("")
    kemi.page.get_by_label("Lines by").select_option("")
    kemi.button("Draft 1 invoice")
    kemi.page.wait_for_url(re.compile(r"/billing/drafts/\d+/$"))
    owes(kemi, "739.99")


def regroup(story: Stage, kemi: Actor) -> None:
    """Lines by person, without headings; every entry keeps its amount."""
    button = kemi.page.get_by_role("button", name="Group", exact=True)
    dialog = ask(kemi, button)
    dialog.get_by_label("Headings by").select_option("NONE")
    dialog.get_by_label("Lines by").select_option("STAFF")
    settle(kemi, dialog, button)
    assert amounts(story) == {DANA: 360, PRIYA: Decimal("379.99")}
    owes(kemi, "739.99")


def write_down(story: Stage, kemi: Actor) -> None:
    """A line by its amount, an entry by its hours; what is no time stays in its field, which says so."""
    dana, priya = line(kemi, DANA), line(kemi, PRIYA)
    hours = dana.locator("[name=minutes]")
    hours.fill("abc")
    kemi.press("Tab")
    expect(hours).to_have_attribute("aria-invalid", "true")
    expect(hours).to_have_accessible_description(re.compile("is not a time"))
    expect(hours).to_have_value("abc")
    hours.fill("1.5")
    kemi.press("Tab")
    expect(hours).not_to_have_attribute("aria-invalid", "true")
    retype(kemi, dana, "amount", "300.00", "Agreed by phone")
    owes(kemi, "679.99")
    assert rows(story, LINES)[0] == (DANA, 300, "Agreed by phone")
    unfold = priya.locator("[data-entries]")
    unfold.focus()
    kemi.press("Enter")
    entry = kemi.page.locator("tbody[id^=entry-]").first
    retype(kemi, entry, "minutes", "0.25", "Travel")
    expect(priya.locator("[name=amount]")).to_have_value("364.16")
    owes(kemi, "664.16")
    cut = (20, Decimal("63.33"), 15, Decimal("-15.83"), "Travel")
    assert rows(story, ENTRIES, PRIYA)[0] == cut
    kemi.look("draft-written-down")


def charge(story: Stage, kemi: Actor) -> None:
    """An item, ten percent off the whole, a tax on one line of it, and a file."""
    button = kemi.page.get_by_role("button", name="Line", exact=True)
    dialog = ask(kemi, button)
    kemi.pick("Item", "Workshop")
    dialog.get_by_label("Quantity").fill("2")
    settle(kemi, dialog, button)
    owes(kemi, "915.16")
    button = kemi.page.get_by_role("button", name="Discount", exact=True).first
    dialog = ask(kemi, button)
    dialog.locator("[name=value]").fill("10")
    kemi.press("Enter")
    reason = dialog.get_by_label("Reason")
    expect(reason).to_be_focused()
    expect(dialog.locator("[name=value]")).to_have_value("10.00")
    reason.fill("Loyalty")
    settle(kemi, dialog, button)
    owes(kemi, "823.64")
    menu = line(kemi, DANA).get_by_role("button", name=f"More about {DANA}")
    menu.focus()
    kemi.press("Enter", "ArrowDown", "Enter")
    dialog = kemi.page.locator("#dialog[open]")
    dialog.get_by_label("Tax code").select_option(label="Sales tax")
    settle(kemi, dialog, menu)
    # 8.25 % of 300.00 less its tenth
    owes(kemi, "845.92")
    kemi.button("Attach")
    status: FilePayload = {
        "name": "status.pdf",
        "mimeType": "application/pdf",
        "buffer": b"%PDF-1.7 status",
    }
    kemi.page.locator("#dialog [name=file]").set_input_files(status)
    settle(kemi, kemi.page.locator("#dialog"))
    expect(kemi.page.get_by_role("link", name="status.pdf")).to_be_visible()
    title = kemi.page.get_by_label("Title", exact=True)
    title.fill("")
    kemi.press("Tab")
    expect(title).to_have_accessible_description("This field is required.")
    title.fill("Mains, phase one")
    kemi.press("Tab")
    expect(kemi.page.locator("#preview")).to_contain_text("Mains, phase one")
    expect(title).not_to_have_attribute("aria-invalid", "true")
    assert total(story) == Decimal("845.92")


def hold_one(story: Stage, kemi: Actor) -> None:
    """The hour of the review waits; the focus returns to what unfolds the entries."""
    unfold = line(kemi, PRIYA).locator("[data-entries]")
    unfold.click()
    kemi.page.locator("tbody[id^=entry-]").last.get_by_role("checkbox").check()
    dialog = ask(kemi, kemi.page.locator(".entries-bar").get_by_role("button", name="Hold"))
    dialog.get_by_label("Reason").fill("Ask Dana")
    settle(kemi, dialog, unfold)
    owes(kemi, "674.92")
    assert amounts(story)[PRIYA] == Decimal("174.16")
    assert rows(story, "SELECT reason FROM billing_workhold WHERE released_at IS NULL") == [("Ask Dana",)]


def recalculate(story: Stage, kemi: Actor) -> None:
    """An hour and a half became an hour and a quarter; the difference is shown before it is taken."""
    cut = "UPDATE timesheets_timeentry SET billable_minutes = 75 WHERE worked_minutes = 90 RETURNING id"
    assert len(rows(story, cut)) == 1
    kemi.page.reload()
    expect(kemi.page.locator("#draft-notices")).to_contain_text("$60.00")
    dialog = ask(kemi, kemi.page.get_by_role("button", name="Review changes"))
    expect(dialog).to_contain_text("−$60.00")
    settle(kemi, dialog)
    assert amounts(story)[DANA] == 240
    owes(kemi, "616.46")
    assert total(story) == Decimal("616.46")


def pdf(actor: Actor, link: str) -> str:
    """What tells the PDF behind a link from others."""
    href = actor.page.get_by_role("link", name=link).get_attribute("href")
    read = "href => fetch(href).then(async it => [it.headers.get('ETag'), (await it.text()).slice(0, 5)])"
    tag, begins = actor.page.evaluate(read, href)
    assert begins == "%PDF-"
    return str(tag)


def review(story: Stage, kemi: Actor) -> None:
    """The PDF of the drafter and the one of the reviewer are the same; nothing is issued before the approval."""
    mine = pdf(kemi, "PDF of this draft")
    kemi.button("Give into review")
    kemi.told("in review")
    dana = enter(story, "dana@hm.example")
    dana.go("/billing/review/")
    dana.follow("Mains, phase one")
    expect(dana.page.locator("main")).to_contain_text("$616.46")
    assert pdf(dana, "Open the PDF") == mine
    dana.look("review")
    dana.press("a")
    dana.page.locator("#dialog").get_by_role("button", name="Approve $616.46").click()
    dana.told("is approved")


def issue_credit_void(story: Stage, kemi: Actor) -> None:
    """The invoice says what the draft said; a line is credited, the credit and then the invoice are void."""
    kemi.page.reload()
    kemi.button("Issue")
    kemi.page.locator("#dialog").get_by_role("button", name="Issue $616.46").click()
    heading = kemi.page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"\d{4}$"), timeout=15_000)
    invoice = kemi.page.url
    expect(kemi.page.locator(".document")).to_contain_text("$616.46")
    kemi.page.get_by_role("button", name="More", exact=True).last.click()
    with kemi.page.expect_navigation():
        kemi.page.get_by_role("link", name="Credit", exact=True).last.click()
    workshop = kemi.page.locator("tr", has_text="Workshop")
    workshop.get_by_role("checkbox").first.check()
    kemi.page.get_by_label("Reason").fill("It was called off")
    kemi.button("Draft credit memo")
    expect(kemi.page.locator("main")).to_contain_text("$225.90")
    kemi.button("Issue")
    kemi.page.locator("#dialog").get_by_role("button", name="Issue credit memo").click()
    expect(heading).to_have_text(re.compile(r"\d{4}$"), timeout=15_000)
    credit = kemi.page.url
    kemi.look("credit")
    kemi.go(invoice)
    expect(kemi.page.locator("main")).to_contain_text("390.56")
    kemi.go(credit)
    kemi.page.get_by_role("button", name=re.compile("^Take off")).click()
    expect(kemi.page.get_by_role("button", name="Apply", exact=True)).to_be_visible()
    for page in (credit, invoice):
        kemi.go(page)
        kemi.page.get_by_role("button", name="More", exact=True).last.click()
        kemi.page.get_by_role("button", name="Void", exact=True).click()
        dialog = kemi.page.locator("#dialog")
        dialog.get_by_label("Reason").fill("Agreed")
        dialog.get_by_role("button", name=re.compile("^Void ")).click()
        expect(kemi.page.locator("main")).to_contain_text("is void")
    assert rows(story, "SELECT state FROM billing_invoice") == [("VOID",)]
    kemi.go("/billing/ready/")
    # The work is ready again but for the hour on hold: 3 x 63.33 and 75 minutes at 240.00.
    expect(kemi.page.locator("tbody tr", has_text="Larkspur Water Main Renewal")).to_contain_text("$489.99")
    kemi.look("ready-again")


def write_off_and_undo(story: Stage, kemi: Actor) -> None:
    """The way back in the toast shows the page as it is then, and says what it did."""
    kemi.follow("Larkspur Water Main Renewal")
    boxes = kemi.page.locator("tbody [name=entry]")
    expect(boxes).to_have_count(5)
    boxes.last.check()
    dialog = ask(kemi, kemi.page.locator(".bulk").get_by_role("button", name="Write off"))
    dialog.get_by_label("Reason").fill("Training")
    settle(kemi, dialog)
    expect(boxes).to_have_count(4)
    kemi.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(boxes).to_have_count(5)
    kemi.told("Not written off any more.")
    assert rows(story, "SELECT undone_on IS NULL FROM billing_workwriteoff") == [(False,)]

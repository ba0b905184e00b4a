"""Step 3: the manager decides on what was submitted."""

import re

from playwright.sync_api import expect

from tests.e2e.people import DANA, PASSWORD, PRIYA
from tests.e2e.stage import Actor

REASON = "The site visit was on Thursday; please split it"


def open_sheet(manager: Actor) -> None:
    """The queue of sheets; on a phone the sheet opens over it."""
    manager.menu("Approvals")
    manager.look("approvals")
    sheet = manager.page.locator("#sheet")
    if not sheet.is_visible():
        manager.page.locator(".queue-link").first.click()
    expect(sheet).to_contain_text(PRIYA.name)


def return_line(manager: Actor, hours: str) -> None:
    """One line of the sheet goes back with a reason; the others are not affected."""
    open_sheet(manager)
    manager.look("approvals-sheet")
    line = manager.page.locator("#sheet tr[data-line]", has_text=hours)
    line.get_by_role("button", name="Return").click()
    manager.button("Return 1 line")
    expect(manager.page.locator("#dialog .field-error")).to_be_visible()
    manager.page.locator("#dialog textarea").fill(REASON)
    manager.look("approvals-return")
    manager.button("Return 1 line")
    manager.told("1 line returned")


def approve(manager: Actor, count: int, name: str) -> None:
    """All that waits, with the certification; a wrong password is refused."""
    open_sheet(manager)
    expect(manager.page.locator("#sheet tr[data-line]")).to_have_count(count)
    manager.page.get_by_role("button", name=re.compile("^Approve sheet")).click()
    manager.fill("#dialog", typed_name=DANA.name, password="not the password")
    send = manager.page.locator("#dialog").get_by_role("button", name=re.compile("^Approve .* h$"))
    send.click()
    expect(manager.page.locator("#dialog .field-error").first).to_be_visible()
    manager.look(f"certify-refused-{name}")
    manager.fill("#dialog", typed_name=DANA.name, password=PASSWORD)
    manager.look(f"certify-{name}")
    send.click()
    manager.told(f"{count} {'line' if count == 1 else 'lines'} approved")
    manager.look(f"approvals-{name}")

"""python -m tests.e2e.desk SLUG: a furnished firm gets approved work, a tax, an item and a reviewer; finance's hands.

The process runs with the product's environment; stories about the draft editor begin here.
"""

import re
import sys
from datetime import timedelta
from decimal import Decimal

import django
from playwright.sync_api import Locator, expect

from tests.days import today
from tests.e2e.stage import Actor

# Person, task, minutes, rate an hour. An entry of 20 minutes at 190.00 is 63.33.
WORK = (
    *(("Priya Raman", "Hydraulic design", 20, 190) for _ in range(3)),
    ("Priya Raman", "Structural review", 60, 190),
    ("Dana Ruiz", "Hydraulic design", 90, 240),
)


def furnish_desk(slug: str) -> None:
    from django.db import connection

    from approvals.arranging import StepRules, arrange, edit_policy
    from approvals.models import Step
    from billing.cataloguing import ItemWish, save_item
    from billing.reviews import KIND
    from clients.models import TaxCode
    from people.models import StaffMember, User
    from projects.models import Task
    from tenants.models import Firm
    from tests.e2e.furnishing import furnish
    from timesheets.models import TimeEntry

    furnish(slug)
    connection.set_tenant(Firm.objects.get(slug=slug))
    owner = User.objects.get(email="olu@hm.example")
    TimeEntry.objects.all().delete()
    day = today()
    monday = day - timedelta(days=day.weekday() + 14)
    for day, (person, name, minutes, rate) in enumerate(WORK):
        task = Task.objects.select_related("project").get(name=name)
        TimeEntry.objects.create(
            staff=StaffMember.objects.get(name=person),
            project=task.project,
            task=task,
            labor_code=task.labor_code,
            worked_on=monday + timedelta(days=day),
            worked_minutes=minutes,
            billable_minutes=minutes,
            state=TimeEntry.State.APPROVED,
            rate_amount=Decimal(rate),
            rate_currency="USD",
            rate_source="Card “Standard 2026”",
        )
    sales = TaxCode.objects.create(name="Sales tax").components.create(name="Sales tax")
    sales.rates.create(rate_percent=Decimal("8.25"))
    save_item(wanted=ItemWish("Workshop", "USD", Decimal("125.50"), "", "day"), by=owner)
    arrange(kind=KIND, stages=[[StepRules(source=Step.Source.PROJECT_LEAD)]], by=owner)
    edit_policy(kind=KIND, by=owner, is_blocking=True)


def line(finance: Actor, name: str) -> Locator:
    """The line of the draft that is described so."""
    field = finance.page.get_by_role("textbox", name=f"Description of {name}", exact=True)
    return field.locator("xpath=ancestor::tbody[1]")


def retype(finance: Actor, place: Locator, name: str, text: str, reason: str) -> None:
    """Types into a field of a line or an entry by keyboard alone; the reason is asked for where the focus then is."""
    place.locator(f"[name={name}]").focus()
    finance.press("Control+a")
    finance.page.keyboard.type(text)
    finance.press("Tab")
    asked = place.locator("[name=reason]")
    expect(asked).to_be_focused()
    expect(place.locator(f"[name={name}]")).to_have_value(re.compile(re.escape(text)))
    finance.page.keyboard.type(reason)
    finance.press("Tab")
    expect(finance.page.locator("#draft-saved")).to_have_text(re.compile("^Saved"))
    expect(asked).not_to_have_attribute("aria-invalid", "true")


def ask(finance: Actor, button: Locator) -> Locator:
    """Opens a dialog by keyboard; the focus goes into it."""
    button.focus()
    finance.press("Enter")
    dialog = finance.page.locator("#dialog[open]")
    expect(dialog.locator(":focus")).to_have_count(1)
    return dialog


def settle(finance: Actor, dialog: Locator, button: Locator | None = None) -> None:
    """Sends the dialog by Enter; the page comes anew, with the focus on the button that opened it."""
    with finance.page.expect_navigation():
        dialog.locator("form").evaluate("form => form.requestSubmit()")
    if button is not None:
        expect(button).to_be_focused()


def owes(finance: Actor, total: str) -> None:
    """Foot and paper beside it say the same."""
    expect(finance.page.locator("#draft-foot .sum")).to_contain_text(f"${total}")
    expect(finance.page.locator("#preview")).to_contain_text(f"${total}")


if __name__ == "__main__":
    django.setup()
    furnish_desk(sys.argv[1])

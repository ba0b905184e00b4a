"""The tabs of the settings pages, in order. A room with a settings page adds one line."""

from dataclasses import dataclass

from django.urls import reverse

from approvals.access import MANAGE_POLICIES
from billing.access import MANAGE_BILLING
from ledger.access import CLOSE_BOOKS
from people.access import MANAGE_FIRM, MANAGE_PEOPLE
from people.models import User
from projects.access import MANAGE_PROJECTS, MANAGE_RATES
from staffing.access import MANAGE_LEAVE
from timesheets.access import MANAGE_EXPENSES, MANAGE_RULES


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


# label, URL name, who (any of the rights)
ENTRIES: list[tuple[str, str, tuple[str, ...]]] = [
    ("Company", "people:firm", (MANAGE_FIRM,)),
    ("Working hours", "people:patterns", (MANAGE_FIRM,)),
    ("Holidays", "people:holidays", (MANAGE_FIRM,)),
    ("Leave", "staffing:leave-types", (MANAGE_LEAVE,)),
    ("Roles", "people:roles", (MANAGE_FIRM, MANAGE_PEOPLE)),
    ("Lists", "people:lists", (MANAGE_FIRM,)),
    ("Mails", "people:mails", (MANAGE_FIRM,)),
    ("Approvals", "reports:policies", (MANAGE_POLICIES,)),
    ("Projects", "projects:settings", (MANAGE_PROJECTS,)),
    ("Time", "timesheets:rules", (MANAGE_RULES,)),
    ("Reminders", "timesheets:reminders", (MANAGE_RULES,)),
    ("Expenses", "timesheets:expense-codes", (MANAGE_EXPENSES,)),
    ("Exchange rates", "timesheets:exchange-rates", (MANAGE_EXPENSES,)),
    ("Invoicing", "billing:rules", (MANAGE_BILLING,)),
    ("Items", "billing:items", (MANAGE_BILLING,)),
    ("Reasons", "billing:reasons", (MANAGE_BILLING,)),
    ("Documents", "billing:templates", (MANAGE_BILLING,)),
    ("Payment reminders", "billing:dunning", (MANAGE_BILLING,)),
    ("Mail texts", "billing:mail-texts", (MANAGE_BILLING,)),
    ("Rounding", "projects:rounding", (MANAGE_RATES,)),
    ("Accounts", "ledger:accounts", (CLOSE_BOOKS,)),
]


def tabs_of_settings(user: User, path: str) -> list[Tab]:
    """The tabs that the person may open; the one whose address is the longest beginning of `path` is current."""
    open_ones = [(label, reverse(name)) for label, name, who in ENTRIES if not user.rights.isdisjoint(who)]
    current = max((url for _, url in open_ones if path.startswith(url)), key=len, default="")
    return [Tab(label, url, url == current) for label, url in open_ones]

"""The menu: what a person may open, in the order of the design. It shows only what exists."""

from dataclasses import dataclass, field

from django.urls import reverse

from approvals.access import MANAGE_POLICIES
from billing.access import MANAGE_BILLING, VIEW_BILLING
from clients.access import VIEW_CLIENTS
from core import clock
from integrations.access import MANAGE_CONNECTIONS, POST_ACCOUNTING
from ledger.access import CLOSE_BOOKS, VIEW_LEDGER
from people.access import MANAGE_FIRM, MANAGE_PEOPLE
from people.models import User
from projects.access import (
    MANAGE_COSTS,
    MANAGE_PROJECTS,
    MANAGE_RATES,
    VIEW_ALL_PROJECTS,
    VIEW_COSTS,
    VIEW_RATES,
)
from psa.settings_tabs import tabs_of_settings
from reports.inbox import counts
from staffing.access import APPROVE_LEAVE, MANAGE_LEAVE
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, MANAGE_EXPENSES, MANAGE_RULES, REIMBURSE

STAFF = "staff"


@dataclass
class Item:
    label: str
    icon: str
    url: str
    is_current: bool = False
    # The four lowest are tabs at the bottom of a phone, in the order of the menu; 0 is not among them.
    tab: int = 0
    count: int | None = None
    count_kind: str = ""


@dataclass
class Group:
    label: str
    items: list[Item] = field(default_factory=list)


# group, label, icon, URL name, who (a right of the list, or any staff member), tab order
ENTRIES: list[tuple[str, str, str, str, tuple[str, ...], int]] = [
    ("", "Home", "home", "reports:home", (STAFF,), 1),
    ("", "Timesheet", "clock-hour-4", "timesheets:week", (STAFF,), 2),
    ("", "Expenses", "receipt", "timesheets:expenses", (STAFF,), 6),
    ("", "Timers", "player-play", "timesheets:timers", (STAFF,), 0),
    ("", "Time off", "beach", "staffing:leave", (STAFF,), 0),
    ("Team", "Approvals", "checks", "timesheets:approvals", (APPROVE_TEAM, APPROVE_ALL), 3),
    ("Team", "Inbox", "inbox", "reports:inbox", (APPROVE_TEAM, APPROVE_ALL, APPROVE_LEAVE, MANAGE_LEAVE), 0),
    (
        "Team",
        "Delegation",
        "user-share",
        "approvals:delegation",
        (APPROVE_TEAM, APPROVE_ALL, MANAGE_POLICIES),
        0,
    ),
    (
        "Team",
        "Expense approvals",
        "receipt-2",
        "timesheets:expense-approvals",
        (APPROVE_TEAM, APPROVE_ALL),
        0,
    ),
    ("Team", "People", "users", "people:people", (MANAGE_PEOPLE,), 0),
    ("Work", "Projects", "briefcase", "projects:projects", (STAFF,), 5),
    ("Work", "Clients", "building", "clients:clients", (VIEW_CLIENTS,), 0),
    ("Work", "Labor codes", "tag", "projects:labor-codes", (MANAGE_PROJECTS,), 0),
    ("Work", "Classes", "category", "projects:classes", (MANAGE_PROJECTS,), 0),
    ("Work", "Rate cards", "receipt-dollar", "projects:rate-cards", (VIEW_RATES, MANAGE_RATES), 0),
    ("Work", "Cost rates", "coins", "timesheets:cost-rates", (VIEW_COSTS, MANAGE_COSTS), 0),
    ("Money", "Ready to bill", "stack-2", "billing:ready", (VIEW_BILLING,), 3),
    ("Money", "Invoices", "file-invoice", "billing:invoices", (VIEW_BILLING,), 4),
    ("Money", "Credits", "receipt-refund", "billing:credits", (VIEW_BILLING,), 0),
    ("Money", "Payments", "cash", "billing:payments", (VIEW_BILLING,), 0),
    ("Money", "Retainers", "pig-money", "billing:retainers", (VIEW_BILLING,), 0),
    ("Money", "Schedules", "calendar-repeat", "billing:schedules", (VIEW_BILLING,), 0),
    ("Money", "Reimbursements", "cash-banknote", "timesheets:reimbursements", (REIMBURSE,), 0),
    ("Money", "Receivables", "calendar-dollar", "reports:receivables", (VIEW_BILLING,), 0),
    ("Money", "Collections", "phone-call", "billing:collections", (VIEW_BILLING,), 0),
    ("Money", "Trial balance", "scale", "reports:trial-balance", (VIEW_LEDGER,), 0),
    ("Money", "QuickBooks", "refresh", "integrations:quickbooks", (POST_ACCOUNTING,), 0),
    ("Insight", "Hours", "report-analytics", "reports:hours", (VIEW_ALL_PROJECTS,), 0),
    ("Insight", "Work in progress", "progress", "reports:work-in-progress", (VIEW_BILLING,), 0),
    # The first page of settings that the person may open.
    ("Firm", "Settings", "settings", "people:firm", (MANAGE_FIRM,), 0),
    ("Firm", "Settings", "settings", "timesheets:rules", (MANAGE_RULES,), 0),
    ("Firm", "Settings", "settings", "timesheets:expense-codes", (MANAGE_EXPENSES,), 0),
    ("Firm", "Settings", "settings", "billing:rules", (MANAGE_BILLING,), 0),
    ("Firm", "Settings", "settings", "ledger:accounts", (CLOSE_BOOKS,), 0),
    ("Firm", "Settings", "settings", "reports:policies", (MANAGE_POLICIES,), 0),
    ("Firm", "Connections", "plug-connected", "integrations:connections", (MANAGE_CONNECTIONS,), 0),
]

CONTRACTS = "/billing/contracts/"


def menu_for(user: User, path: str) -> list[Group]:
    """The groups with the items that the person may open; the one that holds `path` is current."""
    held = set(user.rights) | ({STAFF} if user.staff_member else set())
    groups: dict[str, Group] = {}
    best: Item | None = None
    # The contract of a project shows what was billed, so its page is billing's; people look for it under Projects.
    if path.startswith(CONTRACTS):
        path = reverse("projects:projects")
    for group, label, icon, url_name, who, tab in ENTRIES:
        if held.isdisjoint(who):
            continue
        item = Item(label, icon, reverse(url_name), tab=tab)
        items = groups.setdefault(group, Group(group)).items
        if any(other.label == label for other in items):
            continue
        items.append(item)
        fits = path == item.url or (item.url != "/" and path.startswith(item.url))
        if fits and (best is None or len(item.url) > len(best.url)):
            best = item
        if url_name == "timesheets:approvals":
            item.count = sum(counts(user, clock.today(user)).values()) or None
    # Pages of settings lie in their rooms' addresses, under Settings all the same.
    tab_url = next((tab.url for tab in tabs_of_settings(user, path) if tab.is_current), "")
    if tab_url and (best is None or len(tab_url) >= len(best.url)):
        best = next((item for item in groups.get("Firm", Group("")).items if item.label == "Settings"), best)
    # The own profile lies under People but is everybody's.
    if best is not None and not path.startswith(reverse("people:profile")):
        best.is_current = True
    return list(groups.values())


def tabs_for(groups: list[Group]) -> list[Item]:
    """At most four items for the bottom of a phone; the fifth place is *More*."""
    items = [item for group in groups for item in group.items if item.tab]
    first = sorted(items, key=lambda item: item.tab)[:4]
    return [item for item in items if item in first]

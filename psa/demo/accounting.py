"""QuickBooks in the demo: the firm's company at the stand-in, its lists linked, part of its documents posted.

What is left shows the page at work: something that waits, something that was refused, something to map.
"""

import html
import re
from datetime import datetime
from urllib.error import URLError
from urllib.parse import parse_qs, urlsplit

from billing.models import Invoice, Payment
from clients.models import Client
from core.errors import Refusal
from integrations.models import Connection
from integrations.quickbooks import mapping
from integrations.quickbooks.connecting import finish_connecting, start_connecting
from integrations.quickbooks.kinds import INVOICE, PAYMENT, TIME
from integrations.quickbooks.posting import post
from integrations.quickbooks.pulling import pull
from integrations.quickbooks.tokens import PROVIDER
from integrations.quickbooks.unposted import unposted
from people.models import StaffMember, User
from projects.models import LaborCode
from psa.demo.calendar import Calendar
from psa.demo.sandbox import pull_lever, send_form
from psa.demo.story import Story

# Posted by the time the demo opens; the rest waits on the page.
INVOICES, PAYMENTS, LINES = 6, 4, 12


def connect_books(story: Story, calendar: Calendar) -> str:
    """Connects the current firm with its company unless it is, and has the workers post some of what it has.

    Returns what kept it from that, in words; empty when all is well. The next `manage.py demo` tries again.
    """
    if not story.books or Connection.objects.filter(provider=PROVIDER).exists():
        return ""
    try:
        realm = _found_company(story)
        owner = User.objects.get(email=story.email(story.owner))
        _connect(realm, owner, calendar.at)
        pull(by=owner, at=calendar.at)
        _map(owner)
        # The whole story is offered, not this month alone.
        mapping.set_rules(
            posts_invoices_automatically=False,
            posts_time=True,
            creates_customers=True,
            posts_from=None,
            by=owner,
        )
        _post(owner, calendar.at)
    except (URLError, OSError, Refusal) as problem:
        return f"The stand-in for QuickBooks does not answer ({problem}), so {story.name} posts nothing yet."
    return ""


def _found_company(story: Story) -> str:
    """A company whose bookkeeper knows the firm's people and most of its clients already."""
    realm: str = pull_lever("POST", "quickbooks/companies", {"name": story.books})["realm"]
    company = f"quickbooks/companies/{realm}"
    for entity in ("Employee", "Vendor", "Customer"):
        for record in pull_lever("GET", f"{company}/{entity}"):
            pull_lever("POST", f"{company}/{entity}/{record['Id']}/deactivate")
    for name, is_active in StaffMember.objects.values_list("name", "is_active"):
        given, _, family = name.partition(" ")
        # Who left is known there by another name: a person links the two.
        family = family if is_active else f"R. {family}"
        pull_lever("POST", f"{company}/Employee", {"GivenName": given, "FamilyName": family})
    # The newest client is not there yet: posting makes its customer.
    for name in Client.objects.order_by("pk").values_list("name", flat=True)[: Client.objects.count() - 1]:
        pull_lever("POST", f"{company}/Customer", {"DisplayName": name.replace(":", "-")})
    return realm


def _connect(realm: str, by: User, at: datetime) -> None:
    """As a person does: Intuit's page, *Allow*, and back."""
    asked = {
        name: values[0] for name, values in parse_qs(urlsplit(start_connecting(by=by, at=at)).query).items()
    }
    page = send_form("/quickbooks/connect/oauth2", {**asked, "realm": realm, "answer": "allow"})
    back = re.search(r'href="([^"]*[?&;]code=[^"]*)"', page)
    if back is None:
        raise OSError("the consent page led nowhere")
    brought = parse_qs(urlsplit(html.unescape(back.group(1))).query)
    finish_connecting(code=brought["code"][0], realm=realm, state=brought["state"][0], by=by, at=at)


def _map(by: User) -> None:
    """Every labor code is sold as some item, but for the last: its work waits for a choice."""
    items = pull_lever("GET", f"quickbooks/companies/{_realm()}/Item")
    codes = list(LaborCode.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))
    for number, code in enumerate(codes[:-1]):
        mapping.map_labor_code(labor_code_id=code, item_id=items[number % len(items)]["Id"], by=by)


def _realm() -> str:
    return Connection.objects.get(provider=PROVIDER).account_id


def _post(by: User, at: datetime) -> None:
    wanted = {
        INVOICE: list(
            Invoice.objects.issued().order_by("issued_on", "pk").values_list("pk", flat=True)[:INVOICES]
        ),
        PAYMENT: list(
            Payment.objects.filter(state=Payment.State.SUCCEEDED, applications__invoice__in=unposted(INVOICE))
            .order_by("received_on", "pk")
            .values_list("pk", flat=True)[:PAYMENTS]
        ),
        TIME: list(unposted(TIME).order_by("worked_on", "pk").values_list("pk", flat=True)[:LINES]),
    }
    for kind, ids in wanted.items():
        post(kind=kind, ids=ids, by=by, at=at)

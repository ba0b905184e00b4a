"""Paying online in the demo: the firm's account at the stand-in for Stripe, and a bank debit that is under way."""

from datetime import date, datetime
from urllib.error import URLError
from urllib.parse import quote

from billing.checkout import Visit, check_checkout, open_checkout
from billing.models import Invoice, Payment
from core.errors import Refusal
from core.hosts import firm_url
from integrations.models import Connection
from integrations.stripe.adapter import account_id
from integrations.stripe.connecting import refresh_account, start_connecting
from people.models import User
from psa.demo.calendar import Calendar
from psa.demo.sandbox import pull_lever
from psa.demo.story import Fate, Story


def connect_online_payment(story: Story, calendar: Calendar) -> str:
    """Connects the current firm's account unless it is, and starts the story's bank debit.

    Returns what kept it from that, in words; empty when all is well. The next `manage.py demo` tries again.
    """
    if Connection.objects.filter(provider="stripe", health=Connection.Health.READY).exists():
        return ""
    try:
        pull_lever("GET", "health")
        _connect(story, calendar.at)
        _debit(story, calendar.today, calendar.at)
    except (URLError, OSError, Refusal) as problem:
        return f"The stand-in for Stripe does not answer ({problem}), so {story.name} takes no online payment yet."
    return ""


def _connect(story: Story, at: datetime) -> None:
    """As the owner does, but for the walk through Stripe's own pages."""
    address = firm_url("/connections/")
    start_connecting(
        firm_name=story.name,
        email=story.email(story.owner),
        return_url=address,
        refresh_url=address,
        by=User.objects.get(email=story.email(story.owner)),
        at=at,
    )
    pull_lever("POST", "accounts", {"id": account_id(), "name": story.name, "is_enabled": True})
    refresh_account(at=at)


def _debit(story: Story, on: date, at: datetime) -> None:
    """Each invoice of the story that is being debited, paid from a bank account as its client would."""
    names = [project.name for project in story.projects if Fate.DEBITED in project.fates]
    for invoice in Invoice.objects.open().filter(project__name__in=names, attempts=None):
        payment = open_checkout(
            invoice=invoice,
            amount=invoice.total_amount,
            method=Payment.Method.BANK_DEBIT,
            visit=Visit(success_url=firm_url(), cancel_url=firm_url()),
            on=on,
            at=at,
        )
        wish = {"method": "us_bank_account", "account": account_id(), "name": invoice.client.billing_name}
        pull_lever("POST", f"checkout/{quote(payment.checkout_id)}/pay", wish)
        check_checkout(payment=payment, on=on, at=at)

"""What is not in QuickBooks yet: issued invoices, received payments, approved time, from the agreed day on."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from billing.models import Invoice, Payment, PaymentApplication
from integrations.models import ExternalLink, IgnoredPosting, QuickBooksRules
from integrations.quickbooks.kinds import INVOICE, KINDS, PAYMENT, TIME
from integrations.quickbooks.tokens import PROVIDER
from timesheets.models import TimeEntry

State = ExternalLink.State


def eligible(kind: str) -> QuerySet[Any]:
    """Everything that could stand there, whether it does or not."""
    if kind == INVOICE:
        return Invoice.objects.issued().bills()
    if kind == PAYMENT:
        # Draws and deposits are entries on the account of client retainers, which a payment there cannot say.
        received = Payment.objects.filter(state=Payment.State.SUCCEEDED)
        deposits = PaymentApplication.objects.filter(
            payment=OuterRef("pk"), invoice__kind=Invoice.Kind.DEPOSIT
        )
        return received.exclude(method=Payment.Method.RETAINER).filter(~Exists(deposits))
    return TimeEntry.objects.approved()


def unposted(kind: str) -> QuerySet[Any]:
    """What is eligible, has no record there, was not deleted there by somebody, and is not left out.

    One statement and the one that reads the rules. What is on its way counts as unposted; its outbox row says more.
    """
    rules = QuickBooksRules.objects.get(pk=1)
    found = eligible(kind)
    if kind == TIME and not rules.posts_time:
        return found.none()
    if rules.posts_from:
        day = {INVOICE: "issued_on", PAYMENT: "received_on", TIME: "worked_on"}[kind]
        found = found.filter(**{f"{day}__gte": rules.posts_from})
    local = KINDS[kind].local
    links = ExternalLink.objects.filter(
        provider=PROVIDER, local_kind=local, local_id=OuterRef("pk"), state__in=[State.ACTIVE, State.DELETED]
    )
    left_out = IgnoredPosting.objects.filter(provider=PROVIDER, local_kind=local, local_id=OuterRef("pk"))
    return found.filter(~Exists(links), ~Exists(left_out))

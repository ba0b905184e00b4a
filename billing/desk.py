"""Questions about drafts in review: the rules and words of this room for approvals.asking."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from approvals.deciding import Mandate
from approvals.desks import Desk, Topic
from billing.access import REVIEW_INVOICES
from billing.models import Invoice
from billing.reviews import KIND, waiting_requests
from core.money import format_amount
from people.access import has_right
from people.models import User


def _require(by: User, at: datetime) -> None:
    """No right is asked for: whoever a draft waits for may ask, and nothing waits for others."""


def _mandate(by: User) -> Mandate:
    return Mandate(decides_all=has_right(by, REVIEW_INVOICES))


def _topics(ids: Collection[int], reader: User) -> dict[int, Topic]:
    """The drafts, the oldest first. One statement."""
    found = Invoice.objects.filter(pk__in=ids).select_related("client")
    return {invoice.pk: _topic(invoice) for invoice in found.order_by("pk")}


def _topic(invoice: Invoice) -> Topic:
    return Topic(
        title=f"{invoice.client.name}, {format_amount(invoice.total_amount, invoice.currency)}",
        about=invoice.title,
        page_url=reverse("billing:draft", args=[invoice.pk]),
        queue_url=reverse("billing:review-invoice", args=[invoice.pk]),
        dialog_url=reverse("billing:review-question", args=[invoice.pk]),
    )


INVOICES = Desk(
    kind=KIND,
    noun="invoice",
    one="draft",
    many="drafts",
    require=_require,
    waiting=waiting_requests,
    mandate=_mandate,
    topics=_topics,
)

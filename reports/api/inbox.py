"""Everything that waits for one's decision, by the API."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.api import Amount, Routes
from people.guards import staff_only
from people.models import User
from reports.inbox import inbox

routes = Routes("approvals")


class InboxWish(Schema):
    mine_only: bool = Field(False, description="Only one's own inbox, for those who decide on everything.")


class InboxRow(Schema):
    """One thing to decide on, in words; `minutes` or `amount` is its size. It is decided on where `url` leads."""

    kind: str
    title: str
    about: str
    since: datetime
    minutes: int | None
    amount: Amount | None
    currency: str
    question: str = Field(description="`asked` while a question about it is open, `answered` once it is not.")
    url: str


class InboxAnswer(Schema):
    items: list[InboxRow]


@routes.read("/inbox", InboxAnswer)
@staff_only
def get_inbox(request: HttpRequest, wanted: Query[InboxWish]) -> dict[str, Any]:
    """Lists time, expenses, leave and invoices that wait for one's decision, and questions that wait for one's answer,
    the oldest first."""
    user = request.user
    assert isinstance(user, User)
    found = inbox(user, clock.today(user), clock.now(), mine_only=wanted.mine_only)
    return {
        "items": [
            InboxRow(
                kind=item.kind,
                title=item.title,
                about=item.sub,
                since=item.since,
                minutes=item.minutes,
                amount=item.amount,
                currency=item.currency,
                question=item.question,
                url=item.url,
            )
            for item in found.items
        ]
    }

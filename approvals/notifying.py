"""Word to both when decisions are handed over, and when that ends before its day. Receivers: they write mails only."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals.models import Delegation
from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell

KIND = "approvals.delegation"


def tell_both(sender: Any, delegation: Delegation, by: User | None, at: datetime, **kwargs: Any) -> None:
    """One mail each to delegate and approver, but none to whoever arranged it."""
    _tell(delegation, by, at, has_ended=False)


def tell_of_end(sender: Any, delegation: Delegation, by: User | None, at: datetime, **kwargs: Any) -> None:
    """The same when it is ended early or called off."""
    _tell(delegation, by, at, has_ended=True)


def _tell(delegation: Delegation, by: User | None, at: datetime, *, has_ended: bool) -> None:
    words = [
        Word(
            member.user,
            delegation,
            f"{delegation.pk}{'.end' if has_ended else ''}",
            {
                "delegation": delegation,
                "is_delegate": member == delegation.delegate,
                "has_ended": has_ended,
                "page_url": firm_url(reverse("approvals:delegation")),
            },
        )
        for member in (delegation.delegate, delegation.approver)
        if member.user != by
    ]
    tell(KIND, "approvals/mail/delegation", words, by=by, at=at)

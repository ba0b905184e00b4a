"""Word to both when decisions are handed over, and when that ends before its day. Receivers: they write mails only."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals.models import Delegation
from core import mail
from core.hosts import firm_url
from people.letterhead import letterhead
from people.models import User

KIND = "approvals.delegation"


def tell_both(sender: Any, delegation: Delegation, by: User | None, at: datetime, **kwargs: Any) -> None:
    """One mail each to delegate and approver, but none to whoever arranged it."""
    _tell(delegation, by, at, has_ended=False)


def tell_of_end(sender: Any, delegation: Delegation, by: User | None, at: datetime, **kwargs: Any) -> None:
    """The same when it is ended early or called off."""
    _tell(delegation, by, at, has_ended=True)


def _tell(delegation: Delegation, by: User | None, at: datetime, *, has_ended: bool) -> None:
    letter = letterhead()
    for member in (delegation.delegate, delegation.approver):
        reader = member.user
        if reader is None or not reader.is_active or reader == by:
            continue
        context = letter | {
            "person": reader,
            "delegation": delegation,
            "is_delegate": member == delegation.delegate,
            "has_ended": has_ended,
            "by_name": by.name if by else "",
            "page_url": firm_url(reverse("approvals:delegation")),
        }
        subject, text, html = mail.render_mail("approvals/mail/delegation", context)
        mail.post(
            KIND,
            to=[reader.email],
            person_key=str(reader.pk),
            subject_key=f"{delegation.pk}{'.end' if has_ended else ''}",
            subject=subject,
            text=text,
            html=html,
            from_name=letter["firm_name"],
            related=delegation,
            at=at,
        )

"""Word to people whose leave was decided on. A receiver of this room's facts: it writes mails only."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from core import mail
from core.hosts import firm_url
from core.models import Mail
from people.letterhead import letterhead
from people.models import User
from staffing.models import LeaveRequest

KIND = "staffing.decided"


def tell_approved(
    sender: Any, requests: Sequence[LeaveRequest], by: User, at: datetime, **kwargs: Any
) -> None:
    """One mail for each request that was approved; it leaves after the seconds in which that can be undone."""
    for request in requests:
        _post("approved", request, by, at)


def tell_returned(
    sender: Any, requests: Sequence[LeaveRequest], by: User, at: datetime, reason: str, **kwargs: Any
) -> None:
    """One mail for each request that came back, with the reason."""
    for request in requests:
        _post("returned", request, by, at, reason)


def call_off(sender: Any, request_ids: Sequence[int], by: User, at: datetime, **kwargs: Any) -> None:
    """The decision was taken back: mails about it that have not left are canceled."""
    waiting = Mail.objects.filter(
        kind=KIND,
        state=Mail.State.QUEUED,
        not_before__gt=at,
        related_kind=LeaveRequest._meta.label_lower,
        related_id__in=[str(pk) for pk in request_ids],
    )
    for letter in waiting:
        with contextlib.suppress(mail.MailHasLeft):
            mail.cancel(letter, by=by, at=at)


def _post(outcome: str, request: LeaveRequest, by: User, at: datetime, reason: str = "") -> None:
    user = request.staff.user
    if user is None or not user.is_active:
        return
    letter = letterhead()
    context = letter | {
        "person": user,
        "by_name": by.name,
        "reason": reason,
        "leave": request,
        "leave_url": firm_url(f"{reverse('staffing:leave')}?year={request.starts_on.year}"),
    }
    subject, text, html = mail.render_mail(f"staffing/mail/{outcome}", context)
    mail.post(
        KIND,
        to=[user.email],
        # The same days decided anew after a correction are another mail.
        subject_key=f"{outcome}:{request.pk}.{request.version}",
        subject=subject,
        text=text,
        html=html,
        from_name=letter["firm_name"],
        reply_to=[by.email],
        related=request,
        delay_seconds=mail.UNDO_SECONDS,
        at=at,
    )

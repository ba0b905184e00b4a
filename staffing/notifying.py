"""Word to people whose leave was decided on. A receiver of this room's facts: it writes mails only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from core import mail
from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell
from staffing.models import LeaveRequest

KIND = "staffing.decided"


def tell_approved(
    sender: Any, requests: Sequence[LeaveRequest], by: User, at: datetime, **kwargs: Any
) -> None:
    """One mail for each request that was approved; it leaves after the seconds in which that can be undone."""
    _tell("approved", requests, by, at)


def tell_returned(
    sender: Any, requests: Sequence[LeaveRequest], by: User, at: datetime, reason: str, **kwargs: Any
) -> None:
    """One mail for each request that came back, with the reason."""
    _tell("returned", requests, by, at, reason)


def call_off(sender: Any, request_ids: Sequence[int], by: User, at: datetime, **kwargs: Any) -> None:
    """The decision was taken back: mails about it that have not left are canceled."""
    mail.call_off(KIND, LeaveRequest, request_ids, by=by, at=at)


def _tell(outcome: str, requests: Sequence[LeaveRequest], by: User, at: datetime, reason: str = "") -> None:
    words = [
        Word(
            request.staff.user,
            request,
            # The same days decided anew after a correction are another mail.
            f"{outcome}:{request.pk}.{request.version}",
            {
                "reason": reason,
                "leave": request,
                "leave_url": firm_url(f"{reverse('staffing:leave')}?year={request.starts_on.year}"),
            },
        )
        for request in requests
    ]
    tell(KIND, f"staffing/mail/{outcome}", words, by=by, at=at, delay_seconds=mail.UNDO_SECONDS)

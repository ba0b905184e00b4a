"""Word about questions: to the owners whom an approver asks, and to the approver when the answer is there."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from approvals.desks import Desk, Topic
from approvals.models import Decision, Request
from core.hosts import firm_url
from people.models import StaffMember, User
from people.telling import Word, tell

ASKED = "approvals.asked"
ANSWERED = "approvals.answered"


def tell_asked(
    sender: Any, desk: Desk, requests: Sequence[Request], by: User, at: datetime, text: str, **kwargs: Any
) -> None:
    """One mail to each owner for what was asked in one go, with the way to the first of the things."""
    owners = StaffMember.objects.filter(pk__in={request.owner_id for request in requests})
    words = []
    for owner in owners.filter(user__is_active=True).select_related("user").order_by("pk"):
        assert owner.user is not None
        if owner.user == by:
            continue
        own = [request for request in requests if request.owner_id == owner.pk]
        topics = desk.topics([request.subject_id for request in own], owner.user)
        if topics:
            words.append(_word(owner.user, desk, own, list(topics.values()), text, is_answer=False))
    tell(ASKED, "approvals/mail/asked", words, by=by, at=at)


def tell_answered(
    sender: Any, desk: Desk, request: Request, by: User, at: datetime, text: str, **kwargs: Any
) -> None:
    """One mail to whoever asked or returned it last, with the way to the thing among what waits for them."""
    asker = _asker(request)
    if asker is None or asker == by:
        return
    topics = desk.topics([request.subject_id], asker)
    if topics:
        word = _word(asker, desk, [request], list(topics.values()), text, is_answer=True)
        tell(ANSWERED, "approvals/mail/answered", [word], by=by, at=at)


def _asker(request: Request) -> User | None:
    """Who returned it; of what waits, who asked last."""
    if request.state == Request.State.REJECTED:
        returned = request.decisions.filter(outcome=Decision.Outcome.REJECTED).select_related("by")
        decision = returned.order_by("-pk").first()
        return decision.by if decision else None
    asked = request.messages.filter(is_answer=False).select_related("by").order_by("-pk").first()
    return asked.by if asked else None


def _word(
    to: User, desk: Desk, requests: Sequence[Request], topics: Sequence[Topic], text: str, *, is_answer: bool
) -> Word:
    # Another question about the same things on the same day is another mail.
    seen = desk.kind + ",".join(str(request.subject_id) for request in requests) + text
    context = {
        "words": text,
        "topics": topics,
        "what": desk.count(len(topics)),
        "url": firm_url(topics[0].queue_url if is_answer else topics[0].page_url),
        "is_returned": requests[0].state == Request.State.REJECTED,
    }
    return Word(to, requests[0], sha256(seen.encode()).hexdigest(), context)

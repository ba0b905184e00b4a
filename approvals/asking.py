"""Asking about something that waits, and answering. It stays where it waits; nobody has to decide before the answer.

One mechanism for time, expenses, leave and invoices: a `Desk` says what is special to a kind.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from approvals.deciding import Place, locked_requests, place_of, seats_by_request
from approvals.desks import Desk
from approvals.events import question_answered, question_asked
from approvals.models import Message, Policy, Request, Seat
from approvals.submitting import policy_for
from core import audit
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.models import User

LONGEST = 1000


class QuestionIsMissing(Refusal):
    sentence = "Type what you want to know."


class AnswerIsMissing(Refusal):
    sentence = "Type the answer."


class NothingToAsk(Refusal):
    """None of the subjects waits for this person."""

    sentence = "None of this waits for your decision any more, so there is nothing to ask."


class NoQuestion(Refusal):
    """Nobody asked anything about the subject, or it does not wait any more."""

    sentence = "There is no question to answer."


def ask(*, desk: Desk, ids: Collection[int], text: str, by: User, at: datetime) -> list[int]:
    """Puts one question about all those of the subjects that wait for the person; returns the ids of those.

    What waits for somebody else is left out. A constant number of statements. Announces question_asked. Raises
    NotAllowed, QuestionIsMissing, NothingToAsk.
    """
    desk.require(by, at)
    text = text.strip()[:LONGEST]
    if not text:
        raise QuestionIsMissing(field="text")
    with promises(), transaction.atomic():
        mine = set(desk.waiting(by, at).filter(subject_id__in=ids).values_list("subject_id", flat=True))
        requests = locked_requests(desk.kind, mine, [Request.State.WAITING])
        policy, place = policy_for(desk.kind), place_of(by, at, desk.mandate(by))
        seats = seats_by_request(requests)
        asked = [request for request in requests if _may_ask(request, seats[request.pk], policy, place)]
        if not asked:
            raise NothingToAsk
        found = [request.subject_id for request in asked]
        audit.acting(f"{desk.noun}.ask", by=by, why=text, subject_ids=found)
        Message.objects.bulk_create(
            Message(request=request, text=text, by=by, by_name=by.name, at=at) for request in asked
        )
        question_asked.send(Request, desk=desk, requests=asked, by=by, at=at, text=text)
    return found


def _may_ask(request: Request, seats: list[Seat], policy: Policy, place: Place) -> bool:
    """Asked again under the lock: the request may have moved on to somebody else."""
    return not place.why_not(request, policy, [seat for seat in seats if seat.state == Seat.State.WAITING])


def answer(*, desk: Desk, subject_id: int, text: str, by: User, at: datetime) -> Message:
    """The owner's answer to a question about what is their own, or what they say to its return; it stays where it is.

    Announces question_answered. Raises AnswerIsMissing, NoQuestion where none was asked of the latest submission and it
    was not returned, NotAllowed for anybody but the owner.
    """
    text = text.strip()[:LONGEST]
    if not text:
        raise AnswerIsMissing(field="text")
    with promises(), transaction.atomic():
        request = _latest(desk.kind, subject_id)
        if request is None or not can_answer(request):
            raise NoQuestion
        if by.staff_member is None or request.owner_id != by.staff_member.pk:
            raise NotAllowed("Only the person who submitted it answers.")
        audit.acting(f"{desk.noun}.answer", by=by, subject=request, why=text, subject_id=subject_id)
        message = Message.objects.create(
            request=request, text=text, by=by, by_name=by.name, is_answer=True, at=at
        )
        question_answered.send(Request, desk=desk, request=request, by=by, at=at, text=text)
    return message


def can_answer(request: Request) -> bool:
    """Whether there is something to answer: it came back, or waits and somebody asked. One statement at most."""
    if request.state == Request.State.REJECTED:
        return True
    return request.state == Request.State.WAITING and request.messages.filter(is_answer=False).exists()


def _latest(kind: str, subject_id: int) -> Request | None:
    """The latest submission under lock."""
    found = Request.objects.select_for_update(of=("self",)).filter(subject_kind=kind, subject_id=subject_id)
    return found.order_by("-pk").first()

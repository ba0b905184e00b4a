"""Asking about a request and answering. It stays where it waits; nobody has to decide before the answer is there."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals.deciding import Mandate, locked_requests, place_of, seats_by_request
from approvals.events import question_answered, question_asked
from approvals.models import Message, Request, Seat
from approvals.submitting import policy_for
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.models import User


class NothingToAsk(Refusal):
    """None of the subjects waits for this person."""

    sentence = "None of these waits for a decision of yours any more."


class NoQuestion(Refusal):
    """Nobody asked anything about the subject."""

    sentence = "There is no question to answer."


def ask(
    *, kind: str, ids: Sequence[int], text: str, by: User, at: datetime, mandate: Mandate | None = None
) -> int:
    """Puts one question about all those of the subjects that wait for the person; returns how many that are.

    A constant number of statements. Announces question_asked. Raises NothingToAsk.
    """
    with promises(), transaction.atomic():
        policy = policy_for(kind)
        requests = locked_requests(kind, ids, [Request.State.WAITING])
        seats = seats_by_request(requests)
        place = place_of(by, at, mandate)
        asked = [
            request
            for request in requests
            if not place.why_not(
                request, policy, [s for s in seats[request.pk] if s.state == Seat.State.WAITING]
            )
        ]
        if not asked:
            raise NothingToAsk
        Message.objects.bulk_create(
            Message(request=request, text=text.strip(), by=by, by_name=by.name, at=at) for request in asked
        )
        question_asked.send(Request, requests=asked, by=by, at=at, text=text.strip())
    return len(asked)


def answer(*, kind: str, subject_id: int, text: str, by: User, at: datetime) -> Message:
    """The owner's answer to a question about their own subject. Announces question_answered.

    Raises NoQuestion where none was asked or nothing waits any more, NotAllowed for anybody but the owner.
    """
    with promises(), transaction.atomic():
        request = next(iter(locked_requests(kind, [subject_id], [Request.State.WAITING])), None)
        if request is None or not request.messages.filter(is_answer=False).exists():
            raise NoQuestion
        if by.staff_member is None or request.owner_id != by.staff_member.pk:
            raise NotAllowed("Only the person who submitted it can answer.")
        message = Message.objects.create(
            request=request, text=text.strip(), by=by, by_name=by.name, is_answer=True, at=at
        )
        question_answered.send(Request, request=request, by=by, at=at, text=message.text)
    return message

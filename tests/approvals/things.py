"""Things to decide on, of a kind that no room owns."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from approvals.approvers import waiting_for
from approvals.deciding import Mandate, Result, decide
from approvals.desks import Desk, Topic
from approvals.models import Decision, Policy, Request, Step
from approvals.ports import Subject
from approvals.submitting import submit
from people.models import User
from tests.cast import NOW, Cast

APPROVED, REJECTED = Decision.Outcome.APPROVED, Decision.Outcome.REJECTED
Source = Step.Source


def _waiting(user: User, on: date) -> QuerySet[Request]:
    return Request.objects.filter(waiting_for(user, on=on), subject_kind="thing")


def _topics(ids: Collection[int], reader: User) -> dict[int, Topic]:
    return {
        pk: Topic(f"Thing {pk}", "", f"/thing/{pk}", f"/queue/{pk}", f"/dialog/{pk}") for pk in sorted(ids)
    }


DESK = Desk(
    kind="thing",
    noun="thing",
    one="thing",
    many="things",
    require=lambda by, at: None,
    waiting=_waiting,
    mandate=lambda by: Mandate(),
    topics=_topics,
)


def make_policy(*steps: dict[str, Any], **fields: Any) -> Policy:
    """A policy for things; each step by its fields, one after the other unless it names its position."""
    policy = Policy.objects.create(subject_kind="thing", name="Things", statement="Yes.", **fields)
    for position, step in enumerate(steps, start=1):
        Step.objects.create(policy=policy, **{"position": position} | step)
    return policy


def thing(
    cast: Cast, number: int = 1, *, lead: User | None = None, owner: User | None = None, **fields: Any
) -> Subject:
    """A thing of the member's, unless somebody else is its owner."""
    member = (owner or cast.member).staff_member
    assert member is not None
    lead_id = lead.staff_member.pk if lead and lead.staff_member else None
    return Subject("thing", number, member.pk, lead_id=lead_id, **fields)


def hand_in(cast: Cast, *things: Subject, at: datetime = NOW) -> list[Request]:
    return submit(subjects=things, by=cast.member, at=at)


def approve(by: User, *things: Subject, at: datetime = NOW, **options: Any) -> Result:
    return decide(subjects=things, outcome=APPROVED, by=by, at=at, **options)


def give_back(by: User, *things: Subject, at: datetime = NOW) -> Result:
    return decide(subjects=things, outcome=REJECTED, by=by, at=at, reason="Not yet.")


def seats_of(request: Request) -> Sequence[tuple[int, str, str]]:
    """Position, who, state."""
    return [
        (seat.position, str(seat), seat.state)
        for seat in request.seats.select_related("waits_for", "role").order_by("position", "pk")
    ]

"""What was asked, said and decided: the last return of each subject, its seats, questions and the whole story."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import Coalesce

from approvals.models import Decision, Message, Request, Seat


@dataclass(frozen=True)
class Return:
    """Why, by whom and when a subject was returned."""

    reason: str
    by_name: str
    at: datetime


def last_returns(kind: str, ids: Sequence[int]) -> dict[int, Return]:
    """The latest return of each subject that was ever returned and not taken back. One statement."""
    if not ids:
        return {}
    found = (
        Decision.objects.filter(
            request__subject_kind=kind,
            request__subject_id__any=ids,
            request__state=Request.State.REJECTED,
            outcome=Decision.Outcome.REJECTED,
        )
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("request__subject_id", "reason", "by_name", "at")
    )
    return {subject_id: Return(reason, by_name, at) for subject_id, reason, by_name, at in found}


def waits_for_names(kind: str, ids: Sequence[int]) -> dict[int, str]:
    """For whom each waiting subject waits: `Dana Ruiz and Finance`; empty text where anybody with the right decides."""
    waiting = Request.objects.waiting().filter(subject_kind=kind, subject_id__in=ids)
    asked = Q(seats__state=Seat.State.WAITING)
    name = Coalesce("seats__waits_for__name", "seats__role__name")
    names = StringAgg(name, Value(" and "), filter=asked, order_by=("seats__position", "seats__id"))
    return {
        subject_id: found or ""
        for subject_id, found in waiting.values_list("subject_id").annotate(names=names)
    }


def questions(kind: str, ids: Collection[int]) -> dict[int, list[Message]]:
    """What was asked and answered about each subject, oldest first, over all its submissions. One statement."""
    found = Message.objects.filter(request__subject_kind=kind, request__subject_id__any=ids)
    by_subject: dict[int, list[Message]] = {}
    for message in found.select_related("request").order_by("pk"):
        by_subject.setdefault(message.request.subject_id, []).append(message)
    return by_subject


def open_questions(kind: str, ids: Collection[int]) -> set[int]:
    """Waiting subjects of which the last word is an approver's question. One statement."""
    last = Message.objects.filter(request=OuterRef("pk")).order_by("-pk").values("is_answer")[:1]
    waiting = Request.objects.waiting().filter(subject_kind=kind, subject_id__in=ids)
    asked = waiting.annotate(is_answered=Subquery(last)).filter(is_answered=False)
    return set(asked.values_list("subject_id", flat=True))


def seats(kind: str, ids: Collection[int]) -> dict[int, list[Seat]]:
    """Who was and is asked about each subject since its latest submission, in order. One statement."""
    newer = Request.objects.filter(
        subject_kind=kind, subject_id=OuterRef("request__subject_id"), pk__gt=OuterRef("request")
    )
    found = Seat.objects.filter(~Exists(newer), request__subject_kind=kind, request__subject_id__in=ids)
    by_subject: dict[int, list[Seat]] = {}
    for seat in found.select_related("request", "step", "waits_for", "role").order_by("position", "pk"):
        by_subject.setdefault(seat.request.subject_id, []).append(seat)
    return by_subject


def story(kind: str, subject_id: int) -> QuerySet[Decision]:
    """All decisions on one subject, oldest first."""
    return Decision.objects.filter(request__subject_kind=kind, request__subject_id=subject_id).order_by("pk")


def standing(kind: str) -> QuerySet[Decision]:
    """Approvals and returns that no later decision on the same subject has replaced."""
    later = Decision.objects.filter(
        request__subject_kind=kind, request__subject_id=OuterRef("request__subject_id"), pk__gt=OuterRef("pk")
    )
    made = Decision.objects.filter(request__subject_kind=kind).exclude(outcome=Decision.Outcome.UNAPPROVED)
    return made.filter(~Exists(later))


def decided_together(decision: Decision) -> QuerySet[Decision]:
    """What the same person decided in the same go, and still stands."""
    return standing(decision.request.subject_kind).filter(
        by=decision.by_id, at=decision.at, outcome=decision.outcome, reason=decision.reason
    )

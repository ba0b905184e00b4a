"""What was decided: the last return of each subject, and the whole story of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from approvals.models import Decision, Request


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
            request__subject_id__in=ids,
            request__state=Request.State.REJECTED,
            outcome=Decision.Outcome.REJECTED,
        )
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("request__subject_id", "reason", "by_name", "at")
    )
    return {subject_id: Return(reason, by_name, at) for subject_id, reason, by_name, at in found}


def waits_for_names(kind: str, ids: Sequence[int]) -> dict[int, str]:
    """For whom each waiting subject waits; empty text where a role or anybody with the right decides."""
    found = Request.objects.waiting().filter(subject_kind=kind, subject_id__in=ids)
    return {subject_id: name or "" for subject_id, name in found.values_list("subject_id", "waits_for__name")}


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

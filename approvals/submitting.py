"""Submitting things for approval, and taking them back."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch
from django.db.models.functions import Now

from approvals.models import Policy, Request, Seat, Step
from approvals.ports import Subject
from approvals.seating import directory_for, open_seats, seats_after
from core.errors import Refusal
from core.promises import promises
from people.models import User


class NoPolicy(Refusal):
    """Nothing says how this kind of thing is approved."""

    sentence = "Nothing says who approves this. Ask the owner of your firm to set it up."


class AlreadyDecidedOn(Refusal):
    """Somebody has begun to decide, so it cannot be taken back."""

    sentence = "Somebody decided on this already, so it cannot be recalled. Ask for it to be returned."


def policy_for(kind: str) -> Policy:
    """The policy of a kind, its steps loaded with the people and roles they name. Two statements. Raises NoPolicy."""
    steps = Step.objects.filter(is_retired=False).select_related("role", "person")
    policy = Policy.objects.prefetch_related(Prefetch("steps", steps)).filter(subject_kind=kind).first()
    if policy is None:
        raise NoPolicy
    return policy


def submit(*, subjects: Sequence[Subject], by: User | None, at: datetime) -> list[Request]:
    """Opens a request for each subject, with the seats of the first position that has somebody to decide.

    Where the policy requires nothing and no step fits, the request is APPROVED at once, without a decision.
    A constant number of statements. Refused by the database when a subject is already waiting.
    """
    if not subjects:
        return []
    policy = policy_for(subjects[0].kind)
    steps = policy.live_steps
    directory = directory_for(steps, subjects)
    asked = [seats_after(policy, steps, subject, directory) for subject in subjects]
    requests = [
        Request(
            subject_kind=subject.kind,
            subject_id=subject.id,
            owner_id=subject.owner_id,
            policy_id=policy.pk,
            step_id=seats[0].step.pk if seats and seats[0].step else None,
            waits_for_id=seats[0].waits_for_id if seats else None,
            state=Request.State.WAITING if seats else Request.State.APPROVED,
            submitted_by_id=by.pk if by else None,
            submitted_at=at,
            decided_at=None if seats else at,
        )
        for subject, seats in zip(subjects, asked, strict=True)
    ]
    with promises(), transaction.atomic():
        requests = Request.objects.bulk_create(requests)
        open_seats(zip(requests, asked, strict=True), at)
    return requests


def withdraw(*, kind: str, ids: Sequence[int], at: datetime) -> None:
    """Takes waiting requests back. Raises AlreadyDecidedOn if a step of any was decided, and that stands."""
    with transaction.atomic():
        waiting = Request.objects.select_for_update().filter(subject_kind=kind, subject_id__in=ids)
        open_ids = list(waiting.waiting().order_by("pk").values_list("pk", flat=True))
        if len(open_ids) != len(set(ids)):
            raise AlreadyDecidedOn
        seats = Seat.objects.filter(request__in=open_ids)
        if seats.filter(state=Seat.State.APPROVED).exists():
            raise AlreadyDecidedOn
        seats.filter(state=Seat.State.WAITING).update(state=Seat.State.SKIPPED)
        Request.objects.filter(pk__in=open_ids).update(state=Request.State.WITHDRAWN, decided_at=at)


def supersede(*, kind: str, ids: Collection[int]) -> None:
    """Ends what waits because the thing is not what was asked about any more, decided in part or not.

    For rooms that let a thing be changed while it waits; it is submitted anew. One statement where nothing waits.
    """
    with transaction.atomic():
        waiting = Request.objects.select_for_update().filter(subject_kind=kind, subject_id__in=ids)
        open_ids = list(waiting.waiting().order_by("pk").values_list("pk", flat=True))
        if open_ids:
            seats = Seat.objects.filter(request__in=open_ids, state=Seat.State.WAITING)
            seats.update(state=Seat.State.SKIPPED)
            Request.objects.filter(pk__in=open_ids).update(state=Request.State.WITHDRAWN, decided_at=Now())

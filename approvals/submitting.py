"""Submitting things for approval, and taking them back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals.approvers import first_stop, managers_of
from approvals.models import Policy, Request
from approvals.ports import Subject
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
    """The policy of a kind, its steps loaded. Raises NoPolicy."""
    policy = Policy.objects.prefetch_related("steps").filter(subject_kind=kind).first()
    if policy is None:
        raise NoPolicy
    return policy


def submit(*, subjects: Sequence[Subject], by: User | None, at: datetime) -> list[Request]:
    """Opens a request for each subject, at the first step that has somebody to decide.

    A constant number of statements. Refused by the database when a subject is already waiting.
    """
    if not subjects:
        return []
    policy = policy_for(subjects[0].kind)
    steps = list(policy.steps.all())
    managers = managers_of([subject.owner_id for subject in subjects])
    requests = []
    for subject in subjects:
        stop = first_stop(policy, steps, subject, managers)
        requests.append(
            Request(
                subject_kind=subject.kind,
                subject_id=subject.id,
                owner_id=subject.owner_id,
                policy=policy,
                step=stop.step if stop else None,
                waits_for_id=stop.waits_for_id if stop else None,
                submitted_by=by,
                submitted_at=at,
            )
        )
    with promises(), transaction.atomic():
        return Request.objects.bulk_create(requests)


def withdraw(*, kind: str, ids: Sequence[int], at: datetime) -> None:
    """Takes waiting requests back. Raises AlreadyDecidedOn if a step of any was decided."""
    with transaction.atomic():
        waiting = Request.objects.select_for_update().filter(subject_kind=kind, subject_id__in=ids)
        open_ids = list(waiting.waiting().order_by("pk").values_list("pk", flat=True))
        if len(open_ids) != len(set(ids)):
            raise AlreadyDecidedOn
        if Request.objects.filter(pk__in=open_ids, decisions__outcome="APPROVED").exists():
            raise AlreadyDecidedOn
        Request.objects.filter(pk__in=open_ids).update(state=Request.State.WITHDRAWN, decided_at=at)

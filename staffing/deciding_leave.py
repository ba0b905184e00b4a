"""Approving and returning leave, and taking a decision back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F

from approvals.approvers import is_asked
from approvals.certifying import Signature, certify, steps_asked
from approvals.deciding import Mandate, decide, reopen
from approvals.models import Certification, Decision, Step
from approvals.ports import Outcome
from approvals.submitting import policy_for
from core import audit
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.access import has_right
from people.models import StaffMember, User
from staffing.access import MANAGE_LEAVE, decides_alone, may_decide_leave
from staffing.applying import apply_approved, take_out
from staffing.checking import check_balance
from staffing.events import leave_approved, leave_returned, leave_taken_back
from staffing.models import LeaveRequest
from staffing.subjects import KIND, certified_lines, subject_of

State = LeaveRequest.State
CHANGED = "It was changed since you read it."


class LeaveSignatureIsMissing(Refusal):
    """The policy asks for a signature under its statement."""

    sentence = "Approving needs your name and password under the statement."


class NothingToDecide(Refusal):
    """None of the requests waits for this person."""


class CannotBeTakenBack(Refusal):
    """Something was built on the decision."""

    sentence = "This cannot be taken back any more: the leave was changed, canceled or asked for again since."


@dataclass
class LeaveDecided:
    """What a decision did: requests decided, those that now wait for the next step, those skipped with the reason."""

    request_ids: list[int] = field(default_factory=list)
    waiting_ids: list[int] = field(default_factory=list)
    skipped: dict[int, str] = field(default_factory=dict)


def decide_leave(
    *,
    request_ids: Sequence[int],
    outcome: Decision.Outcome,
    by: User,
    at: datetime,
    reason: str = "",
    signature: Signature | None = None,
    seen: Mapping[int, int] | None = None,
) -> LeaveDecided:
    """Approves or returns (with a reason) the present step of each request; after the last it takes effect.

    What waits no more, waits for somebody else or is not of the version in `seen` is skipped with its reason. Raises
    NotAllowed, NothingToDecide, LeaveSignatureIsMissing, SignatureIsWrong, ReasonIsMissing, and for a change
    ReplacedIsGone, NotEnoughLeave, LeaveOverlaps.
    """
    require_decider(by, at)
    approves = outcome == Decision.Outcome.APPROVED
    with promises(), transaction.atomic():
        requests, skipped = _as_seen(_lock(request_ids, [State.SUBMITTED]), seen)
        ids = [request.pk for request in requests]
        steps = steps_asked(KIND, ids) if approves else []
        asks = any(step.certification != Step.Certification.NONE for step in steps)
        if asks and signature is None:
            raise LeaveSignatureIsMissing

        def sign(signed: Sequence[int]) -> Certification:
            assert signature is not None
            lines = certified_lines(request for request in requests if request.pk in set(signed))
            statement = policy_for(KIND).statement
            return certify(
                by=by, signature=signature, statement=statement, lines=lines, minutes=0, at=at, steps=steps
            )

        audit.acting("leave.approve" if approves else "leave.return", by=by, why=reason, request_ids=ids)
        result = decide(
            subjects=[subject_of(request) for request in requests],
            outcome=outcome,
            by=by,
            at=at,
            reason=reason,
            sign=sign if asks else None,
            mandate=mandate_of(by),
        )
        ended = result.ids(Outcome.APPROVED if approves else Outcome.REJECTED)
        decided = LeaveDecided(ended, result.ids(Outcome.WAITING), skipped | result.skipped)
        if not decided.request_ids and not decided.waiting_ids:
            raise NothingToDecide(next(iter(decided.skipped.values()), "None of these waits for you."))
        _write([request for request in requests if request.pk in ended], outcome, by, at, reason)
    return decided


def take_back_leave(*, request_ids: Sequence[int], by: User, at: datetime, reason: str = "") -> list[int]:
    """Approved or returned requests wait for a decision again; what they had replaced is in force again.

    Only the person who decided last, or whoever manages leave. Raises NotAllowed, CannotBeTakenBack, LeaveOverlaps.
    """
    require_decider(by, at)
    with promises(), transaction.atomic():
        requests = _lock(request_ids, [State.APPROVED, State.REJECTED])
        if len(requests) != len(set(request_ids)):
            raise CannotBeTakenBack
        if not has_right(by, MANAGE_LEAVE) and not _decided_all(request_ids, by):
            raise NotAllowed("Only the person who decided can take it back.")
        if LeaveRequest.objects.filter(replaces__in=requests, state=State.SUBMITTED).exists():
            raise CannotBeTakenBack
        audit.acting("leave.take_back", by=by, why=reason, request_ids=list(request_ids))
        again = reopen(kind=KIND, ids=list(request_ids), by=by, at=at, reason=reason)
        if len(again) != len(requests):
            raise CannotBeTakenBack
        take_out(requests)
        leave_taken_back.send(sender=LeaveRequest, request_ids=again, by=by, at=at)
    return again


def may_decide_now(by: User, at: datetime) -> bool:
    """Whether the person decides on leave: by right, or because something waits for them by name, role, delegation."""
    return may_decide_leave(by) or is_asked(by, at)


def require_decider(by: User, at: datetime) -> None:
    """Raises NotAllowed unless the person decides on leave now."""
    if not may_decide_now(by, at):
        raise NotAllowed("You do not decide on leave. Ask the owner of your firm for the right.")


def mandate_of(by: User) -> Mandate:
    """What the person may decide on."""
    return Mandate(decides_all=has_right(by, MANAGE_LEAVE), is_alone=decides_alone(by))


def _lock(request_ids: Sequence[int], states: Sequence[str]) -> list[LeaveRequest]:
    """The requests in these states under lock; first their people, as asking for leave does."""
    wanted = LeaveRequest.objects.filter(pk__in=request_ids, state__in=states)
    people = StaffMember.objects.filter(pk__in=wanted.values("staff"))
    list(people.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    found = wanted.select_for_update(of=("self",)).select_related("staff__user", "leave_type", "replaces")
    requests = list(found.order_by("pk"))
    if not requests:
        raise NothingToDecide("None of these requests waits for a decision any more.")
    return requests


def _as_seen(
    requests: list[LeaveRequest], seen: Mapping[int, int] | None
) -> tuple[list[LeaveRequest], dict[int, str]]:
    """The requests that are as the person read them, and why the others are not decided on."""
    if seen is None:
        return requests, {}
    same = [request for request in requests if seen.get(request.pk) == request.version]
    if not same:
        raise NothingToDecide(CHANGED)
    return same, {request.pk: CHANGED for request in requests if request not in same}


def _write(
    requests: Sequence[LeaveRequest], outcome: Decision.Outcome, by: User, at: datetime, reason: str
) -> None:
    if not requests:
        return
    if outcome == Decision.Outcome.APPROVED:
        for request in requests:
            # What only replaces other leave did not count until now.
            if request.kind == LeaveRequest.Kind.CHANGE:
                check_balance(request, request.starts_on)
        apply_approved(requests)
        leave_approved.send(sender=LeaveRequest, requests=requests, by=by, at=at)
        return
    ids = [request.pk for request in requests]
    LeaveRequest.objects.filter(pk__in=ids).update(state=State.REJECTED, version=F("version") + 1)
    leave_returned.send(sender=LeaveRequest, requests=requests, by=by, at=at, reason=reason.strip())


def _decided_all(request_ids: Sequence[int], by: User) -> bool:
    """Whether the latest decision on each request is this person's."""
    latest = (
        Decision.objects.filter(request__subject_kind=KIND, request__subject_id__in=request_ids)
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("by_id", flat=True)
    )
    return all(by_id == by.pk for by_id in latest)

"""Deciding on requests: approving step by step, returning with a reason, taking a decision back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from approvals.approvers import Stop, delegators_of, first_stop, managers_of
from approvals.models import Certification, Decision, Policy, Request, Step
from approvals.ports import Outcome, Subject
from core.errors import Refusal
from people.models import StaffMember, User


class ReasonIsMissing(Refusal):
    """Returning needs a reason: the person must know what to change."""

    sentence = "Say what should be changed, so that it can be corrected."


@dataclass(frozen=True)
class Mandate:
    """What the room above knows of the decider: may they decide on everything, is there nobody else who could?"""

    decides_all: bool = False
    is_alone: bool = False


@dataclass
class Result:
    """What became of each subject: its outcome, or why nothing was decided."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    skipped: dict[int, str] = field(default_factory=dict)

    def ids(self, outcome: Outcome) -> list[int]:
        return [subject_id for subject_id, found in self.outcomes.items() if found == outcome]


@dataclass(frozen=True)
class _Place:
    """The decider's own and borrowed places, read once for a batch."""

    by: User
    member: StaffMember | None
    delegators: frozenset[int]
    role_ids: frozenset[int]
    mandate: Mandate

    def why_not(self, request: Request, policy: Policy) -> str:
        """Empty when the person may decide on the request's present step, else the reason in words."""
        own = self.member is not None and request.owner_id == self.member.pk
        if own and not (policy.allows_self_approval or self.mandate.is_alone):
            return "Nobody decides on their own time."
        if self.mandate.decides_all or (self.member and request.waits_for_id == self.member.pk):
            return ""
        if request.waits_for_id in self.delegators:
            return ""
        if request.step and request.step.source == Step.Source.ROLE and request.step.role_id in self.role_ids:
            return ""
        return f"It waits for {request.waits_for or 'somebody else'}."

    def for_name(self, request: Request) -> str:
        return str(request.waits_for) if request.waits_for_id in self.delegators else ""


def _place(by: User, at: datetime, mandate: Mandate) -> _Place:
    member = by.staff_member
    roles = frozenset(by.roles.values_list("pk", flat=True))
    return _Place(by, member, delegators_of(member, at.date()), roles, mandate)


def _locked(kind: str, ids: Sequence[int], state: str) -> list[Request]:
    found = Request.objects.select_for_update(of=("self",)).filter(
        subject_kind=kind, subject_id__in=ids, state=state
    )
    return list(found.select_related("step", "waits_for", "policy").order_by("pk"))


def decide(
    *,
    subjects: Sequence[Subject],
    outcome: Decision.Outcome,
    by: User,
    at: datetime,
    reason: str = "",
    sign: Callable[[Sequence[int]], Certification] | None = None,
    mandate: Mandate | None = None,
) -> Result:
    """Decides on the present step of each subject's open request.

    Approving moves a request to its next step, or approves it after the last; rejecting ends it at once. What the
    person may not decide on, and what waits no more, is skipped with a reason. `sign` records the certification of the
    subjects that are decided, once it is known which. A constant number of statements. Raises ReasonIsMissing.
    """
    result = Result()
    if not subjects:
        return result
    if outcome == Decision.Outcome.REJECTED and not reason.strip():
        raise ReasonIsMissing(field="reason")
    by_id = {subject.id: subject for subject in subjects}
    with transaction.atomic():
        requests = _locked(subjects[0].kind, list(by_id), Request.State.WAITING)
        place = _place(by, at, mandate or Mandate())
        found = {request.subject_id for request in requests}
        result.skipped |= {
            id_: "It is not waiting for a decision any more." for id_ in by_id if id_ not in found
        }
        decided: list[Request] = []
        for request in requests:
            if why := place.why_not(request, request.policy):
                result.skipped[request.subject_id] = why
            else:
                decided.append(request)
        ids = [request.subject_id for request in decided]
        certification = sign(ids) if sign and ids else None
        decisions = [
            Decision(
                request=request,
                step_position=request.step.position if request.step else 1,
                outcome=outcome,
                reason=reason.strip(),
                by=by,
                by_name=by.name,
                for_name=place.for_name(request),
                at=at,
                certification=certification,
            )
            for request in decided
        ]
        Decision.objects.bulk_create(decisions)
        result.outcomes = _advance(decided, by_id, outcome, at)
    return result


def _advance(
    requests: Sequence[Request], by_id: dict[int, Subject], outcome: Decision.Outcome, at: datetime
) -> dict[int, Outcome]:
    """Moves requests on after a decision; one UPDATE for all that come to the same place."""
    outcomes: dict[int, Outcome] = {}
    if not requests:
        return outcomes
    next_stop = _next_stops(requests, by_id)
    places: dict[tuple[str, int | None, int | None, datetime | None], list[int]] = {}
    for request in requests:
        stop = next_stop(request) if outcome == Decision.Outcome.APPROVED else None
        if stop is not None:
            request.step, request.waits_for_id = stop.step, stop.waits_for_id
            outcomes[request.subject_id] = Outcome.WAITING
        else:
            approved = outcome == Decision.Outcome.APPROVED
            request.state = Request.State.APPROVED if approved else Request.State.REJECTED
            request.decided_at = at
            outcomes[request.subject_id] = Outcome.APPROVED if approved else Outcome.REJECTED
        place = (request.state, request.step_id, request.waits_for_id, request.decided_at)
        places.setdefault(place, []).append(request.pk)
    for (state, step_id, waits_for_id, decided_at), ids in places.items():
        Request.objects.filter(pk__in=ids).update(
            state=state, step=step_id, waits_for=waits_for_id, decided_at=decided_at
        )
    return outcomes


def _next_stops(requests: Sequence[Request], by_id: dict[int, Subject]) -> Callable[[Request], Stop | None]:
    policy = requests[0].policy
    steps = list(policy.steps.all())
    # With one step there is nothing to look up.
    managers = managers_of([r.owner_id for r in requests]) if len(steps) > 1 else {}

    def next_stop(request: Request) -> Stop | None:
        after = request.step.position if request.step else len(steps) + 1
        return first_stop(policy, steps, by_id[request.subject_id], managers, after=after)

    return next_stop


def reopen(*, kind: str, ids: Sequence[int], by: User, at: datetime, reason: str = "") -> list[int]:
    """Takes the last decision back: approved or returned requests wait again where they were decided.

    The inverse of `decide`, kept in the history as such. Returns the ids of the subjects that wait again; others
    (withdrawn, superseded by a new submission) are left alone.
    """
    with transaction.atomic():
        ended = Request.objects.select_for_update().filter(
            subject_kind=kind,
            subject_id__in=ids,
            state__in=[Request.State.APPROVED, Request.State.REJECTED],
        )
        # Only the latest request of a subject; the older ones are history.
        latest = {request.subject_id: request for request in ended.order_by("pk")}
        waiting = set(
            Request.objects.waiting()
            .filter(subject_kind=kind, subject_id__in=ids)
            .values_list("subject_id", flat=True)
        )
        again = [request for id_, request in latest.items() if id_ not in waiting]
        Decision.objects.bulk_create(
            Decision(
                request=request,
                step_position=request.step.position if request.step else 1,
                outcome=Decision.Outcome.UNAPPROVED,
                reason=reason,
                by=by,
                by_name=by.name,
                at=at,
            )
            for request in again
        )
        Request.objects.filter(pk__in=[r.pk for r in again]).update(
            state=Request.State.WAITING, decided_at=None
        )
    return [request.subject_id for request in again]

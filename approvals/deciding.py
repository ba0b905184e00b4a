"""Deciding on requests: approving step by step, returning with a reason, taking a decision back."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from approvals.approvers import delegators_of
from approvals.models import Certification, Decision, Policy, Request, Seat, Step
from approvals.ports import Outcome, Subject
from approvals.seating import Asked, directory_for, follow_seats, open_seats, seats_after
from approvals.submitting import policy_for
from core.errors import Refusal
from people.models import StaffMember, User

State = Seat.State


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
class Place:
    """The decider's own and borrowed places, read once for a batch."""

    by: User
    member: StaffMember | None
    delegators: frozenset[int]
    role_ids: frozenset[int]
    mandate: Mandate

    def own(self, seats: Sequence[Seat]) -> list[Seat]:
        """The waiting seats that are the person's, by name, by delegation or by role."""
        return [seat for seat in seats if self._sits_on(seat)]

    def seats(self, seats: Sequence[Seat]) -> list[Seat]:
        """The seats the person decides for: their own; without one, with the right to decide on everything, all."""
        return self.own(seats) or (list(seats) if self.mandate.decides_all else [])

    def why_not(
        self, request: Request, policy: Policy, seats: Sequence[Seat], *, forbids_own: bool = False
    ) -> str:
        """Empty when the person may decide on the request now, else the reason in words."""
        own = self.member is not None and request.owner_id == self.member.pk
        if own and (forbids_own or not (policy.allows_self_approval or self.mandate.is_alone)):
            return f"Nobody decides on their own {policy.name.lower()}."
        if self.seats(seats):
            return ""
        return f"It waits for {waits_for(seats)}."

    def for_name(self, seats: Sequence[Seat]) -> str:
        """In whose place the person decides, where no seat is their own."""
        if any(not self._is_borrowed(seat) for seat in seats):
            return ""
        return " and ".join(dict.fromkeys(str(seat.waits_for) for seat in seats))

    def _sits_on(self, seat: Seat) -> bool:
        mine = self.member is not None and seat.waits_for_id == self.member.pk
        return mine or self._is_borrowed(seat) or seat.role_id in self.role_ids

    def _is_borrowed(self, seat: Seat) -> bool:
        return seat.waits_for_id in self.delegators


def place_of(by: User, at: datetime, mandate: Mandate | None = None) -> Place:
    """What a person may decide for at an instant. At most three statements."""
    member = by.staff_member
    roles = frozenset(by.roles.values_list("pk", flat=True))
    return Place(by, member, delegators_of(member, at), roles, mandate or Mandate())


def waits_for(seats: Sequence[Seat]) -> str:
    """`Dana Ruiz and Finance`: whom the seats ask."""
    named = dict.fromkeys(str(seat.waits_for or seat.role) for seat in seats if seat.waits_for or seat.role)
    return " and ".join(named) or "somebody else"


def locked_requests(kind: str, ids: Collection[int], states: Collection[str]) -> list[Request]:
    """The requests of these subjects in these states, locked in order of their ids. One statement."""
    found = Request.objects.select_for_update(of=("self",)).filter(
        subject_kind=kind, subject_id__any=ids, state__in=states
    )
    return list(found.order_by("pk"))


def seats_by_request(requests: Sequence[Request]) -> dict[int, list[Seat]]:
    """All seats of the requests, in order; read after their requests are locked.

    At most five statements: what many seats have in common is loaded once.
    """
    by_request: dict[int, list[Seat]] = defaultdict(list)
    found = Seat.objects.filter(request__in=[request.pk for request in requests])
    for seat in found.prefetch_related("step", "waits_for", "role", "decision").order_by("position", "pk"):
        by_request[seat.request_id].append(seat)
    return by_request


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
    """Decides on the present step of each subject's open request, for all seats there that are the person's.

    Approving moves a request to its next seats once all of the present position have approved, or approves it after
    the last. Where all steps are asked at once, it counts for the steps before as well: they are not asked any more.
    Rejecting ends it at once. What the person may not decide on, and what waits no more, is skipped with a
    reason. `sign` records the certification of the subjects that are decided, once it is known which. A constant
    number of statements. Raises ReasonIsMissing.
    """
    result = Result()
    if not subjects:
        return result
    if outcome == Decision.Outcome.REJECTED and not reason.strip():
        raise ReasonIsMissing(field="reason")
    by_id = {subject.id: subject for subject in subjects}
    kind = subjects[0].kind
    with transaction.atomic():
        policy = policy_for(kind)
        requests = locked_requests(kind, by_id, [Request.State.WAITING])
        seats = seats_by_request(requests)
        place = place_of(by, at, mandate)
        found = {request.subject_id for request in requests}
        result.skipped |= {
            id_: "It is not waiting for a decision any more." for id_ in by_id if id_ not in found
        }
        batch = _Batch(policy, outcome, by, at)
        for request in requests:
            waiting = [seat for seat in seats[request.pk] if seat.state == State.WAITING]
            forbids_own = by_id[request.subject_id].forbids_own
            if why := place.why_not(request, policy, waiting, forbids_own=forbids_own):
                result.skipped[request.subject_id] = why
            else:
                batch.add(request, seats[request.pk], waiting, place.seats(waiting))
        ids = [turn.request.subject_id for turn in batch.turns]
        certification = sign(ids) if sign and ids else None
        Decision.objects.bulk_create(
            Decision(
                request_id=turn.request.pk,
                step_position=turn.mine[-1].position,
                outcome=outcome,
                reason=reason.strip(),
                by_id=by.pk,
                by_name=by.name,
                for_name=place.for_name(turn.mine),
                at=at,
                certification_id=certification.pk if certification else None,
            )
            for turn in batch.turns
        )
        result.outcomes = batch.write(by_id)
    return result


@dataclass
class _Turn:
    """One request in a batch: all of its seats, those that wait, and those decided now."""

    request: Request
    seats: list[Seat]
    mine: list[Seat]
    # Seats that wait after the decision.
    left: list[Seat]
    dropped: list[Seat]

    @property
    def last_position(self) -> int:
        """The last position that somebody was asked at: all of them where all are asked at once."""
        return max(seat.position for seat in self.seats)


@dataclass
class _Batch:
    """The requests that one decision is about, and what it does to them."""

    policy: Policy
    outcome: Decision.Outcome
    by: User
    at: datetime
    turns: list[_Turn] = field(default_factory=list)

    def add(self, request: Request, seats: list[Seat], waiting: list[Seat], mine: list[Seat]) -> None:
        """A return ends all seats; an approval those of the same step too, which are alternatives to it, and those of
        the steps before it."""
        others = [seat for seat in waiting if seat not in mine]
        if self.outcome == Decision.Outcome.REJECTED:
            self.turns.append(_Turn(request, seats, mine, [], others))
            return
        steps = {seat.step_id for seat in mine}
        place = mine[-1].position
        left = [seat for seat in others if seat.step_id not in steps and seat.position >= place]
        dropped = [seat for seat in others if seat not in left]
        self.turns.append(_Turn(request, seats, mine, left, dropped))

    def write(self, by_id: dict[int, Subject]) -> dict[int, Outcome]:
        """Ends seats, opens those of the next position, and moves the requests. A constant number of statements."""
        if not self.turns:
            return {}
        approves = self.outcome == Decision.Outcome.APPROVED
        self._end([seat for turn in self.turns for seat in turn.mine], State(self.outcome.value))
        self._end([seat for turn in self.turns for seat in turn.dropped], State.SKIPPED)
        following = self._next(by_id) if approves else {}
        open_seats([(turn.request, following.get(turn.request.pk, [])) for turn in self.turns], self.at)
        outcomes: dict[int, Outcome] = {}
        for turn in self.turns:
            if turn.left or following.get(turn.request.pk):
                outcomes[turn.request.subject_id] = Outcome.WAITING
            else:
                outcomes[turn.request.subject_id] = Outcome.APPROVED if approves else Outcome.REJECTED
        self._move(outcomes, Outcome.WAITING)
        self._move(outcomes, Outcome.APPROVED if approves else Outcome.REJECTED)
        return outcomes

    def _end(self, seats: list[Seat], state: State) -> None:
        if not seats:
            return
        latest = Decision.objects.filter(request=OuterRef("request")).order_by("-pk").values("pk")[:1]
        Seat.objects.filter(pk__any=[seat.pk for seat in seats]).update(
            state=state, decision_id=Subquery(latest), decided_by_name=self.by.name, decided_at=self.at
        )

    def _next(self, by_id: dict[int, Subject]) -> dict[int, list[Asked]]:
        """The seats of the next position, for the requests whose present one is through."""
        through = [turn for turn in self.turns if not turn.left]
        live = self.policy.live_steps
        behind = [step for step in live if any(step.position > turn.last_position for turn in through)]
        if not behind:
            return {}
        directory = directory_for(behind, [by_id[turn.request.subject_id] for turn in through])
        return {
            turn.request.pk: seats_after(
                self.policy,
                behind,
                by_id[turn.request.subject_id],
                directory,
                after=turn.last_position,
                passed=self._passed(turn),
            )
            for turn in through
        }

    def _passed(self, turn: _Turn) -> dict[int, bool]:
        """Who approved in person in this round, and whether under a signature."""
        passed: dict[int, bool] = {}
        for seat in turn.seats:
            is_mine = seat in turn.mine
            if seat.step is None or seat.waits_for is None or not (is_mine or seat.state == State.APPROVED):
                continue
            by_id = self.by.pk if is_mine else seat.decision and seat.decision.by_id
            if seat.waits_for.user_id == by_id:
                signed = seat.step.certification != Step.Certification.NONE
                passed[seat.waits_for.pk] = passed.get(seat.waits_for.pk, False) or signed
        return passed

    def _move(self, outcomes: dict[int, Outcome], outcome: Outcome) -> None:
        ids = [turn.request.pk for turn in self.turns if outcomes[turn.request.subject_id] == outcome]
        if not ids:
            return
        requests = Request.objects.filter(pk__any=ids)
        if outcome == Outcome.WAITING:
            follow_seats(requests)
        else:
            requests.update(state=Request.State(outcome.name), decided_at=self.at)


def reopen(*, kind: str, ids: Sequence[int], by: User, at: datetime, reason: str = "") -> list[int]:
    """Takes the last decision on each subject back: its seats wait again, and what it opened is not asked any more.

    The inverse of `decide`, kept in the history as such, also where a request has only moved on to a later seat.
    Returns the ids of the subjects whose decision was taken back; others (withdrawn, never decided, superseded by a new
    submission) are left alone. A constant number of statements.
    """
    states = [Request.State.WAITING, Request.State.APPROVED, Request.State.REJECTED]
    with transaction.atomic():
        # Only the latest request of a subject; the older ones are history.
        latest = {request.subject_id: request for request in locked_requests(kind, ids, states)}
        seats = seats_by_request(list(latest.values()))
        last = {
            request.pk: max((seat.decision_id for seat in seats[request.pk] if seat.decision_id), default=0)
            for request in latest.values()
        }
        again = [request for request in latest.values() if last[request.pk]]
        reopened = [s for r in again for s in seats[r.pk] if s.decision_id == last[r.pk]]
        position = {seat.request_id: seat.position for seat in reopened}
        decided_at = {seat.request_id: seat.decided_at or at for seat in reopened}
        # What the decision opened; where all are asked at once, later seats were there before it and stay.
        needless = [
            s.pk
            for r in again
            for s in seats[r.pk]
            if s.state == State.WAITING and s.position > position[r.pk] and s.opened_at >= decided_at[r.pk]
        ]
        Decision.objects.bulk_create(
            Decision(
                request_id=request.pk,
                step_position=position[request.pk],
                outcome=Decision.Outcome.UNAPPROVED,
                reason=reason,
                by_id=by.pk,
                by_name=by.name,
                at=at,
            )
            for request in again
        )
        _remove(needless)
        Seat.objects.filter(pk__any=[seat.pk for seat in reopened]).update(
            state=State.WAITING,
            decision=None,
            decided_by_name="",
            decided_at=None,
            opened_at=at,
            reminded_at=None,
            escalated_at=None,
        )
        # Who has left meanwhile is not asked; whoever may decide on everything does.
        gone = [seat.pk for seat in reopened if seat.waits_for and not seat.waits_for.is_active]
        if gone:
            Seat.objects.filter(pk__any=gone).update(waits_for=None)
        requests = Request.objects.filter(pk__any=[request.pk for request in again])
        requests.update(state=Request.State.WAITING, decided_at=None)
        follow_seats(requests)
    return [request.subject_id for request in again]


def _remove(seats: Sequence[int]) -> None:
    """One statement; a queryset deletes a hundred at a time, since something listens to deletions of all models."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM approvals_seat WHERE id = ANY(%s)", [list(seats)])

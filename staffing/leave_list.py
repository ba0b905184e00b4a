"""Lists of leave: a person's own year, what waits for a decision, what was decided lately."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from approvals.history import (
    NOTHING_SAID,
    Dialogue,
    Return,
    dialogues,
    last_returns,
    standing,
    waits_for_names,
)
from approvals.models import Decision, Request
from core.periods import Period
from people.models import StaffMember, User
from staffing.access import HIDDEN_NAME, sees_kind, visible_leave
from staffing.balances import Balance, balances_for, leave_minutes
from staffing.half_days import in_days
from staffing.models import LeaveRequest
from staffing.required import Calendar, calendar_of
from staffing.subjects import KIND
from staffing.waiting import waiting_rows

State, Kind = LeaveRequest.State, LeaveRequest.Kind
LATELY = timedelta(days=30)
DECIDED_ROWS = 50
ENDED = {
    State.APPROVED: ("ok", "check", "Approved"),
    State.REJECTED: ("bad", "arrow-back-up", "Returned"),
    State.WITHDRAWN: ("", "ban", "Withdrawn"),
    State.CANCELED: ("", "ban", "Canceled"),
    State.REPLACED: ("", "history", "Changed"),
}


@dataclass(frozen=True)
class LeaveLine:
    """One request with what it takes, in minutes and days of the person, and where it stands."""

    request: LeaveRequest
    minutes: int
    day_minutes: int
    waits_for: str = ""
    returned: Return | None = None
    dialogue: Dialogue = NOTHING_SAID
    today: date | None = None
    has_open_change: bool = False
    # Whether the reader may know which kind of leave it is, and why.
    is_seen: bool = True

    @property
    def name(self) -> str:
        """The kind of leave, or that it is leave."""
        return self.request.leave_type.name if self.is_seen else HIDDEN_NAME

    @property
    def note(self) -> str:
        return self.request.note if self.is_seen else ""

    @property
    def color(self) -> str:
        """The color of its kind, for classes."""
        return self.request.leave_type.color.lower() if self.is_seen else "idle"

    @property
    def days(self) -> str:
        return in_days(self.minutes, self.day_minutes)

    @property
    def words(self) -> str:
        """Which days."""
        return self.request.span.words

    @property
    def state(self) -> tuple[str, str, str]:
        """Kind, icon and words."""
        if self.request.is_waiting and self.dialogue.question is not None:
            return "wait", "message-question", f"Question of {self.dialogue.question.by_name}"
        if self.request.is_waiting:
            return (
                "wait",
                "clock",
                f"Waits for {self.waits_for}" if self.waits_for else "Waits for a decision",
            )
        return ENDED[State(self.request.state)]

    @property
    def is_over(self) -> bool:
        return self.today is not None and self.request.ends_on < self.today

    @property
    def can_withdraw(self) -> bool:
        """Waiting, or returned and no longer wanted."""
        return self.request.state in (State.SUBMITTED, State.REJECTED)

    @property
    def can_change(self) -> bool:
        if self.request.is_cancellation:
            return False
        return self.can_withdraw or (
            self.request.is_in_force and not self.is_over and not self.has_open_change
        )

    @property
    def can_cancel(self) -> bool:
        return self.request.is_in_force and not self.is_over and not self.has_open_change


def own_leave(staff: StaffMember, year: Period, viewer: User, today: date) -> list[LeaveLine]:
    """The person's requests of a year, the latest days first. Five statements.

    Without what was withdrawn or changed since, and without cancellations that took effect: the canceled leave tells.
    """
    found = (
        LeaveRequest.objects.between(year.first, year.last)
        .filter(staff=staff)
        .exclude(state__in=[State.WITHDRAWN, State.REPLACED])
        .exclude(state=State.APPROVED, kind=Kind.CANCELLATION)
        .select_related("leave_type", "staff")
    )
    return lines_of(list(found), viewer, today)


def lines_of(
    requests: Sequence[LeaveRequest], viewer: User, today: date, *, decides: bool = False
) -> list[LeaveLine]:
    """Each request as a line for its reader; staff and kind must be loaded. Four statements, however many.

    `decides` says that they wait, or waited, for the reader.
    """
    if not requests:
        return []
    ids = [request.pk for request in requests]
    calendar = _calendar(requests)
    names, returns = waits_for_names(KIND, ids), last_returns(KIND, ids)
    said = dialogues(KIND, ids, returns)
    changed = {request.replaces_id for request in requests if request.is_waiting and request.replaces_id}
    return [
        LeaveLine(
            request,
            _minutes(request, calendar),
            _day_minutes(request.staff, request.starts_on, calendar),
            names.get(request.pk, ""),
            returns.get(request.pk) if request.state == State.REJECTED else None,
            _told(said.get(request.pk, NOTHING_SAID), request, viewer, decides),
            today,
            request.pk in changed,
            sees_kind(viewer, request.staff, request.leave_type, decides=decides),
        )
        for request in requests
    ]


def _told(dialogue: Dialogue, request: LeaveRequest, viewer: User, decides: bool) -> Dialogue:
    """What was said, for those who may know which kind of leave it is."""
    return dialogue if sees_kind(viewer, request.staff, request.leave_type, decides=decides) else NOTHING_SAID


@dataclass(frozen=True)
class WaitingLeave:
    """A request that waits for the person: what it takes and leaves, since when, and who else is away then."""

    line: LeaveLine
    days_waiting: int
    # Of kinds with a balance: what is left, with everything that is approved or waits.
    balance: Balance | None = None
    away: list["Away"] = field(default_factory=list)

    @property
    def request(self) -> LeaveRequest:
        return self.line.request

    @property
    def left(self) -> str:
        """Days that are left in the year of the leave."""
        return in_days(self.balance.left, self.balance.day_minutes) if self.balance else ""


@dataclass(frozen=True)
class Away:
    """Somebody else who is away, or asks to be, on some of the same days."""

    name: str
    words: str
    is_waiting: bool
    is_of_team: bool


def waiting_leave(
    user: User, on: date, at: datetime | None = None, *, mine_only: bool = False
) -> list[WaitingLeave]:
    """What waits for the person's decision, the earliest days first. A dozen statements, however many requests.

    `at` is the instant from which the days of waiting are counted, by default the end of `on`.
    """
    found = waiting_rows(user, on, mine_only=mine_only)
    requests = list(found.select_related("leave_type", "staff__department", "replaces"))
    if not requests:
        return []
    lines = lines_of(requests, user, on, decides=True)
    balances, others = _balances(requests), _others(requests)
    since = dict(
        Request.objects.waiting()
        .filter(subject_kind=KIND, subject_id__in=[request.pk for request in requests])
        .values_list("subject_id", "submitted_at")
    )
    return [
        WaitingLeave(
            line,
            _days_since(since.get(line.request.pk), on, at),
            _as_of(line.request, balances) if line.is_seen else None,
            _away(line.request, others),
        )
        for line in lines
    ]


@dataclass(frozen=True)
class DecidedLeave:
    """A request that was decided lately, and whether the person may take that back."""

    line: LeaveLine
    outcome: str
    at: datetime
    by_name: str
    reason: str
    can_take_back: bool


def decided_lately(user: User, at: datetime, today: date, *, takes_back_all: bool) -> list[DecidedLeave]:
    """The decisions of thirty days that stand, on leave the person may see; the latest first, at most fifty."""
    visible = visible_leave(user).filter(state__in=[State.APPROVED, State.REJECTED])
    made = standing(KIND).filter(at__gt=at - LATELY, request__subject_id__in=visible.values("pk"))
    decisions = list(made.select_related("request").order_by("-at", "-pk")[:DECIDED_ROWS])
    rows = visible.filter(pk__in=[decision.request.subject_id for decision in decisions])
    lines = {
        line.request.pk: line
        for line in lines_of(list(rows.select_related("leave_type", "staff")), user, today)
    }
    return [
        DecidedLeave(
            lines[decision.request.subject_id],
            decision.outcome,
            decision.at,
            decision.by_name,
            decision.reason,
            takes_back_all or decision.by_id == user.pk,
        )
        for decision in decisions
        if decision.request.subject_id in lines and decision.outcome != Decision.Outcome.UNAPPROVED
    ]


def others_away(request: LeaveRequest) -> list[Away]:
    """Who else is away on days of one request that is not saved yet. One statement."""
    return _away(request, _others([request]))


def _others(requests: Sequence[LeaveRequest]) -> list[LeaveRequest]:
    first, last = min(each.starts_on for each in requests), max(each.ends_on for each in requests)
    found = LeaveRequest.objects.claiming().between(first, last).filter(staff__is_active=True)
    return list(found.select_related("staff").order_by("staff__name", "starts_on"))


def _away(request: LeaveRequest, others: Iterable[LeaveRequest]) -> list[Away]:
    """Those who share days with the request, the person's own team first."""
    staff = request.staff
    found = [
        Away(
            other.staff.name,
            other.span.words,
            other.is_waiting,
            (staff.department_id is not None and other.staff.department_id == staff.department_id)
            or (staff.manager_id is not None and other.staff.manager_id == staff.manager_id),
        )
        for other in others
        if other.staff_id != staff.pk and request.period.overlap(other.period)
    ]
    return sorted(found, key=lambda away: (not away.is_of_team, away.name))


def _balances(requests: Sequence[LeaveRequest]) -> dict[tuple[int, int], Balance]:
    people = list({request.staff_id: request.staff for request in requests}.values())
    types = list(
        {each.leave_type_id: each.leave_type for each in requests if each.leave_type.is_counted}.values()
    )
    last = max(request.starts_on for request in requests)
    found = balances_for(people, last, types=types)
    return {(pk, each.leave_type.pk): each for pk, balances in found.items() for each in balances}


def _as_of(request: LeaveRequest, balances: Mapping[tuple[int, int], Balance]) -> Balance | None:
    """The balance on the first day of the leave."""
    found = balances.get((request.staff_id, request.leave_type_id))
    return replace(found, on=request.starts_on) if found else None


def _calendar(requests: Sequence[LeaveRequest]) -> Calendar:
    people = list({request.staff_id: request.staff for request in requests}.values())
    return calendar_of(
        people, min(each.starts_on for each in requests), max(each.ends_on for each in requests)
    )


def _minutes(request: LeaveRequest, calendar: Calendar) -> int:
    return sum(minutes for _, minutes in leave_minutes(request, request.staff, calendar))


def _day_minutes(staff: StaffMember, on: date, calendar: Calendar) -> int:
    workdays = [minutes for minutes in calendar.pattern_of(staff, on) if minutes]
    return sum(workdays) // len(workdays) if workdays else 0


def _days_since(since: datetime | None, on: date, at: datetime | None) -> int:
    if since is None:
        return 0
    return max(0, (at - since).days if at is not None else (on - since.date()).days)

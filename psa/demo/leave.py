"""Who took leave, who asks for some: before the hours are told, since nobody works on leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from approvals.models import Decision
from people.models import User
from psa.demo.cast import Stage
from psa.demo.story import Person
from staffing import notifying
from staffing.arranging import adjust_balance
from staffing.deciding_leave import decide_leave
from staffing.events import leave_approved
from staffing.models import LeaveRequest, LeaveType
from staffing.requesting import LeaveDays, request_leave
from staffing.required import required_for

VACATION, SICK = "Vacation", "Sick leave"
ONE_DAY = timedelta(days=1)
# How many working days somebody was away in the last months.
LENGTHS = (0, 1, 2, 3, 5)
FEW_DAYS_BEFORE = 12


@dataclass(frozen=True)
class Plan:
    """Days that somebody asks for, counted from the Monday of this week; with a reason it came back."""

    starts: int
    ends: int
    note: str = ""
    is_decided: bool = False
    is_half: bool = False
    returned: str = ""


# Of those without a team, first the ones whom a visitor can be.
PLANS = (
    Plan(4, 4, "Long weekend", is_decided=True),
    Plan(28, 37, "Three weeks are not possible this year, two are fine"),
    Plan(21, 25, "Family visit", is_decided=True),
    Plan(30, 32, "Moving house"),
    Plan(9, 9, "School play", is_half=True),
    Plan(8, 8, "Concert", returned="The bid is due that day. The week after is fine."),
)


@contextmanager
def _without_mails() -> Iterator[None]:
    """Approvals of months ago mail nothing today."""
    leave_approved.disconnect(dispatch_uid="leave-approved")
    try:
        yield
    finally:
        leave_approved.connect(notifying.tell_approved, dispatch_uid="leave-approved")


def take_leave(stage: Stage) -> None:
    """Leave of the last months, approved; leave ahead, approved, waiting and returned; one correction of a balance."""
    with _without_mails():
        _live(stage)


def _live(stage: Stage) -> None:
    _correct_a_balance(stage)
    people = [person for person in stage.story.people if person.joined_weeks is None]
    required = required_for(
        [stage.staff[person.key] for person in people], stage.calendar.first_day, stage.calendar.today
    )
    latest = stage.calendar.last_week.first - timedelta(weeks=2)
    for person in people:
        days = [on for on, minutes in required[stage.staff[person.key].pk].items() if minutes and on < latest]
        length = stage.dice.choice(LENGTHS)
        if len(days) > length * 3 and length:
            start = stage.dice.randrange(len(days) - length)
            _had(stage, person, days[start], days[start + length - 1])
    _was_ill(stage, people[-1])
    planning = [person for person in people if person.roles == ("Staff",) and person.left_weeks is None]
    for person, plan in zip(sorted(planning, key=lambda person: not person.is_listed), PLANS, strict=False):
        _asks(stage, person, plan)


def _had(stage: Stage, person: Person, first: date, last: date) -> None:
    asked_on = max(first - timedelta(days=FEW_DAYS_BEFORE), stage.calendar.first_day)
    request = _ask(
        stage, person, LeaveDays(_kind(VACATION), first, last), at=stage.calendar.moment(asked_on, 10)
    )
    _decide(stage, person, request, at=stage.calendar.moment(asked_on + ONE_DAY, 9))


def _was_ill(stage: Stage, person: Person) -> None:
    """A day of the week before last, that nobody had to approve."""
    on = stage.calendar.last_week.first - timedelta(days=6)
    busy = LeaveRequest.objects.claiming().filter(staff=stage.staff[person.key]).between(on, on)
    minutes = required_for([stage.staff[person.key]], on, on)[stage.staff[person.key].pk][on]
    if minutes and not busy.exists():
        _ask(stage, person, LeaveDays(_kind(SICK), on, on), at=stage.calendar.moment(on, 8))


def _asks(stage: Stage, person: Person, plan: Plan) -> None:
    monday = stage.calendar.this_week.first
    first, last = monday + timedelta(days=plan.starts), monday + timedelta(days=plan.ends)
    required = required_for([stage.staff[person.key]], first, last)[stage.staff[person.key].pk]
    if not any(required.values()):
        return
    days = LeaveDays(_kind(VACATION), first, last, ends_at_noon=plan.is_half, note=plan.note)
    asked_at = stage.calendar.handed_in_at(person.waits_days)
    request = _ask(stage, person, days, at=asked_at)
    at = min(asked_at + timedelta(hours=3), stage.calendar.at)
    if plan.is_decided:
        _decide(stage, person, request, at=at)
    elif plan.returned:
        _decide(stage, person, request, at=at, reason=plan.returned)


def _ask(stage: Stage, person: Person, days: LeaveDays, *, at: datetime) -> LeaveRequest:
    staff = stage.staff[person.key]
    return request_leave(staff=staff, days=days, by=stage.users[person.key], on=at.date(), at=at)


def _decide(stage: Stage, person: Person, request: LeaveRequest, *, at: datetime, reason: str = "") -> None:
    outcome = Decision.Outcome.REJECTED if reason else Decision.Outcome.APPROVED
    by = _decider(stage, person)
    decide_leave(request_ids=[request.pk], outcome=outcome, by=by, at=at, reason=reason)


def _decider(stage: Stage, person: Person) -> User:
    """The manager; whoever administers the firm for those who have none."""
    if person.manager:
        return stage.users[person.manager]
    administrators = (each for each in stage.story.people if "Administrator" in each.roles)
    return next((stage.users[each.key] for each in administrators), stage.owner)


def _correct_a_balance(stage: Stage) -> None:
    manager = next(person for person in stage.story.people if "Manager" in person.roles)
    adjust_balance(
        staff=stage.staff[manager.key],
        leave_type=_kind(VACATION),
        minutes=2 * 480,
        on=stage.calendar.first_day,
        reason="Two days worked on the weekend of the harbor survey",
        by=stage.owner,
    )


def _kind(name: str) -> LeaveType:
    return LeaveType.objects.get(name=name)

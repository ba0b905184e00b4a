"""Weeks are submitted on Fridays and decided on Mondays; last week waits, and something of it came back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from approvals.certifying import Signature
from approvals.models import Step
from core.periods import Period
from people.models import User
from psa.demo.cast import Stage
from psa.demo.story import PASSWORD, Person, Returned
from psa.demo.working import lines_by_week
from timesheets.approving import approve_time, return_time
from timesheets.models import TimeEntry
from timesheets.subjects import KIND
from timesheets.submitting import submit_time

# In the demo people submit, and managers decide, every second week.
WEEKS_TOGETHER = 2
Lines = dict[tuple[int, date], list[TimeEntry]]


def signature(by: User) -> Signature:
    """What everybody in the demo signs with."""
    return Signature(typed_name=by.name, password=PASSWORD)


def hand_in_and_decide(stage: Stage, entries: list[TimeEntry]) -> None:
    """All weeks before this one. Signatures are asked for since the latest of those that are decided."""
    lines = lines_by_week(entries)
    weeks = stage.calendar.settled_weeks
    # Counted from the end, so that the latest of them is decided too.
    ends = list(range(len(weeks) % WEEKS_TOGETHER or WEEKS_TOGETHER, len(weeks) + 1, WEEKS_TOGETHER))
    for end in ends:
        asked = Step.Certification.PASSWORD if end == ends[-1] else Step.Certification.NONE
        Step.objects.filter(policy__subject_kind=KIND).update(certification=asked)
        _settle(stage, weeks[max(0, end - WEEKS_TOGETHER) : end], lines, is_signed=end == ends[-1])
    for person in stage.story.people:
        if person.submits_last_week:
            _hand_in(stage, person, _ids(stage, person, [stage.calendar.last_week], lines), None)
    for returned in stage.story.returned:
        _return(stage, returned, lines)


def _settle(stage: Stage, weeks: Sequence[Period], lines: Lines, *, is_signed: bool) -> None:
    """Everybody submits on Friday, each manager decides on Monday."""
    waiting: defaultdict[User, list[int]] = defaultdict(list)
    for minute, person in enumerate(stage.story.people):
        ids = _ids(stage, person, weeks, lines)
        _hand_in(stage, person, ids, stage.calendar.submitted_at(weeks[-1], minute))
        waiting[stage.decider_of(person)] += ids
    at = stage.calendar.decided_at(weeks[-1])
    for decider, ids in waiting.items():
        if ids:
            approve_time(
                entry_ids=ids, by=decider, at=at, signature=signature(decider) if is_signed else None
            )


def _hand_in(stage: Stage, person: Person, ids: list[int], at: datetime | None) -> None:
    """Submits the lines, if there are any; last week's when the story says so."""
    if ids:
        submit_time(
            staff=stage.staff[person.key],
            entry_ids=ids,
            by=stage.users[person.key],
            at=at or stage.calendar.handed_in_at(person.waits_days),
            acknowledged=True,
        )


def _ids(stage: Stage, person: Person, weeks: Sequence[Period], lines: Lines) -> list[int]:
    pk = stage.staff[person.key].pk
    return [entry.pk for week in weeks for entry in lines.get((pk, week.first), [])]


def _return(stage: Stage, returned: Returned, lines: Lines) -> None:
    person = next(person for person in stage.story.people if person.key == returned.person)
    week = stage.calendar.last_week
    ids = [
        entry.pk
        for entry in lines[stage.staff[person.key].pk, week.first]
        if entry.task.name == returned.task
        and entry.worked_on == week.first + timedelta(days=returned.weekday)
    ]
    at = max(stage.calendar.at - timedelta(hours=3), stage.calendar.handed_in_at(person.waits_days))
    return_time(entry_ids=ids, reason=returned.reason, by=stage.decider_of(person), at=at)

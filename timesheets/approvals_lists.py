"""What stands beside the queue: who has not handed in, what was decided lately, and how many of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, QuerySet, Sum

from approvals.history import standing
from approvals.models import Decision
from core.periods import week_of
from people.access import has_right
from people.models import StaffMember, User
from staffing.required import required_for
from timesheets.access import APPROVE_ALL
from timesheets.models import TimeEntry, TimeRules
from timesheets.ports import EntryMark, marks_of
from timesheets.subjects import KIND

State = TimeEntry.State
WEEKS_BACK = 4
LATELY = timedelta(days=14)
MOST_DECIDED = 50


@dataclass(frozen=True)
class MissingWeek:
    """A week that is short of submitted hours, or has lines that were not submitted."""

    first: date
    handed_in: int
    drafted: int
    required: int

    @property
    def is_missing(self) -> bool:
        return self.drafted > 0 or self.handed_in < self.required


@dataclass(frozen=True)
class Missing:
    """Somebody and their weeks that are not handed in, the latest first."""

    staff: StaffMember
    weeks: list[MissingWeek]

    @property
    def short_minutes(self) -> int:
        """What lacks to the required hours."""
        return sum(max(0, week.required - week.handed_in) for week in self.weeks)

    @property
    def drafted_minutes(self) -> int:
        return sum(week.drafted for week in self.weeks)


def people_of(user: User) -> list[StaffMember]:
    """Whose time the person decides on: everybody with the right, else those who report to them."""
    working = StaffMember.objects.working().filter(user__isnull=False).select_related("job_title")
    if has_right(user, APPROVE_ALL):
        return list(working)
    return list(working.reporting_to(user.staff_member)) if user.staff_member else []


def missing_weeks(user: User, today: date, rules: TimeRules) -> list[Missing]:
    """Who has not handed in all of the last four full weeks, by name. Four statements, however many people."""
    people = people_of(user)
    this_week = week_of(today, rules.week_starts_on).first
    first, last = this_week - timedelta(weeks=WEEKS_BACK), this_week - timedelta(days=1)
    required = required_for(people, first, last)
    handed_in: defaultdict[tuple[int, date], int] = defaultdict(int)
    drafted: defaultdict[tuple[int, date], int] = defaultdict(int)
    rows = (
        TimeEntry.objects.between(first, last)
        .filter(staff__in=[person.pk for person in people])
        .values_list("staff_id", "worked_on", "state")
        .annotate(sum=Sum("worked_minutes"))
    )
    for staff_id, on, state, minutes in rows:
        sums = handed_in if state in (State.SUBMITTED, State.APPROVED) else drafted
        sums[(staff_id, week_of(on, rules.week_starts_on).first)] += minutes
    found = []
    for person in people:
        weeks = []
        for back in range(1, WEEKS_BACK + 1):
            week = week_of(this_week - timedelta(weeks=back), rules.week_starts_on)
            needed = sum(required[person.pk].get(day, 0) for day in week.days())
            place = (person.pk, week.first)
            weeks.append(MissingWeek(week.first, handed_in[place], drafted[place], needed))
        if missing := [week for week in weeks if week.is_missing]:
            found.append(Missing(person, missing))
    return found


@dataclass(frozen=True)
class Decided:
    """Lines of one person that were decided in one go, which `decision_id` names. `mark` says why it is final."""

    decision_id: int
    staff_id: int
    staff_name: str
    outcome: str
    at: datetime
    by_name: str
    reason: str
    lines: int
    minutes: int
    first: date
    last: date
    can_take_back: bool
    mark: EntryMark | None


def _lately(user: User, at: datetime) -> QuerySet[Decision]:
    made = standing(KIND).filter(at__gt=at - LATELY)
    return made if has_right(user, APPROVE_ALL) else made.filter(by=user)


def _goes(user: User, at: datetime) -> "QuerySet[Decision, Any]":
    return _lately(user, at).values("request__owner_id", "by_id", "outcome", "at", "reason")


def count_decided(user: User, at: datetime) -> int:
    """How many goes `decided_lately` would show, without its limit. One statement."""
    return _goes(user, at).distinct().count()


def decided_lately(user: User, at: datetime) -> list[Decided]:
    """The person's own decisions of two weeks that still stand (everybody's for those who decide on all).

    The latest first, at most fifty. Three statements.
    """
    goes = list(
        _goes(user, at)
        .annotate(
            name=Max("request__owner__name"),
            by_name=Max("by_name"),
            decision_id=Min("pk"),
            lines=Count("pk"),
            ids=ArrayAgg("request__subject_id"),
        )
        .order_by("-at", "name")[:MOST_DECIDED]
    )
    all_ids = [pk for go in goes for pk in go["ids"]]
    entries = {entry.pk: entry for entry in TimeEntry.objects.filter(pk__in=all_ids)}
    marks = marks_of(all_ids)
    found = []
    for go in goes:
        lines = [entries[pk] for pk in go["ids"] if pk in entries]
        mark = next((marks[entry.pk] for entry in lines if entry.pk in marks), None)
        if lines:
            found.append(_decided(go, lines, mark))
    return found


def _decided(go: Mapping[str, Any], lines: Sequence[TimeEntry], mark: EntryMark | None) -> Decided:
    days = [entry.worked_on for entry in lines]
    stands = all(entry.state == go["outcome"] for entry in lines) and len(lines) == go["lines"]
    return Decided(
        decision_id=go["decision_id"],
        staff_id=go["request__owner_id"],
        staff_name=go["name"],
        outcome=go["outcome"],
        at=go["at"],
        by_name=go["by_name"],
        reason=go["reason"],
        lines=len(lines),
        minutes=sum(entry.worked_minutes for entry in lines),
        first=min(days),
        last=max(days),
        can_take_back=stands and mark is None,
        mark=mark,
    )

"""What stands beside the queue: who has not handed in, what was decided lately, how many of each, the turn-around."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q, QuerySet

from approvals.history import standing
from approvals.models import Decision
from core.periods import Period
from people.access import has_right
from people.models import StaffMember, User
from timesheets.access import APPROVE_ALL
from timesheets.approvals_facts import Calendar, calendar
from timesheets.approvals_keys import EVERYTHING, Scope
from timesheets.approvals_queue import build, read
from timesheets.approvals_sheets import Queue
from timesheets.models import Reminder, TimeEntry, TimeRules
from timesheets.periods import period_of, previous_period
from timesheets.ports import EntryMark, marks_of
from timesheets.subjects import KIND

State = TimeEntry.State
Outcome = Decision.Outcome
PERIODS_BACK = 4
LATELY = timedelta(days=14)
MOST_DECIDED = 50


@dataclass(frozen=True)
class MissingPeriod:
    """A period that is short of submitted hours, or has lines that were not submitted."""

    period: Period
    handed_in: int
    drafted: int
    required: int

    @property
    def first(self) -> date:
        return self.period.first

    @property
    def is_missing(self) -> bool:
        return self.drafted > 0 or self.handed_in < self.required


@dataclass(frozen=True)
class Missing:
    """Somebody and their periods that are not handed in, the latest first."""

    staff: StaffMember
    weeks: list[MissingPeriod]
    # When they had their latest mail about it, today or before; None for never.
    reminded_at: datetime | None = None

    @property
    def short_minutes(self) -> int:
        """What lacks to the required hours."""
        return sum(max(0, week.required - week.handed_in) for week in self.weeks)

    @property
    def drafted_minutes(self) -> int:
        return sum(week.drafted for week in self.weeks)


def people_of(user: User) -> "QuerySet[StaffMember]":
    """Whose time the person decides on: everybody with the right, else those who report to them."""
    working = StaffMember.objects.working().filter(user__isnull=False)
    if has_right(user, APPROVE_ALL):
        return working
    return working.reporting_to(user.staff_member) if user.staff_member else working.none()


def periods_to_hand_in(rules: TimeRules, today: date, scope: Scope) -> list[Period]:
    """The span's own periods that are over, else the last four full ones; the latest first."""
    period = period_of(rules, today)
    if span := scope.span(rules):
        found = [period_of(rules, span.last)]
        while found[-1].first > span.first:
            found.append(previous_period(rules, found[-1]))
        return [each for each in found if each.last < today]
    found = []
    for _ in range(PERIODS_BACK):
        period = previous_period(rules, period)
        found.append(period)
    return found


def missing_time(user: User, today: date, rules: TimeRules, scope: Scope = EVERYTHING) -> list[Missing]:
    """Who has not handed in all of these periods, by name. Two statements, however many people."""
    periods = periods_to_hand_in(rules, today, scope)
    if not periods:
        return []
    days = calendar(people_of(user), periods[-1].first, periods[0].last)
    return missing_of(days, list(days.people.values()), periods)


def missing_of(days: Calendar, people: Collection[StaffMember], periods: Sequence[Period]) -> list[Missing]:
    """The people of whom any of the periods is not handed in, by name. Nothing is read."""
    found = []
    for person in sorted(people, key=lambda person: person.name):
        weeks = [
            MissingPeriod(
                period,
                days.handed_in(person.pk, period),
                days.drafted(person.pk, period),
                days.required(person.pk, period),
            )
            for period in periods
        ]
        if missing := [week for week in weeks if week.is_missing]:
            found.append(Missing(person, missing))
    return found


def with_reminders(missing: Sequence[Missing]) -> list[Missing]:
    """The same with the instant of everybody's latest mail about missing time. One statement."""
    ids = [row.staff.pk for row in missing]
    latest = (
        Reminder.objects.filter(kind=Reminder.Kind.MISSING, staff__in=ids)
        .values_list("staff_id")
        .annotate(latest=Max("created_at"))
    )
    sent = dict(latest.order_by()) if ids else {}
    return [replace(row, reminded_at=sent.get(row.staff.pk)) for row in missing]


@dataclass(frozen=True)
class Counts:
    """How many stand on each tab, and the days that the person's own decisions took on average."""

    waiting: int
    missing: int
    returned: int
    approved: int
    turn_around_days: float | None = None


@dataclass(frozen=True)
class Board:
    """The page: the queue, who has not handed in, and the numbers of all tabs."""

    queue: Queue
    missing: list[Missing]
    counts: Counts
    rules: TimeRules


def board(user: User, at: datetime, on: date, scope: Scope) -> Board:
    """Everything the page of approvals shows. Eight statements, however many people and lines."""
    reading = read(user, on, scope)
    rules = reading.limits.rules
    periods = periods_to_hand_in(rules, on, scope)
    ends = [day for period in periods for day in (period.first, period.last)]
    ends += reading.days() if reading.entries else ()
    mine = people_of(user)
    missing: list[Missing] = []
    found = Queue([])
    if ends:
        who = StaffMember.objects.filter(Q(pk__in=reading.staff_ids) | Q(pk__in=mine.values("pk")))
        days = calendar(who, min(ends), max(ends))
        found = build(reading, days, at, on, user.hours_style)
        missing = missing_of(days, [each for each in days.people.values() if _reports(each, user)], periods)
    goes = decided_goes(user, at, rules, scope)
    counts = Counts(len(found.sheets), len(missing), *_by_outcome(goes), turn_around(goes, user))
    return Board(found, missing, counts, rules)


def _reports(person: StaffMember, user: User) -> bool:
    """Whether the person is one of `people_of`."""
    if not person.is_active or person.user_id is None:
        return False
    member = user.staff_member
    return has_right(user, APPROVE_ALL) or (member is not None and person.manager_id == member.pk)


@dataclass(frozen=True)
class Beside:
    """A page that shows another tab than the queue: who is missing, what was decided, the numbers of all tabs."""

    missing: list[Missing]
    goes: list[dict[str, Any]]
    counts: Counts
    rules: TimeRules

    def decided(self, outcome: str) -> list["Decided"]:
        """The goes of one outcome, at most fifty. Two statements."""
        return with_lines([go for go in self.goes if go["outcome"] == outcome][:MOST_DECIDED])


def beside(user: User, at: datetime, on: date, scope: Scope) -> Beside:
    """What stands beside the queue. Six statements."""
    reading = read(user, on, scope)
    rules = reading.limits.rules
    goes = decided_goes(user, at, rules, scope)
    missing = with_reminders(missing_time(user, on, rules, scope))
    counts = Counts(len(reading.by_key), len(missing), *_by_outcome(goes), turn_around(goes, user))
    return Beside(missing, goes, counts, rules)


def _by_outcome(goes: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    returned = sum(go["outcome"] == Outcome.REJECTED for go in goes)
    return returned, len(goes) - returned


def turn_around(goes: Sequence[Mapping[str, Any]], user: User) -> float | None:
    """Days from submitting to deciding, the average over the lines that the person decided lately; None for none."""
    own = [go for go in goes if go["by_id"] == user.pk and go["submitted_at"] is not None]
    lines = sum(go["lines"] for go in own)
    seconds = sum((go["at"] - go["submitted_at"]).total_seconds() * go["lines"] for go in own)
    return max(0.0, seconds / lines / 86_400) if lines else None


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
    entry_ids: list[int]


def _lately(user: User, at: datetime, rules: TimeRules, scope: Scope) -> QuerySet[Decision]:
    """Decisions that stand: of the scope's days, else of two weeks. One's own without the right to decide on all."""
    made = standing(KIND)
    if span := scope.span(rules):
        days = TimeEntry.objects.between(span.first, span.last)
        made = made.filter(request__subject_id__in=days.values("pk"))
    else:
        made = made.filter(at__gt=at - LATELY)
    return made if has_right(user, APPROVE_ALL) and not scope.mine_only else made.filter(by=user)


def decided_goes(user: User, at: datetime, rules: TimeRules, scope: Scope) -> list[dict[str, Any]]:
    """What was decided lately, by person and go, the latest first. One statement."""
    goes: Any = (
        _lately(user, at, rules, scope)
        .values("request__owner_id", "by_id", "outcome", "at", "reason")
        .annotate(
            name=Max("request__owner__name"),
            by_name=Max("by_name"),
            decision_id=Min("pk"),
            submitted_at=Min("request__submitted_at"),
            lines=Count("pk"),
            ids=ArrayAgg("request__subject_id"),
        )
        .order_by("-at", "name")
    )
    return list(goes)


def decided_lately(
    user: User, at: datetime, rules: TimeRules, *, outcome: str | None = None
) -> list[Decided]:
    """The person's own decisions that still stand (everybody's for those who decide on all), of one outcome or both.

    The latest first, at most fifty. Three statements.
    """
    goes = decided_goes(user, at, rules, EVERYTHING)
    return with_lines([go for go in goes if outcome in (None, go["outcome"])][:MOST_DECIDED])


def with_lines(goes: Sequence[Mapping[str, Any]]) -> list[Decided]:
    """Goes with what became of their lines. Two statements."""
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
        entry_ids=sorted(entry.pk for entry in lines),
    )

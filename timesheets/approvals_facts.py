"""What the queue knows beside the lines themselves, read once for all of them in a constant number of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value, Window

from approvals.history import Return, last_returns, questions
from approvals.models import Message
from people.models import StaffMember
from projects.models import Task
from staffing.required import WorkDay, workdays_for
from timesheets.approvals_lines import Limits
from timesheets.models import SubmitRule, TimeEntry, TimeRules
from timesheets.subjects import KIND

State = TimeEntry.State
# So far back goes what is usual for a person.
HABIT = timedelta(weeks=12)
HANDED_IN = Q(state__in=[State.SUBMITTED, State.APPROVED])


class DaySum(NamedTuple):
    """A person's day: minutes submitted or approved, minutes not, and the projects of the former."""

    handed_in: int
    drafted: int
    projects: frozenset[int]


NOTHING = DaySum(0, 0, frozenset())
# A day's sum comes as a few words: day, minutes, minutes, ids of projects. As JSON it would take five times the room.
SPACE = Value(" ", output_field=TextField())
PROJECTS = Func("on_projects", SPACE, function="array_to_string", output_field=TextField())
DAY = Func(
    *(SPACE, "worked_on", "handed_in", "drafted", PROJECTS), function="concat_ws", output_field=TextField()
)


@dataclass(frozen=True)
class Calendar:
    """Days of people: what was entered, and what was required."""

    people: Mapping[int, StaffMember]
    sums: Mapping[int, Mapping[date, DaySum]]
    workdays: Mapping[int, Mapping[date, WorkDay]]
    # Reckoned once for a person and a period.
    habits: dict[tuple[int, date], "Habit"] = field(default_factory=dict)

    def required(self, staff_id: int, days: Iterable[date]) -> int:
        found = self.workdays[staff_id]
        return sum(found[day].required_minutes for day in days if day in found)

    def handed_in(self, staff_id: int, days: Iterable[date]) -> int:
        found = self.sums[staff_id]
        return sum(found.get(day, NOTHING).handed_in for day in days)

    def drafted(self, staff_id: int, days: Iterable[date]) -> int:
        found = self.sums[staff_id]
        return sum(found.get(day, NOTHING).drafted for day in days)

    def habit(self, staff_id: int, first: date) -> "Habit":
        """What was usual in the twelve weeks before a day."""
        if (staff_id, first) not in self.habits:
            self.habits[(staff_id, first)] = self._habit(staff_id, first)
        return self.habits[(staff_id, first)]

    def _habit(self, staff_id: int, first: date) -> "Habit":
        before = [(day, found) for day, found in self.sums[staff_id].items() if first - HABIT <= day < first]
        minutes = sum(found.handed_in for _, found in before)
        projects = frozenset[int]().union(*(found.projects for _, found in before))
        weeks = len({day.toordinal() // 7 for day, found in before if found.handed_in})
        return Habit(projects, minutes // weeks if weeks else None)


class Habit(NamedTuple):
    """Projects of the twelve weeks before, and the minutes of an average week of them (rounded down)."""

    projects: frozenset[int]
    week_minutes: int | None

    def is_unusual(self, project_id: int) -> bool:
        """Whether somebody with a past has none on this project."""
        return bool(self.projects) and project_id not in self.projects


def calendar(who: "QuerySet[StaffMember]", first: date, last: date) -> Calendar:
    """The days of these people from twelve weeks before `first` to `last`. Two statements, however many people."""
    days = (
        TimeEntry.objects.filter(staff=OuterRef("pk"), worked_on__range=(first - HABIT, last))
        .order_by("worked_on")
        .values("worked_on")
        .annotate(
            handed_in=Sum("worked_minutes", filter=HANDED_IN, default=0),
            drafted=Sum("worked_minutes", filter=~HANDED_IN, default=0),
            on_projects=ArrayAgg("project_id", filter=HANDED_IN, distinct=True),
        )
        .values(day=DAY)
    )
    rows: list[Any] = list(who.select_related("job_title", "user").annotate(day_sums=ArraySubquery(days)))
    workdays = workdays_for(rows, first, last)
    return Calendar(
        people={person.pk: person for person in rows},
        sums=_sums({person.pk: person.__dict__.pop("day_sums") for person in rows}),
        workdays={pk: {day.on: day for day in found} for pk, found in workdays.items()},
    )


def _sums(texts: Mapping[int, Sequence[str]]) -> dict[int, dict[date, DaySum]]:
    """What the days of each person say. Those of a year are many: the same projects are kept once."""
    known: dict[str, frozenset[int]] = {"": frozenset()}
    found: dict[int, dict[date, DaySum]] = {}
    for pk, days in texts.items():
        sums = found[pk] = {}
        for text in days:
            on, handed_in, drafted, *rest = text.split(" ", 3)
            ids = rest[0] if rest else ""
            if ids not in known:
                known[ids] = frozenset(map(int, ids.split()))
            sums[date.fromisoformat(on)] = DaySum(int(handed_in), int(drafted), known[ids])
    return found


def limits() -> Limits:
    """The firm's rules with its limits of a day and a week. One statement."""
    limit = SubmitRule.objects.exclude(severity=SubmitRule.Severity.OFF).values("limit_minutes")
    rules: Any = TimeRules.objects.annotate(
        day_limit=Subquery(limit.filter(kind=SubmitRule.Kind.DAY_HOURS)),
        week_limit=Subquery(limit.filter(kind=SubmitRule.Kind.WEEK_OVER)),
    ).get(pk=1)
    return Limits(rules, rules.day_limit, rules.week_limit)


def budget_left(entries: Collection[TimeEntry]) -> dict[int, int]:
    """Minutes of the task's budget that are left after each line; lines count in order of their days, in all states.

    Only lines of tasks with a budget. One statement, none without such a task.
    """
    tasks: dict[int, Task] = {
        entry.task_id: entry.task for entry in entries if entry.task.budget_minutes is not None
    }
    if not tasks:
        return {}
    running = Window(
        Sum("worked_minutes"), partition_by=F("task_id"), order_by=[F("worked_on").asc(), F("pk").asc()]
    )
    wanted = [entry.pk for entry in entries if entry.task_id in tasks]
    used = TimeEntry.objects.filter(task__in=list(tasks)).annotate(running=running).filter(pk__any=wanted)
    return {
        pk: (tasks[task_id].budget_minutes or 0) - minutes
        for pk, task_id, minutes in used.values_list("pk", "task_id", "running")
    }


@dataclass(frozen=True)
class Facts:
    """Everything about the lines of a queue that is not on them."""

    limits: Limits
    calendar: Calendar
    submitted: Mapping[int, datetime]
    budgets: Mapping[int, int] = field(default_factory=dict)
    returns: Mapping[int, Return] = field(default_factory=dict)
    messages: Mapping[int, Sequence[Message]] = field(default_factory=dict)


def facts_of(
    entries: Sequence[TimeEntry], submitted: Mapping[int, datetime], limits_: Limits, calendar_: Calendar
) -> Facts:
    """Budgets, returns and dialogues of the lines. Three statements."""
    ids = list(submitted)
    return Facts(
        limits=limits_,
        calendar=calendar_,
        submitted=submitted,
        budgets=budget_left(entries),
        returns=last_returns(KIND, ids),
        messages=questions(KIND, ids),
    )

"""Word to leads when budgets are used up to the firm's shares: once for each share and budget."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse

from core import audit
from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell
from projects.budgets import FIELDS, Limits, limits_of
from projects.models import BudgetCrossing, Project, ProjectRules, Task, TeamMember
from timesheets.budgets import NONE, Use, UseOf, use_of

KIND = "timesheets.budget"
Measure = BudgetCrossing.Measure
USED = {Measure.HOURS: "minutes", Measure.FEES: "fee_amount", Measure.EXPENSES: "expense_amount"}

# Whoever inserts a share first tells of it; a second beat waits for the row and then gets none back.
CLAIM = """
INSERT INTO projects_budgetcrossing (project_id, task_id, measure, percent, budget, crossed_at)
SELECT project_id, task_id, measure, percent, budget, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::numeric[])
    AS wanted (project_id, task_id, measure, percent, budget)
ORDER BY project_id, task_id, measure, percent
ON CONFLICT DO NOTHING
RETURNING project_id, task_id, measure, percent
"""


class Key(NamedTuple):
    """A budget: the cap of a project (no task) or that of a task, of one measure."""

    project_id: int
    task_id: int | None
    measure: str


@dataclass(frozen=True)
class Filled:
    """A budget and what is used of it, in minutes or in the client's currency."""

    label: str
    measure: str
    budget: Decimal | int
    used: Decimal | int

    def has_reached(self, percent: int) -> bool:
        return self.used * 100 >= self.budget * percent

    @property
    def percent(self) -> int:
        """What is used in whole percent, cut off."""
        return int(self.used * 100 // self.budget)

    @property
    def is_hours(self) -> bool:
        return self.measure == Measure.HOURS

    @property
    def measure_words(self) -> str:
        """Hours, fees or expenses."""
        return str(Measure(self.measure).label).lower()


def alert_budgets(*, at: datetime) -> int:
    """Tells the leads of open projects which budgets have reached a share that the firm watches; returns how many
    projects it told of.

    One mail for each project and lead, the fullest share of each budget in it. A share is told of once; it is armed
    again when its budget was raised so far that less than the share is used. A constant number of statements, mails
    apart, however many projects.
    """
    percents = ProjectRules.objects.values_list("alert_percents", flat=True).get(pk=1)
    has_budget = Q()
    for field, _ in FIELDS.values():
        has_budget |= Q(**{f"{field}__gt": 0}) | Q(**{f"tasks__{field}__gt": 0})
    found = Project.objects.open().filter(has_budget).distinct().select_related("client", "lead__user")
    projects = {project.pk: project for project in found} if percents else {}
    if not projects:
        return 0
    filled = _filled(limits_of(list(projects.values())), use_of(projects))
    with transaction.atomic():
        audit.acting("budget.alert", by=None)
        known = _rearm(projects, filled)
        new = [
            (key, percent)
            for key, budget in filled.items()
            for percent in percents
            if budget.has_reached(percent) and (key, percent) not in known
        ]
        claimed = _claim(new, filled, at) if new else []
        _tell(projects, filled, claimed, at)
    return len({key.project_id for key, _ in claimed})


def _filled(limits: Mapping[int, Limits], use: UseOf) -> dict[Key, Filled]:
    """Every budget above zero of these projects."""
    wholes = use.projects()
    found = {}
    for project_id, own in limits.items():
        limited: list[tuple[Project | Task, Use]] = [(own.project, wholes.get(project_id, NONE))]
        limited += [(task, use.task(project_id, task.pk)) for task in own.tasks]
        for thing, used in limited:
            task_id = thing.pk if isinstance(thing, Task) else None
            label = thing.path if isinstance(thing, Task) else "Whole project"
            for measure, (field, _) in FIELDS.items():
                budget = getattr(thing, field)
                if budget:
                    amount = getattr(used, USED[measure])
                    found[Key(project_id, task_id, measure)] = Filled(label, measure, budget, amount)
    return found


def _rearm(projects: Iterable[int], filled: Mapping[Key, Filled]) -> set[tuple[Key, int]]:
    """Forgets shares of budgets that were raised above what is used, or are none any more; returns the others."""
    known, over = set(), []
    for crossing in BudgetCrossing.objects.filter(project__in=list(projects)):
        key = Key(crossing.project_id, crossing.task_id, crossing.measure)
        budget = filled.get(key)
        is_raised = budget is not None and budget.budget > crossing.budget
        if budget is None or (is_raised and not budget.has_reached(crossing.percent)):
            over.append(crossing.pk)
        else:
            known.add((key, crossing.percent))
    if over:
        BudgetCrossing.objects.filter(pk__in=over).delete()
    return known


def _claim(
    new: Sequence[tuple[Key, int]], filled: Mapping[Key, Filled], at: datetime
) -> list[tuple[Key, int]]:
    """Those of the shares that nobody has told of. One statement."""
    columns: list[list[Any]] = [
        [key.project_id for key, _ in new],
        [key.task_id for key, _ in new],
        [str(key.measure) for key, _ in new],
        [percent for _, percent in new],
        [Decimal(filled[key].budget) for key, _ in new],
    ]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [at, *columns])
        return [(Key(*row[:3]), row[3]) for row in cursor.fetchall()]


def _tell(
    projects: Mapping[int, Project],
    filled: Mapping[Key, Filled],
    claimed: Sequence[tuple[Key, int]],
    at: datetime,
) -> None:
    """One mail for each project and lead."""
    reached: dict[int, dict[Key, int]] = defaultdict(dict)
    for key, percent in claimed:
        reached[key.project_id][key] = max(percent, reached[key.project_id].get(key, 0))
    leads = _leads([projects[pk] for pk in reached]) if reached else {}
    words = []
    for project_id, budgets in sorted(reached.items()):
        project = projects[project_id]
        rows = sorted(((filled[key], percent) for key, percent in budgets.items()), key=_fullest)
        url = firm_url(reverse("reports:project", args=[project_id]))
        seen = ",".join(f"{key}{percent}" for key, percent in sorted(budgets.items(), key=str))
        digest = sha256(f"{seen}{at:%H%M}".encode()).hexdigest()
        context = {"project": project, "rows": rows, "url": url}
        words += [Word(user, project, digest, context) for user in leads.get(project_id, ())]
    tell(KIND, "timesheets/mail/budget", words, by=None, at=at)


def _fullest(row: tuple[Filled, int]) -> tuple[int, str]:
    return -row[0].percent, row[0].label


def _leads(projects: Sequence[Project]) -> dict[int, list[User]]:
    """Who hears of each project: its lead and those who lead beside them. One statement."""
    found: dict[int, dict[int, User]] = defaultdict(dict)
    for project in projects:
        if project.lead is not None and project.lead.user is not None:
            found[project.pk][project.lead.user.pk] = project.lead.user
    others = TeamMember.objects.filter(project__in=[project.pk for project in projects], is_lead=True)
    for member in others.select_related("staff__user"):
        if member.staff.user is not None:
            found[member.project_id][member.staff.user.pk] = member.staff.user
    return {pk: list(users.values()) for pk, users in found.items()}

"""Rows that a week can begin with: what the person keeps at hand, and the tasks of the projects they belong to."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, Q

from people.models import StaffMember
from projects.models import Project, Task
from timesheets.models import FavouriteRow, TimeRules
from timesheets.rows import Place, RowKey, places_for

MOST_TASKS = 60


@dataclass
class Prefill:
    """Rows to add, and rows left out, each with the reason."""

    rows: list[Place] = field(default_factory=list)
    skipped: list[tuple[Place, str]] = field(default_factory=list)


def favourite_rows(staff: StaffMember, present: Collection[RowKey], rules: TimeRules) -> Prefill:
    """The person's favourites that the week lacks, in the order in which they were starred. At most three statements.

    Left out, with the reason: rows that are there already, and rows that take no time now.
    """
    keys = (
        RowKey(row.task_id, row.labor_code_id, row.work_class_id, row.is_billable).shown(rules)
        for row in FavouriteRow.objects.filter(staff=staff)
    )
    found = Prefill()
    for place in places_for(staff, keys).values():
        if place.key in present:
            found.skipped.append((place, "It is in this week already."))
        elif place.refusal is not None:
            found.skipped.append((place, place.refusal.message))
        else:
            found.rows.append(place)
    return found


def assigned_rows(staff: StaffMember, present: Collection[RowKey], on: date) -> list[Place]:
    """Open tasks of open projects whose team the person is on, each with its own labor code, as far as the week lacks
    them. By project; projects under way on the day come first. Two statements.
    """
    under_way = (Q(project__starts_on=None) | Q(project__starts_on__lte=on)) & (
        Q(project__ends_on=None) | Q(project__ends_on__gte=on)
    )
    tasks = (
        Task.objects.filter(
            state=Task.State.OPEN, project__state=Project.State.OPEN, project__team__staff=staff
        )
        .annotate(is_under_way=under_way)
        .order_by(F("is_under_way").desc(), "project__name", "position", "name")
        .values_list("pk", "labor_code_id")[:MOST_TASKS]
    )
    keys = [RowKey(task_id, code_id) for task_id, code_id in tasks]
    places = places_for(staff, [key for key in keys if key not in present])
    return [place for place in places.values() if place.refusal is None]

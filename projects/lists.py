"""Lists of projects."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from people.models import User
from projects.access import visible_to
from projects.models import Project, Task, TeamMember
from projects.models.projects import ProjectQuerySet

PAGE_SIZE = 50
TABS = ("open", "mine", "closed")


@dataclass(frozen=True)
class ProjectList:
    """A part of the list: what stands in it, how many follow, and how many there are for each tab."""

    projects: list[Any]
    more: int
    next_start: int
    counts: dict[str, int]


def project_list(by: User, *, tab: str = "open", query: str = "", start: int = 0) -> ProjectList:
    """Projects that the person may see, by client and name, with `open_tasks` and `people`. Three statements.

    Tabs: `open`, `mine` (open ones that the person leads or is on the team of), `closed`. Each word of `query` must
    occur in the project's or client's name or code, or in the lead's name.
    """
    found = matching(by, query)
    are = _tabs(by)
    counts = found.aggregate(**{name: Count("pk", filter=are[name]) for name in TABS})
    rows = found.filter(are[tab]).select_related("client", "lead", "type", "status")
    rows = rows.order_by("client__name", "name")
    rows = rows.annotate(
        open_tasks=_count(Task.objects.filter(state=Task.State.OPEN)),
        people=_count(TeamMember.objects.all()),
    )
    shown = min(start + PAGE_SIZE, counts[tab])
    return ProjectList(
        list(rows[start : start + PAGE_SIZE]), min(PAGE_SIZE, counts[tab] - shown), shown, counts
    )


def matching(by: User, query: str = "") -> ProjectQuerySet:
    """Projects that the person may see, with each word in the project's or client's name or code or the lead's name."""
    found = visible_to(by)
    for word in query.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(code__icontains=word)
            | Q(client__name__icontains=word)
            | Q(client__code__icontains=word)
            | Q(lead__name__icontains=word)
        )
    return found


def open_projects_by_client(client_ids: Collection[int]) -> dict[int, int]:
    """How many open projects each of the clients has; those without are left out. One statement."""
    rows = Project.objects.open().filter(client__in=client_ids).order_by().values("client")
    return {row["client"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def _tabs(by: User) -> dict[str, Q]:
    is_open = Q(state=Project.State.OPEN)
    member = by.staff_member
    mine = Q(pk__in=TeamMember.objects.filter(staff=member).values("project")) | Q(lead=member)
    return {
        "open": is_open,
        "mine": is_open & mine if member else Q(pk__in=[]),
        "closed": Q(state=Project.State.CLOSED),
    }


def _count(things: QuerySet[Any]) -> Coalesce:
    own = things.filter(project=OuterRef("pk")).order_by().values("project")
    return Coalesce(Subquery(own.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), Value(0))

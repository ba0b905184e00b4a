"""What is held back from billing now, and why."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from billing.models import WorkHold
from people.models import User


def held_projects(project_ids: Collection[int] | None = None) -> dict[int, WorkHold]:
    """The holds of projects as a whole, by project. One statement."""
    holds = WorkHold.objects.filter(released_at=None, project__isnull=False).select_related("held_by")
    if project_ids is not None:
        holds = holds.filter(project__in=project_ids)
    return {hold.project_id or 0: hold for hold in holds}


def held_entries(entry_ids: Collection[int]) -> dict[int, WorkHold]:
    """The holds of single entries, by entry. One statement."""
    holds = WorkHold.objects.filter(released_at=None, entry__in=entry_ids).select_related("held_by")
    return {hold.entry_id or 0: hold for hold in holds}


def held_just_now(by: User, at: datetime) -> WorkHold | None:
    """One of what this person put on hold at that instant. One statement."""
    return WorkHold.objects.filter(held_by=by, held_at=at).order_by("pk").first()


def is_held() -> Exists:
    """Whether an entry is held by itself; a project that is held holds all of its entries besides."""
    return Exists(WorkHold.objects.filter(entry=OuterRef("pk"), released_at=None))

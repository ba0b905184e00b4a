"""Holding work back from billing, with the reason, and releasing it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from billing import billable
from billing.access import DRAFT_INVOICES
from billing.models import WorkHold
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User
from projects.models import Project
from timesheets.models import TimeEntry


class HoldHasNoReason(Refusal):
    """Whoever finds held work must see why."""

    sentence = "Say why this is held."


def hold_projects(*, projects: Sequence[Project], reason: str, by: User | None, at: datetime) -> int:
    """Keeps the projects from being billed until somebody releases them; drafts that are there stay.

    Those that are on hold already stay as they are. Returns how many are held now that were not. Raises
    HoldHasNoReason, NotAllowed.
    """
    words = check_reason(reason)
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        ids = list(
            Project.objects.filter(pk__in=[project.pk for project in projects])
            .order_by("pk")
            .select_for_update(no_key=True, of=("self",))
            .values_list("pk", flat=True)
        )
        held = set(
            WorkHold.objects.filter(project__in=ids, released_at=None).values_list("project", flat=True)
        )
        wanted = [pk for pk in ids if pk not in held]
        subject = projects[0] if len(wanted) == 1 else None
        with audit.acting("billing.hold", by=by, subject=subject, why=words, projects=wanted):
            WorkHold.objects.bulk_create(
                WorkHold(project_id=pk, reason=words, held_by=by, held_at=at) for pk in wanted
            )
    return len(wanted)


def release_projects(*, projects: Collection[Project], by: User | None, at: datetime) -> int:
    """The projects may be billed again. Returns how many were held."""
    holds = WorkHold.objects.filter(project__in=[project.pk for project in projects])
    return _release(holds.values_list("pk", flat=True), by=by, at=at)


def hold_entries(*, entry_ids: Collection[int], reason: str, by: User | None, at: datetime) -> int:
    """Keeps single entries from being billed. Those on hold already, and those on a draft or an invoice whole, stay.

    Returns how many are held now that were not. Raises HoldHasNoReason, NotAllowed.
    """
    words = check_reason(reason)
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        found = billable.unbilled(TimeEntry.objects.filter(pk__in=list(entry_ids)))
        locked = billable.lock(found)
        held = set(
            WorkHold.objects.filter(entry__in=locked, released_at=None).values_list("entry", flat=True)
        )
        wanted = [pk for pk in locked if pk not in held]
        with audit.acting("billing.hold", by=by, why=words, entries=wanted):
            WorkHold.objects.bulk_create(
                WorkHold(entry_id=pk, reason=words, held_by=by, held_at=at) for pk in wanted
            )
    return len(wanted)


def release_entries(*, entry_ids: Collection[int], by: User | None, at: datetime) -> int:
    """The entries may be billed again. Returns how many were held."""
    holds = WorkHold.objects.filter(entry__in=list(entry_ids))
    return _release(holds.values_list("pk", flat=True), by=by, at=at)


def undo_hold(*, hold: WorkHold, by: User | None, at: datetime) -> int:
    """Releases what was put on hold together with it and waits still. Returns how many."""
    together = WorkHold.objects.filter(held_by=hold.held_by_id, held_at=hold.held_at)
    return _release(together.values_list("pk", flat=True), by=by, at=at)


def _release(ids: Collection[int], *, by: User | None, at: datetime) -> int:
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic(), audit.acting("billing.release", by=by):
        return WorkHold.objects.filter(pk__in=ids, released_at=None).update(released_by=by, released_at=at)


def check_reason(reason: str) -> str:
    """The reason in one line. Raises HoldHasNoReason."""
    words = " ".join(reason.split())[:200]
    if not words:
        raise HoldHasNoReason(field="reason")
    return words

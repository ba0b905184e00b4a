"""Submitting time for approval, and recalling it. One line at a time in effect, many in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.submitting import submit, withdraw
from core import audit
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.models import StaffMember, User
from timesheets.access import can_record
from timesheets.events import time_submitted
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND, subject_of

State = TimeEntry.State


class NothingToSubmit(Refusal):
    """None of the lines can be submitted."""

    sentence = "There is nothing to submit: these lines are submitted or approved already."


class NotesAreMissing(Refusal):
    """The firm asks for a note on every line."""


class NothingToRecall(Refusal):
    """None of the lines is waiting for a decision."""

    sentence = "There is nothing to recall: no line is waiting for a decision."


@dataclass
class Submission:
    """What was submitted: the lines, their minutes, and for whom they wait."""

    entry_ids: list[int] = field(default_factory=list)
    minutes: int = 0
    waits_for: list[str] = field(default_factory=list)


def submit_time(*, staff: StaffMember, entry_ids: Sequence[int], by: User | None, at: datetime) -> Submission:
    """Submits the drafts and returned lines among `entry_ids`; others are left as they are.

    Nothing done to one week touches another: only the named lines change. Raises NotAllowed, NothingToSubmit,
    NotesAreMissing.
    """
    if not can_record(by, staff):
        raise NotAllowed
    with promises(), transaction.atomic():
        entries = _lock(staff, entry_ids, [State.DRAFT, State.REJECTED])
        if not entries:
            raise NothingToSubmit
        _check_notes(entries)
        ids = [entry.pk for entry in entries]
        audit.acting("time.submit", by=by, subject=staff, entry_ids=ids)
        TimeEntry.objects.filter(pk__in=ids).update(
            state=State.SUBMITTED, version=F("version") + 1, updated_at=Now()
        )
        requests = submit(subjects=[subject_of(entry) for entry in entries], by=by, at=at)
        time_submitted.send(sender=TimeEntry, entries=entries, by=by, at=at)
    waits_for_ids = {request.waits_for_id for request in requests if request.waits_for_id}
    names = StaffMember.objects.filter(pk__in=waits_for_ids).values_list("name", flat=True)
    return Submission(ids, sum(entry.worked_minutes for entry in entries), list(names))


def recall_time(*, staff: StaffMember, entry_ids: Sequence[int], by: User | None, at: datetime) -> list[int]:
    """Takes submitted lines back to drafts while nobody has decided on them.

    Raises NotAllowed, NothingToRecall, approvals' AlreadyDecidedOn.
    """
    if not can_record(by, staff):
        raise NotAllowed
    with transaction.atomic():
        ids = [entry.pk for entry in _lock(staff, entry_ids, [State.SUBMITTED])]
        if not ids:
            raise NothingToRecall
        audit.acting("time.recall", by=by, subject=staff, entry_ids=ids)
        withdraw(kind=KIND, ids=ids, at=at)
        TimeEntry.objects.filter(pk__in=ids).update(
            state=State.DRAFT, version=F("version") + 1, updated_at=Now()
        )
    return ids


def _lock(staff: StaffMember, entry_ids: Sequence[int], states: Sequence[str]) -> list[TimeEntry]:
    return list(
        TimeEntry.objects.select_for_update(of=("self",))
        .filter(pk__in=entry_ids, staff=staff, state__in=states)
        .select_related("project", "staff")
        .order_by("pk")
    )


def _check_notes(entries: Sequence[TimeEntry]) -> None:
    rules = TimeRules.objects.get(pk=1)
    missing = [entry for entry in entries if rules.requires_notes and not entry.note.strip()]
    if missing:
        days = ", ".join(sorted({f"{entry.worked_on:%a} {entry.worked_on.day}" for entry in missing}))
        lines = "1 line has" if len(missing) == 1 else f"{len(missing)} lines have"
        raise NotesAreMissing(
            f"{lines} no note ({days}). Your firm asks for one on every line.",
            entry_ids=[entry.pk for entry in missing],
        )

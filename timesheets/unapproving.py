"""Taking decisions back: the undo of one's own, and un-approving with a right and a reason."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.deciding import ReasonIsMissing, reopen
from approvals.models import Decision
from core import audit
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.access import has_right, require
from people.models import User
from timesheets.access import APPROVE_ALL, UNAPPROVE, require_decider, visible_to
from timesheets.events import time_taken_back
from timesheets.models import TimeEntry
from timesheets.ports import marks_of
from timesheets.subjects import KIND

State = TimeEntry.State


class CannotBeTakenBack(Refusal):
    """The decision cannot be reversed, because something was built on it."""

    sentence = "This cannot be taken back any more: the lines were changed, billed or submitted again since."


class IsFinal(CannotBeTakenBack):
    """A line is billed or posted; the sentence names the invoice."""

    sentence = "{what}, so the approval stands. {fix}"


# Whoever decided may undo it without a further right for so long: the ten seconds of the message, and a slow network.
UNDO_SECONDS = 60


def take_back(*, entry_ids: Sequence[int], by: User, at: datetime, reason: str = "") -> list[int]:
    """Approved or returned lines wait for a decision again, lines that moved on wait where they did. The inverse of
    approving and returning.

    Only the person who decided last, or somebody who decides on everything; an approval only within UNDO_SECONDS or
    with the right to un-approve. Not once billed or posted, nor once corrected. Raises NotAllowed, CannotBeTakenBack.
    """
    require_decider(by)
    with promises(), transaction.atomic():
        entries = _lock(entry_ids, [State.APPROVED, State.REJECTED, State.SUBMITTED])
        if not has_right(by, APPROVE_ALL) and not _decided_all(entry_ids, by):
            raise NotAllowed("Only the person who decided can take it back.")
        approved = [entry.pk for entry in entries if entry.state != State.REJECTED]
        if approved and not (has_right(by, UNAPPROVE) or _decided_just_now(approved, by, at)):
            raise NotAllowed("Taking approvals back needs a right that you do not have.")
        return _reopen(entries, "time.take_back", by, at, reason)


def unapprove_time(*, entry_ids: Sequence[int], reason: str, by: User, at: datetime) -> list[int]:
    """Approved lines wait for a decision again, whoever approved them, with the reason.

    Needs the right to un-approve, and that the person may see the lines. Refused once a line is billed or posted, with
    the invoice named. Raises NotAllowed, ReasonIsMissing, IsFinal, CannotBeTakenBack.
    """
    require(by, UNAPPROVE)
    if not reason.strip():
        raise ReasonIsMissing("Say why the approval is taken back.", field="reason")
    with promises(), transaction.atomic():
        if visible_to(by).filter(pk__in=entry_ids).count() != len(set(entry_ids)):
            raise NotAllowed("You may not see these lines, so you cannot take their approval back.")
        return _reopen(_lock(entry_ids, [State.APPROVED]), "time.unapprove", by, at, reason.strip())


def _lock(entry_ids: Sequence[int], states: Collection[str]) -> list[TimeEntry]:
    entries = list(
        TimeEntry.objects.select_for_update(of=("self",))
        .filter(pk__in=entry_ids, state__in=states)
        .order_by("pk")
    )
    if not entries or len(entries) != len(set(entry_ids)):
        raise CannotBeTakenBack
    return entries


def _reopen(entries: Sequence[TimeEntry], verb: str, by: User, at: datetime, reason: str) -> list[int]:
    ids = [entry.pk for entry in entries]
    check_not_final(ids)
    audit.acting(verb, by=by, why=reason, entry_ids=ids)
    again = reopen(kind=KIND, ids=ids, by=by, at=at, reason=reason)
    if len(again) != len(ids):
        raise CannotBeTakenBack
    TimeEntry.objects.filter(pk__in=again).update(
        state=State.SUBMITTED, version=F("version") + 1, updated_at=Now()
    )
    time_taken_back.send(sender=TimeEntry, entry_ids=again, by=by, at=at)
    return again


def check_not_final(entry_ids: Collection[int]) -> None:
    """Raises IsFinal, which names the invoice, if a line is billed or posted. One statement."""
    marks = marks_of(entry_ids)
    if marks:
        words = list(dict.fromkeys(mark.words for mark in marks.values()))
        what = (
            words[0] if len(words) == 1 else f"{', '.join(words[:3])}{' and more' if len(words) > 3 else ''}"
        )
        raise IsFinal(what=what, fix="Void or credit the bill first, or adjust with a new line.")


def _latest(entry_ids: Iterable[int]) -> list[tuple[int | None, datetime]]:
    """Who made the latest decision on each line, and when. One statement."""
    return list(
        Decision.objects.filter(request__subject_kind=KIND, request__subject_id__in=list(entry_ids))
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("by_id", "at")
    )


def _decided_all(entry_ids: Iterable[int], by: User) -> bool:
    return all(by_id == by.pk for by_id, _ in _latest(entry_ids))


def _decided_just_now(entry_ids: Iterable[int], by: User, at: datetime) -> bool:
    made = _latest(entry_ids)
    return all(by_id == by.pk and (at - then).total_seconds() <= UNDO_SECONDS for by_id, then in made)

"""Approving and returning time, cutting what may be billed, and taking a decision back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.certifying import Signature, certify
from approvals.deciding import Mandate, ReasonIsMissing, Result, decide, reopen
from approvals.models import Certification, Decision
from approvals.ports import Outcome
from approvals.submitting import policy_for
from core import audit
from core.errors import Conflict, NotAllowed, Refusal
from core.promises import promises
from people.access import has_right
from people.models import User
from timesheets.access import APPROVE_ALL, decides_alone, may_decide
from timesheets.events import time_approved, time_returned, time_taken_back
from timesheets.models import TimeEntry
from timesheets.subjects import KIND, certified_lines, subject_of
from timesheets.waiting import waiting_requests

State = TimeEntry.State
CHANGED = "It was changed since you read it."


class CertificationIsMissing(Refusal):
    """The policy asks for a signature under its statement."""

    sentence = "Approving needs your name and password under the statement."


class NothingToDecide(Refusal):
    """None of the lines is waiting for this person."""


class CannotBeTakenBack(Refusal):
    """The decision cannot be reversed, because something was built on it."""

    sentence = "This cannot be taken back any more: the lines were changed, billed or submitted again since."


class CutIsWrong(Refusal):
    """Billable minutes outside of what was worked."""


@dataclass
class Decided:
    """What a decision did: lines decided, lines that now wait for the next step, lines skipped with the reason."""

    entry_ids: list[int] = field(default_factory=list)
    waiting_ids: list[int] = field(default_factory=list)
    minutes: int = 0
    skipped: dict[int, str] = field(default_factory=dict)
    certification: Certification | None = None


def approve_time(
    *,
    entry_ids: Sequence[int],
    by: User,
    at: datetime,
    signature: Signature | None = None,
    seen: Mapping[int, int] | None = None,
) -> Decided:
    """Approves the present step of each line; a line is approved after its last step.

    Asks for a signature where the policy says so, and keeps it with a hash of the lines decided. What waits no more,
    or for somebody else, is skipped with its reason; so is what is not of the version in `seen` (by the line's id):
    nobody certifies hours that they have not read. A constant number of statements, however many lines.
    Raises NotAllowed, CertificationIsMissing, SignatureIsWrong, NothingToDecide.
    """
    _require_decider(by)
    policy = policy_for(KIND)
    if policy.asks_password and signature is None:
        raise CertificationIsMissing
    with promises(), transaction.atomic():
        entries, changed = _as_seen(_lock(entry_ids), seen)
        certifications: list[Certification] = []

        def sign(ids: Sequence[int]) -> Certification:
            assert signature is not None
            lines = _of(entries, ids)
            certifications.append(
                certify(
                    by=by,
                    signature=signature,
                    statement=policy.statement,
                    lines=certified_lines(lines),
                    minutes=sum(entry.worked_minutes for entry in lines),
                    at=at,
                )
            )
            return certifications[0]

        audit.acting("time.approve", by=by, entry_ids=[entry.pk for entry in entries])
        result = decide(
            subjects=[subject_of(entry) for entry in entries],
            outcome=Decision.Outcome.APPROVED,
            by=by,
            at=at,
            sign=sign if signature else None,
            mandate=_mandate(by),
        )
        decided = _write(result, entries, Outcome.APPROVED, State.APPROVED)
        decided.skipped |= changed
        decided.certification = next(iter(certifications), None)
        time_approved.send(sender=TimeEntry, entries=_of(entries, decided.entry_ids), by=by, at=at)
    return decided


def return_time(*, entry_ids: Sequence[int], reason: str, by: User, at: datetime) -> Decided:
    """Returns lines to their owner with a reason; the other lines of the week are not affected.

    Raises NotAllowed, ReasonIsMissing, NothingToDecide.
    """
    _require_decider(by)
    with promises(), transaction.atomic():
        entries = _lock(entry_ids)
        audit.acting("time.return", by=by, why=reason, entry_ids=[entry.pk for entry in entries])
        result = decide(
            subjects=[subject_of(entry) for entry in entries],
            outcome=Decision.Outcome.REJECTED,
            by=by,
            at=at,
            reason=reason,
            mandate=_mandate(by),
        )
        decided = _write(result, entries, Outcome.REJECTED, State.REJECTED)
        time_returned.send(
            sender=TimeEntry, entries=_of(entries, decided.entry_ids), by=by, at=at, reason=reason.strip()
        )
    return decided


def take_back(*, entry_ids: Sequence[int], by: User, at: datetime, reason: str = "") -> list[int]:
    """Approved or returned lines wait for a decision again. The inverse of approving and returning.

    Only the person who decided last, or somebody who decides on everything. Billed lines cannot be taken back, nor
    lines that were corrected since. Raises NotAllowed, CannotBeTakenBack.
    """
    _require_decider(by)
    with promises(), transaction.atomic():
        entries = list(
            TimeEntry.objects.select_for_update(of=("self",))
            .filter(pk__in=entry_ids, state__in=[State.APPROVED, State.REJECTED])
            .order_by("pk")
        )
        if not entries or len(entries) != len(set(entry_ids)):
            raise CannotBeTakenBack
        if not has_right(by, APPROVE_ALL) and not _decided_all(entry_ids, by):
            raise NotAllowed("Only the person who decided can take it back.")
        audit.acting("time.take_back", by=by, why=reason, entry_ids=list(entry_ids))
        again = reopen(kind=KIND, ids=list(entry_ids), by=by, at=at, reason=reason)
        if len(again) != len(entries):
            raise CannotBeTakenBack
        _set_state(again, State.SUBMITTED)
        time_taken_back.send(sender=TimeEntry, entry_ids=again, by=by, at=at)
    return again


def cut_billable(
    *, entry: TimeEntry, billable_minutes: int, reason: str, by: User, at: datetime, version: int
) -> TimeEntry:
    """Sets what may be billed of a submitted line, between zero and what was worked. What was worked stays.

    The rate is not resolved anew. Raises NotAllowed, Conflict, CutIsWrong, ReasonIsMissing.
    """
    _require_decider(by)
    with promises(), transaction.atomic():
        entry = TimeEntry.objects.select_for_update(of=("self",)).select_related("project").get(pk=entry.pk)
        if entry.version != version or entry.state != State.SUBMITTED:
            raise Conflict("This line was changed or decided meanwhile. Load the list again.")
        if not waiting_requests(by, at.date()).filter(subject_id=entry.pk).exists():
            raise NotAllowed("This line waits for somebody else.")
        if not entry.is_billable or not 0 <= billable_minutes <= entry.worked_minutes:
            raise CutIsWrong("Between zero and the hours worked can be billed.", field="billable")
        if billable_minutes == entry.billable_minutes:
            return entry
        if billable_minutes < entry.worked_minutes and not reason.strip():
            raise ReasonIsMissing("Say why fewer hours are billed than were worked.", field="reason")
        audit.acting("time.cut", by=by, subject=entry, why=reason, billable_minutes=billable_minutes)
        entry.billable_minutes = billable_minutes
        entry.version += 1
        entry.save(update_fields=["billable_minutes", "version", "updated_at"])
    return entry


def _require_decider(by: User) -> None:
    if not may_decide(by):
        raise NotAllowed("You do not decide on time. Ask the owner of your firm for the right.")


def _mandate(by: User) -> Mandate:
    """May the person decide on everything, and is there anybody else who could decide on their own lines?"""
    return Mandate(decides_all=has_right(by, APPROVE_ALL), is_alone=decides_alone(by))


def _lock(entry_ids: Sequence[int]) -> list[TimeEntry]:
    entries = list(
        TimeEntry.objects.select_for_update(of=("self",))
        .filter(pk__in=entry_ids, state=State.SUBMITTED)
        .select_related("project", "staff__user")
        .order_by("pk")
    )
    if not entries:
        raise NothingToDecide("None of these lines waits for a decision any more.")
    return entries


def _as_seen(
    entries: list[TimeEntry], seen: Mapping[int, int] | None
) -> tuple[list[TimeEntry], dict[int, str]]:
    """The lines that are as the person read them, and why the others are not decided on."""
    if seen is None:
        return entries, {}
    changed = {entry.pk for entry in entries if seen.get(entry.pk) != entry.version}
    same = [entry for entry in entries if entry.pk not in changed]
    if not same:
        raise NothingToDecide(CHANGED)
    return same, dict.fromkeys(changed, CHANGED)


def _write(result: Result, entries: Sequence[TimeEntry], outcome: Outcome, state: str) -> Decided:
    """Writes the line state of what was decided. Raises NothingToDecide if nothing was."""
    ids, waiting = result.ids(outcome), result.ids(Outcome.WAITING)
    if not ids and not waiting:
        raise NothingToDecide(next(iter(result.skipped.values()), "None of these lines waits for you."))
    _set_state(ids, state)
    done = set(ids) | set(waiting)
    minutes = sum(entry.worked_minutes for entry in entries if entry.pk in done)
    return Decided(ids, waiting, minutes, result.skipped)


def _set_state(ids: Iterable[int], state: str) -> None:
    TimeEntry.objects.filter(pk__in=list(ids)).update(state=state, version=F("version") + 1, updated_at=Now())


def _of(entries: Iterable[TimeEntry], ids: Iterable[int]) -> list[TimeEntry]:
    wanted = set(ids)
    return [entry for entry in entries if entry.pk in wanted]


def _decided_all(entry_ids: Sequence[int], by: User) -> bool:
    """Whether the latest decision on each line is this person's."""
    latest = (
        Decision.objects.filter(request__subject_kind=KIND, request__subject_id__in=entry_ids)
        .order_by("request__subject_id", "-pk")
        .distinct("request__subject_id")
        .values_list("by_id", flat=True)
    )
    return all(by_id == by.pk for by_id in latest)

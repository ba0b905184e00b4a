"""Approving and returning time: lines, in one go however many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.certifying import Signature, certify, steps_asked
from approvals.deciding import Mandate, Result, decide
from approvals.models import Certification, Decision, Step
from approvals.ports import Outcome
from approvals.submitting import policy_for
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import has_right
from people.models import User
from timesheets.access import APPROVE_ALL, decides_alone, require_decider
from timesheets.events import time_approved, time_returned
from timesheets.models import TimeEntry, TimeRules
from timesheets.subjects import KIND, certified_lines, subject_of

State = TimeEntry.State
CHANGED = "It was changed since you read it."


class CertificationIsMissing(Refusal):
    """The policy asks for a signature under its statement."""

    sentence = "Approving needs your name and password under the statement."


class NothingToDecide(Refusal):
    """None of the lines is waiting for this person."""


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

    Asks for a signature where a step says so, and keeps it with a hash of the lines decided; within the minutes that
    the steps allow, an earlier one of the same session is enough. What waits no more, or for somebody else, is skipped
    with its reason; so is what is not of the version in `seen` (by the line's id): nobody certifies hours that
    they have not read. Under rules of government contracts every approval is signed anew, and nobody approves their
    own time. A constant number of statements, however many lines.

    Raises NotAllowed, CertificationIsMissing, SignatureIsWrong, NothingToDecide.
    """
    require_decider(by)
    with promises(), transaction.atomic():
        entries, changed = _as_seen(_lock(entry_ids), seen)
        steps = steps_asked(KIND, [entry.pk for entry in entries])
        is_dcaa = TimeRules.objects.filter(pk=1, is_dcaa=True).exists()
        asks = is_dcaa or any(step.certification != Step.Certification.NONE for step in steps)
        if asks and signature is None:
            raise CertificationIsMissing
        certifications: list[Certification] = []

        def sign(ids: Sequence[int]) -> Certification:
            assert signature is not None
            certifications.append(_certify(_of(entries, ids), by, at, signature, None if is_dcaa else steps))
            return certifications[0]

        audit.acting("time.approve", by=by, entry_ids=[entry.pk for entry in entries])
        result = decide(
            subjects=[subject_of(entry, forbids_own=is_dcaa) for entry in entries],
            outcome=Decision.Outcome.APPROVED,
            by=by,
            at=at,
            sign=sign if asks else None,
            mandate=mandate_of(by),
        )
        decided = _write(result, entries, Outcome.APPROVED, State.APPROVED)
        decided.skipped |= changed
        decided.certification = next(iter(certifications), None)
        time_approved.send(sender=TimeEntry, entries=_of(entries, decided.entry_ids), by=by, at=at)
    return decided


def _certify(
    entries: Sequence[TimeEntry], by: User, at: datetime, signature: Signature, steps: Sequence[Step] | None
) -> Certification:
    return certify(
        by=by,
        signature=signature,
        statement=policy_for(KIND).statement,
        lines=certified_lines(entries),
        minutes=sum(entry.worked_minutes for entry in entries),
        at=at,
        steps=steps,
    )


def return_time(*, entry_ids: Sequence[int], reason: str, by: User, at: datetime) -> Decided:
    """Returns lines to their owner with a reason; the other lines of the week are not affected.

    Raises NotAllowed, ReasonIsMissing, NothingToDecide.
    """
    require_decider(by)
    with promises(), transaction.atomic():
        entries = _lock(entry_ids)
        audit.acting("time.return", by=by, why=reason, entry_ids=[entry.pk for entry in entries])
        result = decide(
            subjects=[subject_of(entry) for entry in entries],
            outcome=Decision.Outcome.REJECTED,
            by=by,
            at=at,
            reason=reason,
            mandate=mandate_of(by),
        )
        decided = _write(result, entries, Outcome.REJECTED, State.REJECTED)
        time_returned.send(
            sender=TimeEntry, entries=_of(entries, decided.entry_ids), by=by, at=at, reason=reason.strip()
        )
    return decided


def mandate_of(by: User) -> Mandate:
    """May the person decide on everything, and is there anybody else who could decide on their own lines?"""
    return Mandate(decides_all=has_right(by, APPROVE_ALL), is_alone=decides_alone(by))


def _lock(entry_ids: Sequence[int]) -> list[TimeEntry]:
    entries = list(
        TimeEntry.objects.select_for_update(of=("self",))
        .filter(pk__any=entry_ids, state=State.SUBMITTED)
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
    TimeEntry.objects.filter(pk__any=list(ids)).update(
        state=state, version=F("version") + 1, updated_at=Now()
    )


def _of(entries: Iterable[TimeEntry], ids: Iterable[int]) -> list[TimeEntry]:
    wanted = set(ids)
    return [entry for entry in entries if entry.pk in wanted]

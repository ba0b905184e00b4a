"""Submitting time for approval, and recalling it. One line at a time in effect, many in one go."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from approvals.certifying import Signature, certify
from approvals.models import Request
from approvals.submitting import submit, withdraw
from core import audit
from core.errors import Conflict, Refusal
from core.periods import Period
from core.promises import promises
from people.models import StaffMember, User
from timesheets.days import OPEN_STATES, check_may_record
from timesheets.events import time_submitted
from timesheets.models import SignedSubmission, TimeEntry, TimeRules
from timesheets.subjects import KIND, certified_lines, subject_of
from timesheets.submit_rules import check

State = TimeEntry.State
# So many breaches are told in one sentence.
MOST_SENTENCES = 3


class NothingToSubmit(Refusal):
    """None of the lines can be submitted."""

    sentence = "There is nothing to submit: these lines are submitted or approved already."


class SubmitIsBlocked(Refusal):
    """A check of the firm's forbids it. Facts: `findings`, the blocks first, and `entry_ids` of those lines."""


class WarningsAreOpen(Refusal):
    """Checks warn, and nobody has acknowledged that. Facts: `findings`."""

    sentence = "{words} Read the warnings and confirm them to submit anyway."


class SignatureIsMissing(Refusal):
    """The firm asks for a signature under its statement."""

    sentence = "Submitting needs your name and password under the statement."


class LinesChanged(Conflict):
    """Something was changed since the person read the sums."""

    sentence = "These hours changed meanwhile. Read the sums again, then submit."


class NothingToRecall(Refusal):
    """None of the lines is waiting for a decision."""

    sentence = "There is nothing to recall: no line is waiting for a decision."


@dataclass
class Submission:
    """What was submitted: the lines, their minutes, and for whom they wait."""

    entry_ids: list[int] = field(default_factory=list)
    minutes: int = 0
    waits_for: list[str] = field(default_factory=list)


def submit_time(
    *,
    staff: StaffMember,
    entry_ids: Sequence[int],
    by: User | None,
    at: datetime,
    signature: Signature | None = None,
    acknowledged: bool = False,
    days: Collection[date] | None = None,
    seen: Mapping[int, int] | None = None,
) -> Submission:
    """Submits the drafts and returned lines among `entry_ids`; others are left as they are.

    Nothing done to one week touches another: only the named lines change. The firm's checks are made under lock:
    blocks refuse, warnings too unless they were `acknowledged`. `days` are those that are submitted as a whole, on
    which too few hours count; left out, the days of the lines. `seen` are the versions that were read, by the line's
    id. Where the firm or the rules of government contracts ask for it, the submission is signed.

    Raises NotAllowed, NothingToSubmit, LinesChanged, SubmitIsBlocked, WarningsAreOpen, SignatureIsMissing, and
    approvals' SignatureIsWrong.
    """
    check_may_record(by, staff)
    with promises(), transaction.atomic():
        entries = _lock(staff, entry_ids, OPEN_STATES)
        if not entries:
            raise NothingToSubmit
        if seen is not None and {entry.pk: entry.version for entry in entries} != dict(seen):
            raise LinesChanged
        rules = TimeRules.objects.get(pk=1)
        _check(staff, entries, days, rules, acknowledged)
        ids = [entry.pk for entry in entries]
        audit.acting("time.submit", by=by, subject=staff, entry_ids=ids)
        if rules.asks_signature:
            _sign(staff, entries, rules, signature, by, at)
        _set_state(ids, State.SUBMITTED)
        subjects = [subject_of(entry, forbids_own=rules.is_dcaa) for entry in entries]
        requests = submit(subjects=subjects, by=by, at=at)
        _set_state(
            [each.subject_id for each in requests if each.state == Request.State.APPROVED], State.APPROVED
        )
        time_submitted.send(sender=TimeEntry, entries=entries, by=by, at=at)
    waits_for_ids = {request.waits_for_id for request in requests if request.waits_for_id}
    names = StaffMember.objects.filter(pk__in=waits_for_ids).values_list("name", flat=True)
    return Submission(ids, sum(entry.worked_minutes for entry in entries), list(names))


def _check(
    staff: StaffMember,
    entries: Sequence[TimeEntry],
    days: Collection[date] | None,
    rules: TimeRules,
    acknowledged: bool,
) -> None:
    worked_on = {entry.worked_on for entry in entries}
    whole = worked_on if days is None else set(days)
    period = Period(min(whole | worked_on), max(whole | worked_on))
    findings = check(staff, entries, period, rules, days=whole)
    blocks = [finding for finding in findings if finding.is_block]
    if blocks:
        ids = sorted({pk for finding in blocks for pk in finding.entry_ids})
        words = " ".join(finding.sentence for finding in blocks[:MOST_SENTENCES])
        more = len(blocks) - MOST_SENTENCES
        raise SubmitIsBlocked(
            f"{words} And {more} more." if more > 0 else words, findings=findings, entry_ids=ids
        )
    if findings and not acknowledged:
        words = " ".join(finding.sentence for finding in findings[:MOST_SENTENCES])
        raise WarningsAreOpen(words=words, findings=findings, field="acknowledged")


def _sign(
    staff: StaffMember,
    entries: Sequence[TimeEntry],
    rules: TimeRules,
    signature: Signature | None,
    by: User | None,
    at: datetime,
) -> None:
    """Keeps the person's signature with a hash of the lines under it."""
    if signature is None or by is None:
        raise SignatureIsMissing(field="typed_name")
    minutes = sum(entry.worked_minutes for entry in entries)
    certification = certify(
        by=by,
        signature=signature,
        statement=rules.submit_statement,
        lines=certified_lines(entries),
        minutes=minutes,
        at=at,
    )
    SignedSubmission.objects.create(
        staff=staff,
        certification=certification,
        first_on=min(entry.worked_on for entry in entries),
        last_on=max(entry.worked_on for entry in entries),
        entry_ids=[entry.pk for entry in entries],
    )


def recall_time(*, staff: StaffMember, entry_ids: Sequence[int], by: User | None, at: datetime) -> list[int]:
    """Takes submitted lines back to drafts while nobody has decided on them.

    Raises NotAllowed, NothingToRecall, approvals' AlreadyDecidedOn.
    """
    check_may_record(by, staff)
    with transaction.atomic():
        ids = [entry.pk for entry in _lock(staff, entry_ids, [State.SUBMITTED])]
        if not ids:
            raise NothingToRecall
        audit.acting("time.recall", by=by, subject=staff, entry_ids=ids)
        withdraw(kind=KIND, ids=ids, at=at)
        _set_state(ids, State.DRAFT)
    return ids


def _lock(staff: StaffMember, entry_ids: Sequence[int], states: Sequence[str]) -> list[TimeEntry]:
    return list(
        TimeEntry.objects.select_for_update(of=("self",))
        .filter(pk__in=entry_ids, staff=staff, state__in=states)
        .select_related("project", "task", "labor_code", "staff")
        .order_by("pk")
    )


def _set_state(ids: Sequence[int], state: str) -> None:
    if ids:
        TimeEntry.objects.filter(pk__in=ids).update(state=state, version=F("version") + 1, updated_at=Now())

"""Periods of submission: reading them, trying the checks, submitting, recalling."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from approvals.certifying import Signature
from core import clock
from core.api import Day, Id, Routes, Wish
from core.periods import Period, week_of
from people.guards import signed_in
from people.models import StaffMember
from staffing.required import workdays_for
from timesheets.api.schemas import (
    CheckKind,
    CheckSeverity,
    Ids,
    LinesWish,
    OwnerWish,
    Recalled,
    State,
    Submitted,
    Today,
)
from timesheets.api.whose import staff_of, today_of, user_of
from timesheets.models import SubmitRule, TimeEntry, TimeRules
from timesheets.periods import needs_submission, period_of, period_words
from timesheets.submit_rules import Finding, check
from timesheets.submitting import Submission, recall_time, submit_time
from timesheets.week import week_state

routes = Routes("time")


class SubmitSignature(Wish):
    """The person's own name and password, under the firm's statement."""

    typed_name: Annotated[str, Field(max_length=120)]
    password: Annotated[str, Field(max_length=200)]


class SubmitFields(OwnerWish):
    """What submitting asks for besides the lines."""

    acknowledged: bool = Field(False, description="The warnings were read. Blocks refuse all the same.")
    signature: SubmitSignature | None = Field(
        None, description="Needed where the firm, or the rules of government contracts, ask for it."
    )


class SubmitWish(SubmitFields):
    entry_ids: Ids


class PeriodSubmitWish(SubmitFields):
    """Whoever submits declares the statement of the firm."""

    days: list[Day] | None = Field(None, max_length=31, description="Only these days; left out, all of them.")
    on: Today = None


class PeriodRecallWish(OwnerWish):
    on: Today = None


class Whose(Schema):
    staff_id: Annotated[Id | None, Field(description="Left out: the person of the token.")] = None
    on: Today = None


class FindingRow(Schema):
    """One thing that a check found: what, how severe, where to look."""

    kind: CheckKind
    severity: CheckSeverity
    sentence: str
    day: date | None
    entry_ids: list[int]


class PeriodAnswer(Schema):
    """A period of submission. `findings` are of what would be submitted now: its drafts and what was returned."""

    staff_id: int
    name: str
    first_on: date
    last_on: date
    state: str
    needs_submission: bool = Field(description="False where leave and holidays cover all of it.")
    worked_minutes: int
    required_minutes: int = Field(description="What remains to be worked, after holidays and leave.")
    open_minutes: int = Field(description="Drafts and returned lines.")
    statement: str
    asks_signature: bool
    findings: list[FindingRow]


@routes.read("/periods/{day}", PeriodAnswer)
@signed_in
def get_period(request: HttpRequest, day: Day, whose: Query[Whose]) -> PeriodAnswer:
    """Reads the period of submission that holds a day, with what the firm's checks find in it."""
    staff, rules = staff_of(request, whose.staff_id), TimeRules.objects.get(pk=1)
    period = period_of(rules, day)
    entries = _entries(staff, period)
    workdays = workdays_for([staff], period.first, period.last)[staff.pk]
    open_lines = [entry for entry in entries if entry.state in (State.DRAFT, State.REJECTED)]
    come = _days_that_come(period, today_of(request, whose.on), open_lines)
    findings = check(staff, open_lines, period, rules, days=come) if open_lines else []
    needs = needs_submission(workdays)
    return PeriodAnswer(
        staff_id=staff.pk,
        name=period_words(period),
        first_on=period.first,
        last_on=period.last,
        state=week_state({entry.state for entry in entries}, is_required=needs)[2],
        needs_submission=needs,
        worked_minutes=sum(entry.worked_minutes for entry in entries),
        required_minutes=sum(workday.required_minutes for workday in workdays),
        open_minutes=sum(entry.worked_minutes for entry in open_lines),
        statement=rules.submit_statement,
        asks_signature=rules.asks_signature,
        findings=[_row(finding) for finding in findings],
    )


@routes.write("/periods/{day}/submit", Submitted)
@signed_in
def submit_period(request: HttpRequest, day: Day, wish: PeriodSubmitWish) -> Any:
    """Submits the period that holds a day, or chosen days of it: its drafts and what was returned."""
    return _submit_whole(request, period_of(TimeRules.objects.get(pk=1), day), wish)


@routes.write("/weeks/{day}/submit", Submitted)
@signed_in
def submit_week(request: HttpRequest, day: Day, wish: PeriodSubmitWish) -> Any:
    """Submits the week of a day: its drafts and what was returned.

    Whoever submits declares the statement that the week carries.
    """
    return _submit_whole(request, week_of(day, TimeRules.objects.get(pk=1).week_starts_on), wish)


@routes.write("/weeks/{day}/recall", Recalled)
@signed_in
def recall_week(request: HttpRequest, day: Day, wish: PeriodRecallWish) -> dict[str, Any]:
    """Takes the submitted lines of the week back while nobody has decided on them."""
    staff, rules = staff_of(request, wish.staff_id), TimeRules.objects.get(pk=1)
    entries = _entries(staff, week_of(day, rules.week_starts_on))
    ids = [entry.pk for entry in entries if entry.state == State.SUBMITTED]
    return {"entry_ids": recall_time(staff=staff, entry_ids=ids, by=user_of(request), at=clock.now())}


@routes.write("/time-entries/submit", Submitted)
@signed_in
def submit_time_entries(request: HttpRequest, wish: SubmitWish) -> Any:
    """Submits draft and returned lines for approval; other lines are left as they are."""
    return _submit(request, staff_of(request, wish.staff_id), wish.entry_ids, wish)


@routes.write("/time-entries/recall", Recalled)
@signed_in
def recall_time_entries(request: HttpRequest, wish: LinesWish) -> dict[str, Any]:
    """Takes submitted lines back to drafts while nobody has decided on them."""
    staff = staff_of(request, wish.staff_id)
    ids = recall_time(staff=staff, entry_ids=wish.entry_ids, by=user_of(request), at=clock.now())
    return {"entry_ids": ids}


def _submit_whole(request: HttpRequest, period: Period, wish: PeriodSubmitWish) -> Submission:
    staff = staff_of(request, wish.staff_id)
    wanted = period.days() if wish.days is None else [day for day in wish.days if day in period]
    entries = [
        entry
        for entry in _entries(staff, period)
        if entry.state in (State.DRAFT, State.REJECTED) and entry.worked_on in wanted
    ]
    days = [day for day in _days_that_come(period, today_of(request, wish.on), entries) if day in wanted]
    return _submit(request, staff, [entry.pk for entry in entries], wish, days)


def _submit(
    request: HttpRequest,
    staff: StaffMember,
    entry_ids: list[int],
    wish: SubmitFields,
    days: list[date] | None = None,
) -> Submission:
    signature = None
    if wish.signature is not None:
        address = request.META.get("REMOTE_ADDR")
        signature = Signature(wish.signature.typed_name, wish.signature.password, address)
    return submit_time(
        staff=staff,
        entry_ids=entry_ids,
        by=user_of(request),
        at=clock.now(),
        signature=signature,
        acknowledged=wish.acknowledged,
        days=days,
    )


def _entries(staff: StaffMember, period: Period) -> list[TimeEntry]:
    lines = TimeEntry.objects.filter(staff=staff).between(period.first, period.last)
    return list(lines.select_related("project", "task", "labor_code").order_by("worked_on", "pk"))


def _days_that_come(period: Period, today: date, entries: list[TimeEntry]) -> list[date]:
    """Days up to today, and later ones with lines: on the others nothing can be missing yet."""
    filled = {entry.worked_on for entry in entries}
    return [day for day in period if day <= today or day in filled]


def _row(finding: Finding) -> FindingRow:
    return FindingRow(
        kind=SubmitRule.Kind(finding.kind),
        severity=SubmitRule.Severity(finding.severity),
        sentence=finding.sentence,
        day=finding.day,
        entry_ids=list(finding.entry_ids),
    )

"""The firm's rules of time: read by everybody, changed by whoever manages them; days locked by hand."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from core import clock
from core.api import Day, Routes, Wish, words_of
from people.guards import guarded, signed_in
from timesheets.access import LOCK_TIME, MANAGE_RULES
from timesheets.api.schemas import CheckKind, CheckSeverity
from timesheets.api.whose import user_of
from timesheets.locking import lock_through
from timesheets.models import SubmitRule, TimeRules
from timesheets.ruling import Check, edit_rules

routes = Routes("time")
WEEK_MINUTES = 7 * 24 * 60

PeriodKind = Annotated[TimeRules.PeriodKind, words_of(TimeRules.PeriodKind)]
NotesChecked = Annotated[TimeRules.NotesChecked, words_of(TimeRules.NotesChecked)]


class CheckRow(Schema):
    """What is checked at submit. `limit_minutes` is that of long days and weeks."""

    kind: CheckKind
    severity: CheckSeverity
    limit_minutes: int | None


class TimeRulesAnswer(Schema):
    """The firm's rules of time. `week_starts_on` 0 is Monday, 6 is Sunday."""

    week_starts_on: int
    period_kind: PeriodKind
    biweekly_from: date
    locked_through: date | None = Field(description="The later one of the next two.")
    locked_by_hand_through: date | None
    locked_by_grace_through: date | None
    grace_days: int | None
    dates_late: bool
    requires_notes: bool
    notes_checked: NotesChecked
    note_min_length: int
    allows_future: bool
    shows_labor_code: bool
    shows_class: bool
    shows_billable: bool
    shows_times: bool
    shows_budget: bool
    is_dcaa: bool
    signs_submit: bool
    submit_statement: str
    checks: list[CheckRow]

    @staticmethod
    def resolve_checks(rules: TimeRules) -> list[SubmitRule]:
        return list(SubmitRule.objects.order_by("kind"))


class CheckWish(Wish):
    kind: CheckKind
    severity: CheckSeverity
    limit_minutes: Annotated[int, Field(ge=1, le=WEEK_MINUTES)] | None = Field(
        None, description="Needed for DAY_HOURS, WEEK_OVER and OVERTIME."
    )


class TimeRulesChange(Wish):
    """What is left out stays as it is."""

    week_starts_on: Annotated[int, Field(ge=0, le=6)] = 0
    period_kind: PeriodKind = TimeRules.PeriodKind.WEEKLY
    biweekly_from: Day = date(2024, 1, 1)
    requires_notes: bool = False
    notes_checked: NotesChecked = TimeRules.NotesChecked.SUBMIT
    note_min_length: Annotated[int, Field(ge=1, le=500)] = 1
    allows_future: bool = False
    shows_labor_code: bool = True
    shows_class: bool = False
    shows_billable: bool = False
    shows_times: bool = False
    shows_budget: bool = False
    grace_days: Annotated[int, Field(ge=0, le=366)] | None = Field(
        None, description="Null: locked by hand only."
    )
    dates_late: bool = False
    is_dcaa: bool = False
    signs_submit: bool = False
    submit_statement: Annotated[str, Field(min_length=1, max_length=1000)] = "-"
    checks: list[CheckWish] = Field(default_factory=list, max_length=20)
    reason: Annotated[str, Field(max_length=300)] = Field(
        "", description="Needed where other grace days open locked days again."
    )


class LockWish(Wish):
    locked_through: Day | None = Field(description="Null opens all days.")
    reason: Annotated[str, Field(max_length=300)] = Field(
        "", description="Needed where days are opened again."
    )


@routes.read("/time-rules", TimeRulesAnswer)
@signed_in
def get_time_rules(request: HttpRequest) -> Any:
    """Reads the firm's rules of time, with the day through which time is locked."""
    return TimeRules.objects.get(pk=1)


@routes.write("/time-rules", TimeRulesAnswer, method="PATCH")
@guarded(MANAGE_RULES)
def change_time_rules(request: HttpRequest, wish: TimeRulesChange) -> Any:
    """Changes the firm's rules of time; the lock that follows the grace days is computed anew."""
    given = wish.model_dump(exclude_unset=True)
    checks = {
        each["kind"]: Check(each["severity"], each.get("limit_minutes")) for each in given.pop("checks", [])
    }
    user = user_of(request)
    return edit_rules(by=user, on=clock.today(user), checks=checks, **given)


@routes.write("/time-rules/lock", TimeRulesAnswer, method="PUT")
@guarded(LOCK_TIME)
def lock_days(request: HttpRequest, wish: LockWish) -> Any:
    """Locks all days up to one against changes; an earlier day, or null, opens days again."""
    return lock_through(on=wish.locked_through, by=user_of(request), reason=wish.reason)

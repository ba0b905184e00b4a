"""What leave looks like for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from approvals.api.dialogues import SaidRow, Text
from core.api import Amount, Day, Id, Part, Row, Wish, words_of
from staffing.models import LeaveRequest, LeaveType

Minutes = Annotated[int, Field(ge=0, le=10_000_000)]
Reason = Annotated[str, Field(max_length=300)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]


class LeaveTypeRow(Row):
    """A kind of leave. The allowance is of a year: in days (fifths of the person's week) or in minutes."""

    id: int
    name: str
    color: Annotated[LeaveType.Color, words_of(LeaveType.Color)]
    is_paid: bool
    accrual: Annotated[LeaveType.Accrual, words_of(LeaveType.Accrual)]
    allowance_unit: Annotated[LeaveType.Unit, words_of(LeaveType.Unit)]
    allowance_days: Amount
    allowance_minutes: int
    year_begins_month: int
    counts_from: date
    carry_limit_minutes: int | None = Field(description="Null: everything goes over into the next year.")
    carry_months: int | None = Field(description="Null: what goes over stays for ever.")
    allows_negative: bool
    needs_approval: bool
    allows_half_days: bool
    seen_by: Annotated[LeaveType.SeenBy, words_of(LeaveType.SeenBy)]
    is_active: bool


class LeaveTypeWish(Wish):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    counts_from: Day
    color: Annotated[LeaveType.Color, words_of(LeaveType.Color)] = LeaveType.Color.ACCENT
    is_paid: bool = True
    accrual: Annotated[LeaveType.Accrual, words_of(LeaveType.Accrual)] = LeaveType.Accrual.NONE
    allowance_unit: Annotated[LeaveType.Unit, words_of(LeaveType.Unit)] = LeaveType.Unit.DAYS
    allowance_days: Annotated[Decimal, Field(ge=0, le=366, max_digits=5, decimal_places=2)] = Decimal(0)
    allowance_minutes: Minutes = 0
    year_begins_month: Annotated[int, Field(ge=1, le=12)] = 1
    carry_limit_minutes: Minutes | None = None
    carry_months: Annotated[int, Field(ge=1, le=12)] | None = None
    allows_negative: bool = False
    needs_approval: bool = True
    allows_half_days: bool = True
    seen_by: Annotated[LeaveType.SeenBy, words_of(LeaveType.SeenBy)] = LeaveType.SeenBy.APPROVERS
    is_active: bool = True


class LeaveRow(Schema):
    """A request for leave. `minutes` and `days` are what it takes: working hours without holidays."""

    id: int
    staff_id: int
    staff_name: str
    leave_type_id: int | None = Field(
        description="Null where only others may know the kind; its name is Leave."
    )
    leave_type_name: str
    kind: Annotated[LeaveRequest.Kind, words_of(LeaveRequest.Kind)]
    replaces_id: int | None = Field(description="The approved leave that a change or cancellation is about.")
    starts_on: date
    ends_on: date
    starts_at_noon: bool
    ends_at_noon: bool
    note: str
    state: Annotated[LeaveRequest.State, words_of(LeaveRequest.State)]
    version: int
    minutes: int
    days: str
    waits_for: str
    returned_reason: str
    said: list[SaidRow] = Field(description="Questions, answers and the latest return.")
    updated_at: datetime


class LeaveFilters(Part):
    staff_id: Id | None = None
    state: Annotated[LeaveRequest.State, words_of(LeaveRequest.State)] | None = None
    first_on: Day | None = Field(None, description="Only leave that ends on or after this day.")
    last_on: Day | None = Field(None, description="Only leave that starts on or before this day.")


class LeaveWish(Wish):
    leave_type_id: Id
    starts_on: Day
    ends_on: Day | None = Field(None, description="Left out: one day.")
    starts_at_noon: bool = False
    ends_at_noon: bool = False
    note: Reason = ""


class NewLeaveWish(LeaveWish):
    staff_id: Annotated[Id | None, Field(description="Left out: the person of the token.")] = None
    delegate_to_id: Annotated[
        Id | None, Field(description="Who decides in the person's place meanwhile.")
    ] = None


class ChangeLeaveWish(LeaveWish):
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class CancelWish(Wish):
    note: Reason = ""


class BalanceFilters(Schema):
    staff_id: Id | None = None
    on: Day | None = Field(None, description="Left out: today.")


class MovementRow(Schema):
    on: date
    kind: str = Field(description="carried, granted, accrued, adjusted, taken, waiting or expired.")
    minutes: int
    balance_minutes: int
    words: str


class BalanceRow(Schema):
    """What somebody has of a kind of leave on a day; sums are of the leave year that holds it."""

    leave_type_id: int
    leave_type_name: str
    is_counted: bool = Field(description="Whether there is a balance: others only count what was taken.")
    first_on: date
    last_on: date
    balance_minutes: int
    left_minutes: int = Field(description="After everything that is planned or waits.")
    carried_minutes: int
    granted_minutes: int
    taken_minutes: int
    planned_minutes: int
    waiting_minutes: int
    expired_minutes: int
    story: list[MovementRow]


class Balances(Schema):
    staff_id: int
    on: date
    items: list[BalanceRow]


class AdjustWish(Wish):
    staff_id: Id
    leave_type_id: Id
    minutes: Annotated[int, Field(ge=-10_000_000, le=10_000_000)]
    on: Day
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class AdjustmentRow(Row):
    id: int
    staff_id: int
    leave_type_id: int
    on: date
    minutes: int
    reason: str
    by_name: str


class LeaveSignature(Wish):
    typed_name: Annotated[str, Field(max_length=120)]
    password: Annotated[str, Field(max_length=200)]


class ChosenLeave(Wish):
    id: Id
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ApproveLeaveWish(Wish):
    requests: Annotated[list[ChosenLeave], Field(min_length=1, max_length=500)]
    signature: LeaveSignature | None = Field(None, description="Needed where the policy asks for one.")


class ReturnLeaveWish(Wish):
    request_ids: Ids
    reason: Reason


class AskLeaveWish(Wish):
    request_ids: Ids
    text: Text


class LeaveAsked(Schema):
    request_ids: list[int] = Field(description="Asked about; they go on waiting.")


class TakeBackLeaveWish(Wish):
    request_ids: Ids
    reason: Reason = ""


class SkippedLeave(Schema):
    id: int
    reason: str


class LeaveDecidedAnswer(Schema):
    request_ids: list[int] = Field(description="Decided on.")
    waiting_ids: list[int] = Field(description="Now wait for the next step.")
    skipped: list[SkippedLeave]


class LeaveTakenBack(Schema):
    request_ids: list[int] = Field(description="Wait for a decision again.")

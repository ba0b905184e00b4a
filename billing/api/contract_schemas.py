"""What the API says and takes about contracts of projects."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from billing.contract_page import LineRow, MilestoneRow, TaskRow, contract_of
from billing.contract_periods import NextFee, PeriodRow
from billing.progressing import Release
from core import clock
from core.api import Amount, Day, Id, Wish, words_of
from core.cycles import MOST_PERIODS
from projects.models import ContractLine, Milestone, Project, recurrence
from projects.period_terms import ALLOWANCE, CALENDAR

# As many digits as the columns hold.
Money = Annotated[Decimal, Field(ge=0, lt=10**11, max_digits=15, decimal_places=4)]
Percent = Annotated[Decimal, Field(ge=0, le=999, max_digits=7, decimal_places=4)]
Minutes = Annotated[int, Field(ge=0, le=60_000_000)]
Method = Annotated[ContractLine.Method, words_of(ContractLine.Method)]
HowMuch = Annotated[Release, words_of(Release)]
Scope = Annotated[ContractLine.CapScope, words_of(ContractLine.CapScope)]
Excess = Annotated[ContractLine.Excess, words_of(ContractLine.Excess)]
ExpenseMethod = Annotated[ContractLine.ExpenseMethod, words_of(ContractLine.ExpenseMethod)]
ExpenseDetail = Annotated[ContractLine.ExpenseDetail, words_of(ContractLine.ExpenseDetail)]
Frequency = Annotated[recurrence.Frequency, words_of(recurrence.Frequency)]
Timing = Annotated[recurrence.Timing, words_of(recurrence.Timing)]
Rollover = Annotated[recurrence.Rollover, words_of(recurrence.Rollover)]
Trigger = Annotated[Milestone.Trigger, words_of(Milestone.Trigger)]


class MilestoneAnswer(Schema):
    """A part of the fee. `stage` is planned, handed over, achieved, on draft, invoiced or paid."""

    id: int
    name: str
    stage: str
    trigger: str
    percent: Amount | None
    amount: Amount | None = Field(description="What it comes to, or came to on its invoice.")
    planned_on: date | None
    achieved_on: date | None
    evidence: str
    has_file: bool
    invoice_id: int | None


class TaskAnswer(Schema):
    """A task of the line; its fee and what of it may be billed by now, or its cap."""

    task_id: int
    name: str
    fee_amount: Amount | None
    released_amount: Amount | None
    cap_amount: Amount | None
    cap_minutes: int | None
    billed_amount: Amount


class AllowancePeriodAnswer(Schema):
    """A period of an allowance, in minutes or in the currency of the contract. `state` is billed, to be billed or
    running; money is what it bills, what of that is earned as it is used, and what stays deferred after it."""

    first_on: date
    last_on: date
    state: str
    available: Amount
    used: Amount
    beyond: Amount
    carried_out: Amount
    forfeited: Amount
    invoice_amount: Amount
    earned_amount: Amount
    deferred_amount: Amount


class NextFeeAnswer(Schema):
    """A fee that is to come, on the day on which it is due."""

    first_on: date
    last_on: date
    due_on: date
    amount: Amount
    is_billed: bool


class ContractLineAnswer(Schema):
    """A contract line. Amounts of plain time and materials are not summed: nothing limits them."""

    id: int
    project_id: int
    name: str
    method: str
    currency: str
    starts_on: date | None
    closed_on: date | None
    fee_amount: Amount | None
    percent_complete: Amount | None
    percent_on: date | None
    cap_scope: str
    cap_amount: Amount | None
    cap_minutes: int | None
    daily_cap_minutes: int | None = Field(description="How much of one day is billed.")
    daily_cap_is_per_person: bool
    excess: str
    expense_method: str = Field(description="How its expenses are billed.")
    expense_cap_amount: Amount | None
    expense_excess: str
    expense_detail: str
    shows_receipts: bool
    billed_amount: Amount
    left_amount: Amount | None = Field(
        description="Of its fee or cap; of a shared cap with all lines that share it."
    )
    left_minutes: int | None = Field(description="Of a cap in hours.")
    due_amount: Amount
    notes: list[str] = Field(description="What a draft would leave now, and why.")
    tasks: list[TaskAnswer]
    milestones: list[MilestoneAnswer]
    frequency: str
    anchor_day: int | None
    timing: str
    first_period_on: date | None
    last_period_on: date | None
    period_count: int | None = Field(
        description="After how many periods it ends; the last day follows from it."
    )
    prorates: bool
    escalator_percent: Amount
    allowance_minutes: int | None
    allowance_amount: Amount | None
    overage_rate_amount: Amount | None
    rollover: str
    rollover_minutes: int | None
    rollover_amount: Amount | None
    rollover_periods: int | None
    periods: list[AllowancePeriodAnswer] = Field(description="Of an allowance, the latest first.")
    next_fees: list[NextFeeAnswer] = Field(description="The next twelve of a line with periods.")


class ContractAnswer(Schema):
    project_id: int
    items: list[ContractLineAnswer]


class ContractLineWish(Wish):
    """The terms of the method; those that it does not know are dropped."""

    name: str = Field(max_length=120)
    method: Method
    fee_amount: Money | None = None
    cap_scope: Scope = ContractLine.CapScope.NONE
    cap_amount: Money | None = None
    cap_minutes: Minutes | None = None
    daily_cap_minutes: Minutes | None = Field(
        None, description="How much of one day is billed, besides the cap."
    )
    daily_cap_is_per_person: bool = Field(True, description="Of each person's day, or of all together.")
    excess: Excess = ContractLine.Excess.HOLD
    frequency: Frequency = recurrence.Frequency.MONTHLY
    anchor_day: Annotated[int, Field(ge=1, le=31)] | None = Field(
        None, description="A day of the month, or 1 Monday to 7 Sunday; nothing: that of the first period."
    )
    timing: Timing = recurrence.Timing.FIRST_DAY
    first_period_on: Day | None = None
    last_period_on: Day | None = None
    period_count: Annotated[int, Field(ge=1, le=MOST_PERIODS)] | None = Field(
        None, description="Instead of the last day: after how many periods it ends; a short first one counts."
    )
    prorates: bool = True
    escalator_percent: Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)] = Decimal(0)
    allowance_minutes: Minutes | None = None
    allowance_amount: Money | None = None
    overage_rate_amount: Annotated[Decimal, Field(ge=0, lt=10**7, max_digits=11, decimal_places=4)] | None = (
        None
    )
    rollover: Rollover = recurrence.Rollover.NONE
    rollover_minutes: Minutes | None = None
    rollover_amount: Money | None = None
    rollover_periods: Annotated[int, Field(ge=1, le=60)] | None = None


class SwitchWish(ContractLineWish):
    starts_on: Day


class RaiseWish(Wish):
    amount: Money
    reason: str = Field(max_length=300)


class ExpenseTermsWish(Wish):
    """How a contract line's expenses are billed."""

    method: ExpenseMethod
    cap_amount: Money | None = Field(None, description="The cap of CAPPED.")
    excess: Excess = ContractLine.Excess.HOLD
    detail: ExpenseDetail = ContractLine.ExpenseDetail.CODE
    shows_receipts: bool = False


class MoveTasksWish(Wish):
    task_ids: list[Id] = Field(min_length=1, max_length=500)


class LineProgressWish(Wish):
    percent: Percent
    on: Day


class TaskTermsWish(Wish):
    fee_amount: Money | None = None
    cap_amount: Money | None = None
    cap_minutes: Minutes | None = None


class ReleaseWish(Wish):
    how: HowMuch
    value: Money | None = Field(None, description="The percentage or the amount; nothing for all of it.")
    on: Day


class MilestoneWish(Wish):
    """Either an amount or a percentage of the line's fee."""

    name: str = Field(max_length=120)
    amount: Money | None = None
    percent: Percent | None = None
    trigger: Trigger = Milestone.Trigger.ACHIEVEMENT
    planned_on: Day | None = None


class AchieveWish(Wish):
    on: Day
    evidence: str = Field(max_length=300)
    silent_days: int | None = Field(
        None, ge=1, le=365, description="Handed over on that day, accepted so many days later by silence."
    )


def contract_answer(request: HttpRequest, project: Project) -> ContractAnswer:
    """The contract of a project as it stands now."""
    rows = contract_of(project, clock.today(request.user))
    return ContractAnswer(project_id=project.pk, items=[_row(row, project) for row in rows])


# Terms that the answer has as they stand on the line.
STORED = (
    "id", "project_id", "name", "method", "starts_on", "closed_on", "fee_amount", "percent_complete", "percent_on",
    "cap_scope", "cap_amount", "cap_minutes", "daily_cap_minutes", "daily_cap_is_per_person", "excess",
    "expense_method", "expense_cap_amount", "expense_excess", "expense_detail", "shows_receipts", *CALENDAR, *ALLOWANCE,
)  # fmt: skip


def _row(row: LineRow, project: Project) -> ContractLineAnswer:
    facts: dict[str, Any] = {name: getattr(row.line, name) for name in STORED}
    return ContractLineAnswer(
        **facts,
        currency=project.currency,
        billed_amount=row.billed_amount,
        left_amount=row.left_amount,
        left_minutes=row.left_minutes,
        due_amount=row.due.amount,
        notes=row.due.words,
        tasks=[_task(each) for each in row.tasks],
        milestones=[_part(each) for each in row.milestones],
        periods=[_period(each) for each in row.course.rows] if row.course else [],
        next_fees=[_next(each) for each in row.course.next_fees] if row.course else [],
    )


def _period(row: PeriodRow) -> AllowancePeriodAnswer:
    settled = row.settled
    return AllowancePeriodAnswer(
        first_on=row.span.first,
        last_on=row.span.last,
        state=row.state,
        available=settled.available,
        used=settled.used,
        beyond=settled.overage,
        carried_out=settled.rollover_out,
        forfeited=settled.forfeited,
        invoice_amount=settled.invoice_amount,
        earned_amount=settled.revenue_amount,
        deferred_amount=settled.deferred_amount,
    )


def _next(fee: NextFee) -> NextFeeAnswer:
    return NextFeeAnswer(
        first_on=fee.span.first,
        last_on=fee.span.last,
        due_on=fee.due_on,
        amount=fee.amount,
        is_billed=fee.is_billed,
    )


def _task(row: TaskRow) -> TaskAnswer:
    terms = row.terms
    return TaskAnswer(
        task_id=row.task.pk,
        name=row.task.name,
        fee_amount=terms.fee_amount if terms else None,
        released_amount=terms.released_amount if terms else None,
        cap_amount=terms.cap_amount if terms else None,
        cap_minutes=terms.cap_minutes if terms else None,
        billed_amount=row.billed_amount,
    )


def _part(row: MilestoneRow) -> MilestoneAnswer:
    names = ("id", "name", "trigger", "percent", "planned_on", "achieved_on", "evidence")
    facts: dict[str, Any] = {name: getattr(row.milestone, name) for name in names}
    return MilestoneAnswer(
        **facts,
        has_file=row.milestone.file_id is not None,
        stage=row.words,
        amount=row.amount,
        invoice_id=row.invoice.pk if row.invoice else None,
    )

"""What a copy of a project begins with: tasks, team, contract and rates, with days counted from the project's start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

# What a task, a template's task and a copy have in common.
TASK_FIELDS = (
    "name", "is_billable", "requires_notes", "labor_code_id", "budget_minutes", "budget_fee_amount",
    "budget_expense_amount", "budget_cost_amount", "budget_stop", "progress_by",
)  # fmt: skip
PROJECT_FIELDS = (
    "is_billable", "requires_notes", "budget_minutes", "budget_fee_amount", "budget_expense_amount",
)  # fmt: skip
# Of a contract line: all that is agreed, but for its days.
LINE_FIELDS = (
    "name", "method", "position", "fee_amount", "cap_scope", "cap_amount", "cap_minutes", "daily_cap_minutes",
    "daily_cap_is_per_person", "excess", "expense_method",
    "expense_cap_amount", "expense_excess", "expense_detail", "shows_receipts", "frequency", "anchor_day", "timing",
    "period_count", "prorates", "escalator_percent", "allowance_minutes", "allowance_amount", "overage_rate_amount",
    "rollover", "rollover_minutes", "rollover_amount", "rollover_periods",
)  # fmt: skip
MILESTONE_FIELDS = ("name", "trigger", "amount", "percent", "position")
TERMS_FIELDS = ("fee_amount", "cap_amount", "cap_minutes")
CARD_FIELDS = (
    "unit", "unit_minutes", "weekend_factor", "overtime_factor", "overtime_code_id", "onsite_amount", "onsite_code_id",
)  # fmt: skip
RATE_FIELDS = ("staff_id", "job_title_id", "labor_code_id", "rate_amount", "effective")
ROUNDING_FIELDS = ("mode", "unit_minutes", "minimum_minutes", "scope")


class Length(NamedTuple):
    """How long the periods of a line go on: by the calendar, so that a year stays a year; weeks are days alone."""

    months: int
    days: int


@dataclass(frozen=True)
class MilestonePlan:
    values: dict[str, Any]
    planned_day: int | None


@dataclass(frozen=True)
class LinePlan:
    """A contract line without what was billed or achieved. Without a length its periods go on, or for their number."""

    values: dict[str, Any]
    first_period_day: int | None = None
    length: Length | None = None
    milestones: list[MilestonePlan] = field(default_factory=list)

    @property
    def needs_start(self) -> bool:
        """Whether something of it falls on a day."""
        by_day = any(each.values["trigger"] == "DAY" for each in self.milestones)
        return self.first_period_day is not None or by_day


@dataclass(frozen=True)
class TaskPlan:
    """One task; `parent` is the number of an earlier one in the plan, `line` that of its contract line. Days are
    counted from the project's start; `terms` are its fee or its cap."""

    values: dict[str, Any]
    parent: int | None
    start_day: int | None
    due_day: int | None
    assignees: tuple[int, ...] = ()
    line: int | None = None
    terms: dict[str, Any] | None = None


@dataclass(frozen=True)
class RatePlan:
    """A rate; `task` is the number of the task that it names."""

    values: dict[str, Any]
    task: int | None = None


@dataclass(frozen=True)
class CardPlan:
    values: dict[str, Any]
    rates: list[RatePlan]


@dataclass(frozen=True)
class Plan:
    """What a copy begins with. `team` by id of the person: whether they lead beside the main lead. `base` is source
    and letter; `currency` that of the contract and the rates, empty where they hold no amount."""

    values: dict[str, Any]
    labels: dict[str, Any]
    length_days: int | None
    tasks: list[TaskPlan]
    team: dict[int, bool] = field(default_factory=dict)
    lines: list[LinePlan] = field(default_factory=list)
    rounding: dict[str, Any] | None = None
    card: CardPlan | None = None
    base: tuple[str, str] | None = None
    currency: str = ""
    # The budget by month: measure, number of months after that of the start, and what it has.
    budget_months: list[tuple[str, int, Decimal]] = field(default_factory=list)

    @property
    def has_amounts(self) -> bool:
        """Whether the contract holds money, which is in one currency."""
        names = ("fee_amount", "cap_amount", "expense_cap_amount", "allowance_amount", "overage_rate_amount",
                 "rollover_amount")  # fmt: skip
        of_lines = any(line.values[name] for line in self.lines for name in names)
        of_parts = any(part.values["amount"] for line in self.lines for part in line.milestones)
        of_tasks = any(
            task.terms and (task.terms["fee_amount"] or task.terms["cap_amount"]) for task in self.tasks
        )
        return of_lines or of_parts or of_tasks

    @property
    def has_rates(self) -> bool:
        return self.card is not None or self.base is not None


def day_of(anchor: date | None, on: date | None) -> int | None:
    """How many days after the anchor; minus before it. None where either is missing."""
    return (on - anchor).days if anchor is not None and on is not None else None


def date_of(start: date | None, day: int | None) -> date | None:
    """The way back of `day_of`."""
    return start + timedelta(days=day) if start is not None and day is not None else None


def levels(tasks: Sequence[TaskPlan]) -> list[list[tuple[int, TaskPlan]]]:
    """The tasks with their numbers, parents before parts, one list for each level of the tree."""
    depths: list[int] = []
    found: list[list[tuple[int, TaskPlan]]] = []
    for number, task in enumerate(tasks):
        depth = depths[task.parent] + 1 if task.parent is not None else 0
        depths.append(depth)
        if depth == len(found):
            found.append([])
        found[depth].append((number, task))
    return found

"""What a billing method knows besides the work: the terms of a contract line, and what was billed on it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from billing.pricing.rounding import NOT_ROUNDED, Rounding
from core.cycles import Cycle
from core.money import ZERO
from projects.models import ContractLine
from projects.models.agreed import SHARED_CAPS


class Used(NamedTuple):
    """Money and entry minutes on live lines: drafts and issued invoices; void ones do not count.

    `computed_amount` is the money before anybody wrote a line up or down: a write-down is not billed later.
    """

    amount: Decimal = ZERO
    minutes: int = 0
    computed_amount: Decimal = ZERO

    def plus(self, other: "Used") -> "Used":
        return Used(
            self.amount + other.amount,
            self.minutes + other.minutes,
            self.computed_amount + other.computed_amount,
        )


UNUSED = Used()


class MilestoneTerms(NamedTuple):
    """A part of the fee that is billed as a whole from `due_on` on; not due yet without that day.

    Worth either `amount` or `percent` of the fee.
    """

    id: int
    name: str
    amount: Decimal | None
    percent: Decimal | None
    due_on: date | None


class TaskAgreement(NamedTuple):
    """What was agreed about one task: its fee and how much of it may be billed by now, or its cap."""

    task_id: int
    task_name: str
    fee_amount: Decimal | None = None
    released_amount: Decimal = ZERO
    cap_amount: Decimal | None = None
    cap_minutes: int | None = None


class Allowed(NamedTuple):
    """What one period allows, in minutes or (`is_money`) in the client's currency; what is left may be carried over.

    A cap of None carries all that is left, a cap of zero nothing; for `valid_periods` following periods, None for ever.
    What is beyond costs `overage_rate` an hour, or what the money comes to.
    """

    units: Decimal
    is_money: bool
    overage_rate: Decimal
    rollover_cap: Decimal | None
    valid_periods: int | None


class Recurrence(NamedTuple):
    """The periods of a line, whose fee is the price of a whole one, and what each allows if it is an allowance."""

    cycle: Cycle
    in_advance: bool
    prorates: bool = True
    escalator_percent: Decimal = ZERO
    allowed: Allowed | None = None


class BilledSpan(NamedTuple):
    """A part of a period that is billed: as of which last day, and what hours on its lines used, in its units.

    Where only some of its payers have it on a live bill: how much of it in percent, what that came to before any edit,
    and the entries that count in it.
    """

    last_on: date
    units: Decimal = ZERO
    percent: Decimal = Decimal(100)
    amount: Decimal = ZERO
    entry_ids: frozenset[int] = frozenset()

    @property
    def is_whole(self) -> bool:
        return self.percent >= 100


@dataclass(frozen=True, slots=True)
class Terms:
    """The facts of one contract line. Those that its method does not know stay empty.

    With the cap scopes PO and PROJECT the cap is that of the project's purchase order or its budget.
    """

    id: int
    project_id: int
    position: int
    name: str
    method: str
    currency: str
    starts_on: date | None = None
    closed_on: date | None = None
    fee_amount: Decimal | None = None
    percent_complete: Decimal | None = None
    percent_on: date | None = None
    cap_scope: str = ""
    cap_amount: Decimal | None = None
    cap_minutes: int | None = None
    daily_cap_minutes: int | None = None
    daily_cap_is_per_person: bool = True
    excess: str = ContractLine.Excess.HOLD
    milestones: tuple[MilestoneTerms, ...] = ()
    tasks: Mapping[int, TaskAgreement] = field(default_factory=dict)
    rounding: Rounding = NOT_ROUNDED
    recurrence: Recurrence | None = None
    # The client's, for words that hold dates.
    language: str = ""

    @property
    def is_plain(self) -> bool:
        """Hours at their rates and nothing else: what was billed before does not matter."""
        return self.is_driven_by_hours and not self.is_capped

    @property
    def is_capped(self) -> bool:
        """Whether its hours are billed up to a cap: of all of them, of each day, or both."""
        return bool(self.cap_scope) or self.daily_cap_minutes is not None

    @property
    def has_shared_cap(self) -> bool:
        """Whether its cap stands on the project, and other lines may share it."""
        return self.cap_scope in SHARED_CAPS

    @property
    def is_driven_by_hours(self) -> bool:
        """Whether hours at their rates make the amounts; else a fee does, and hours are attached to it."""
        return self.method == ContractLine.Method.TIME_AND_MATERIALS

    def is_due(self, day: date | None, through: date) -> bool:
        """Whether something of that day falls due up to `through` and while the line counts."""
        return day is not None and day <= min(through, self.closed_on or through)

    def has_begun(self, through: date) -> bool:
        return self.starts_on is None or self.starts_on <= through


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was billed before. `milestones` are those billed, with what they came to before any edit.

    `order` is what all lines of the project billed under the cap that they share. `periods` are the parts of periods
    that are billed, by kind and first day. `by_day` is what entries have on live bills, by their day and person: of
    a line with a cap of a day, and of days on which there is more to bill.
    """

    used: Used = UNUSED
    by_task: Mapping[int, Used] = field(default_factory=dict)
    milestones: Mapping[int, Decimal] = field(default_factory=dict)
    order: Used = UNUSED
    periods: Mapping[tuple[str, date], BilledSpan] = field(default_factory=dict)
    # Milestones of which some payers have their share, with what that came to.
    partly: Mapping[int, Decimal] = field(default_factory=dict)
    by_day: Mapping[tuple[date, int], Mapping[int, int]] = field(default_factory=dict)

    def has_billed(self, part: str, first: date) -> bool:
        """Whether all payers have this part of a period on a bill."""
        return (part, first) in self.periods and self.periods[part, first].is_whole

    def left_percent(self, part: str, first: date) -> Decimal:
        """How much of this part of a period is on no bill."""
        span = self.periods.get((part, first))
        return Decimal(100) - span.percent if span else Decimal(100)


NOTHING_YET = SoFar()

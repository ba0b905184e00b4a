"""What a billing method gets and gives: pieces of work; priced lines, work that is held back, notices."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.minutes import format_decimal
from core.money import ZERO, format_amount


class Work(NamedTuple):
    """The part of a time entry that may be billed now, and the contract line that bills it.

    `rate_amount` is None only for work whose hours do not make the amount.
    """

    entry_id: int
    project_id: int
    contract_line_id: int
    task_id: int
    task_name: str
    task_position: int
    staff_id: int
    staff_name: str
    job_title_id: int | None
    job_title: str
    worked_on: date
    minutes: int
    rate_amount: Decimal | None
    rate_source: str
    # What the rate is the price of: an hour, or a day of so many minutes.
    rate_minutes: int = 60
    labor_code_id: int | None = None


class PricedWork(NamedTuple):
    """A piece of work and what it comes to, rounded once.

    `printed_minutes` is its part of the printed quantity where minutes are rounded; what it consumes is its work's.
    """

    work: Work
    amount: Decimal
    printed_minutes: int | None = None


class HeldWork(NamedTuple):
    """Work that stays in work in progress: its minutes and worth, and the reason in words."""

    work: Work
    amount: Decimal
    reason: str


class ExpenseWork(NamedTuple):
    """The part of an expense's price that may be billed now, and the contract line that bills it.

    `amount` is in `currency`, the client's; below zero where it takes an earlier expense back.
    """

    expense_id: int
    project_id: int
    contract_line_id: int
    task_id: int | None
    code_id: int
    code_name: str
    is_taxable: bool
    vendor: str
    note: str
    spent_on: date
    amount: Decimal
    currency: str


class BilledPart(NamedTuple):
    """How much of an expense's price a line consumes, and what that comes to on it: nothing where fees include it."""

    work: ExpenseWork
    amount: Decimal
    billed_amount: Decimal


class HeldPart(NamedTuple):
    """What of an expense waits, the reason in words, and what was agreed about it above a cap."""

    work: ExpenseWork
    amount: Decimal
    reason: str
    excess: str = ""


class PeriodPart(NamedTuple):
    """What a line bills of a period: its fee, or what was used within or beyond its allowance."""

    kind: str
    first_on: date
    last_on: date


@dataclass
class PricedLine:
    """A line of an invoice to be. Its amount is the sum of its work or expenses, unless a fee makes it.

    A fee's `pieces` are the hours attached to it, over which the fee is spread to the cent; they are not printed.
    """

    key: str
    contract_line_id: int
    project_id: int
    group: str
    description: str
    rate_amount: Decimal | None
    task_id: int | None = None
    pieces: list[PricedWork] = field(default_factory=list)
    fee_amount: Decimal | None = None
    milestone_id: int | None = None
    period: PeriodPart | None = None
    # Of a shared project: how it is split, and the payer's part of this line and of the milestone or period.
    split_id: int | None = None
    share_percent: Decimal | None = None
    billed_percent: Decimal = Decimal(100)
    # What the rate is the price of, in minutes.
    rate_minutes: int = 60
    # Expenses that it bills; on a line of fees those that the fees include.
    expenses: list[BilledPart] = field(default_factory=list)
    expense_code_id: int | None = None
    is_taxable: bool = True

    @property
    def minutes(self) -> int:
        """The printed quantity, rounded where a rule says so; a fee has none."""
        if self.fee_amount is not None:
            return 0
        return sum(work.minutes if printed is None else printed for work, _, printed in self.pieces)

    @property
    def amount(self) -> Decimal:
        if self.fee_amount is not None:
            return self.fee_amount
        billed = sum((part.billed_amount for part in self.expenses), ZERO) if self.expenses else ZERO
        return sum((piece.amount for piece in self.pieces), billed)


@dataclass
class Priced:
    """What a contract line, or all of a project, comes to; what is held back; what people must know.

    `reasons` say why nothing came of a line, for those who ask.
    """

    lines: list[PricedLine] = field(default_factory=list)
    held: list[HeldWork] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    held_expenses: list[HeldPart] = field(default_factory=list)

    def add(self, other: "Priced") -> None:
        self.lines += other.lines
        self.held += other.held
        self.notices += other.notices
        self.reasons += other.reasons
        self.held_expenses += other.held_expenses

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def words(self) -> list[str]:
        """What is held back and why, and what else people must know."""
        held: dict[str, int] = {}
        for each in self.held:
            held[each.reason] = held.get(each.reason, 0) + each.work.minutes
        hours = [f"{format_decimal(minutes)} h: {reason}" for reason, minutes in held.items()]
        return hours + self._expense_words + self.notices

    @property
    def _expense_words(self) -> list[str]:
        sums: dict[str, Decimal] = {}
        for part in self.held_expenses:
            sums[part.reason] = sums.get(part.reason, ZERO) + part.amount
        return [
            f"{format_amount(amount, self.held_expenses[0].work.currency)} of expenses: {reason}"
            for reason, amount in sums.items()
        ]

    @property
    def pieces(self) -> list[PricedWork]:
        return [piece for line in self.lines for piece in line.pieces]

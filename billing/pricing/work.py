"""What a billing method gets and gives: pieces of work, priced lines."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.money import ZERO


class Work(NamedTuple):
    """The part of a time entry that may be billed now."""

    entry_id: int
    project_id: int
    contract_line_id: int
    contract_position: int
    method: str
    task_id: int
    task_name: str
    task_position: int
    staff_id: int
    staff_name: str
    job_title_id: int | None
    job_title: str
    worked_on: date
    minutes: int
    rate_amount: Decimal
    rate_source: str


class PricedWork(NamedTuple):
    """A piece of work and what it comes to, rounded once."""

    work: Work
    amount: Decimal


@dataclass
class PricedLine:
    """A line of an invoice to be. Its amount is the sum of its work."""

    key: str
    contract_line_id: int
    project_id: int
    group: str
    description: str
    rate_amount: Decimal
    pieces: list[PricedWork] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(piece.work.minutes for piece in self.pieces)

    @property
    def amount(self) -> Decimal:
        return sum((piece.amount for piece in self.pieces), ZERO)

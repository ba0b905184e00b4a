"""Which deposits a draw takes from. Pure arithmetic on what each deposit still holds.

draw = min(what is due with tax, what is available); money bound to the project goes before money for the whole
client, and in each of them the deposit that expires first goes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO


@dataclass(frozen=True)
class Move:
    """A movement of one deposit: money in is above zero, money out below."""

    deposit_id: int
    happened_on: date
    amount: Decimal


@dataclass(frozen=True)
class Tranche:
    """A deposit and what may be drawn from it now."""

    deposit_id: int
    retainer_id: int
    is_project_bound: bool
    received_on: date
    expires_on: date | None
    available: Decimal

    @property
    def order(self) -> tuple[object, ...]:
        return (not self.is_project_bound, self.expires_on or date.max, self.received_on, self.deposit_id)


@dataclass(frozen=True)
class Take:
    """So much of one deposit."""

    tranche: Tranche
    amount: Decimal


def left_since(moves: Iterable[Move], on: date) -> dict[int, Decimal]:
    """What may still be taken of each deposit on a day: the least it holds from then on, so that a draw that is dated
    back never takes what a later one took already."""
    by_deposit: dict[int, list[Move]] = {}
    for move in moves:
        by_deposit.setdefault(move.deposit_id, []).append(move)
    return {deposit_id: _least(found, on) for deposit_id, found in by_deposit.items()}


def _least(moves: Sequence[Move], on: date) -> Decimal:
    until = sum((move.amount for move in moves if move.happened_on <= on), ZERO)
    least, running = until, until
    later: dict[date, Decimal] = {}
    for move in moves:
        if move.happened_on > on:
            later[move.happened_on] = later.get(move.happened_on, ZERO) + move.amount
    for day in sorted(later):
        running += later[day]
        least = min(least, running)
    return max(least, ZERO)


def plan(tranches: Iterable[Tranche], wanted: Decimal, on: date) -> list[Take]:
    """What a draw of at most `wanted` takes on the day `on`, deposit by deposit. An expired deposit gives nothing."""
    takes: list[Take] = []
    for tranche in sorted(tranches, key=lambda each: each.order):
        is_expired = tranche.expires_on is not None and tranche.expires_on < on
        amount = ZERO if is_expired else min(wanted, tranche.available)
        if amount > 0:
            takes.append(Take(tranche, amount))
            wanted -= amount
    return takes


def top_up(*, balance: Decimal, minimum: Decimal, target: Decimal, requested: Decimal = ZERO) -> Decimal:
    """How much to ask for: target − balance once the balance is below the minimum, less what is asked for already."""
    if balance >= minimum:
        return ZERO
    return max(target - balance - requested, ZERO)

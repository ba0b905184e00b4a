"""One line of a bill, shared between several payers. Pure arithmetic on minutes and on the smallest units of money.

What nobody was billed yet is shared row by row: the line's minutes and cents go by largest remainder, and each entry's
parts are taken from what is left of them, so that parts add up to the entry and to the line. Of an entry that some
payer has on a bill already, each payer gets what lacks of its share of the whole entry: a payer whose invoice was
voided gets again what stood on it, whoever else paid theirs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from billing.pricing.rounding import spread
from billing.pricing.work import BilledPart, PricedLine, PricedWork
from core.money import ZERO, from_minor_units, minor_units

FEE = "FEE"
# Percentages have four decimal places.
UNIT = Decimal(10) ** 4


class Share(NamedTuple):
    """A payer (the id of its client) and its percentage. Those of one line add up to 100."""

    payer_id: int
    percent: Decimal

    @property
    def weight(self) -> int:
        return int(self.percent * UNIT)


class Had(NamedTuple):
    """What a payer has of something on live bills: minutes, money."""

    minutes: int = 0
    amount: Decimal = Decimal(0)


class Before(NamedTuple):
    """What payers have on live bills: of entries and expenses (by their id and payer), of the line's fee, and of its
    milestone or period, which is billed once (by payer, in percent)."""

    entries: Mapping[int, Mapping[int, Had]] = {}
    expenses: Mapping[int, Mapping[int, Decimal]] = {}
    fee: Mapping[int, Decimal] = {}
    once: Mapping[int, Decimal] = {}


def targets(whole: int, shares: Sequence[Share], had: Mapping[int, int]) -> list[int]:
    """Each payer's share of `whole` units by largest remainder; a payer that has a unit more already keeps it."""
    weights = [share.weight for share in shares]
    total = sum(weights)
    parts = [whole * weight // total for weight in weights]
    order = sorted(
        range(len(shares)),
        key=lambda i: (had.get(shares[i].payer_id, 0) <= parts[i], parts[i] * total - whole * weights[i]),
    )
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def owed(whole: int, shares: Sequence[Share], had: Mapping[int, int]) -> list[int]:
    """What each payer lacks of its share of `whole` units; never more than what nobody has."""
    lacks = [
        max(part - had.get(share.payer_id, 0), 0)
        for part, share in zip(targets(whole, shares, had), shares, strict=True)
    ]
    left = max(whole - sum(had.values()), 0)
    return lacks if sum(lacks) <= left else spread(left, lacks)


def share_out(
    rows: Sequence[int], weights: Sequence[int], open_to: Sequence[Sequence[bool]]
) -> list[list[int]]:
    """Splits rows of units over columns: each row adds up, and the columns come to their part of all by largest
    remainder. A row gives only to columns that are open to it; such rows go first, so that the others make up for it.
    """
    columns = spread(sum(rows), weights)
    found: list[list[int]] = [[] for _ in rows]
    for place in sorted(range(len(rows)), key=lambda each: all(open_to[each])):
        left = [
            max(column, 0) if is_open else 0 for column, is_open in zip(columns, open_to[place], strict=True)
        ]
        if not any(left):
            left = [weight if is_open else 0 for weight, is_open in zip(weights, open_to[place], strict=True)]
        parts = spread(rows[place], left) if any(left) else [0] * len(columns)
        columns = [column - part for column, part in zip(columns, parts, strict=True)]
        found[place] = parts
    return found


class _Part(NamedTuple):
    """One payer's part of one piece."""

    minutes: int
    amount: Decimal
    printed: int | None


def split_line(
    line: PricedLine, shares: Sequence[Share], before: Before, currency: str
) -> dict[int, PricedLine]:
    """The line of each payer, by its id. Pieces that were billed in part count whole in `line`: what payers have of
    them is taken off. A fee counts without what is billed of it, and so do the hours that settle an allowance: they are
    shared by what payers lack of its period. Payers that owe nothing have no line."""
    once = _once(shares, before)
    if line.period is not None and line.period.kind != FEE:
        parts = _fresh(line.pieces, once, currency)
    else:
        parts = _parts(line.pieces, shares, before, currency)
    spent = [_spent(part, shares, before, currency) for part in line.expenses]
    fees = _fees(line, shares, before, currency)
    found: dict[int, PricedLine] = {}
    for place, share in enumerate(shares):
        pieces = [
            PricedWork(piece.work._replace(minutes=mine.minutes), mine.amount, mine.printed)
            for piece, row in zip(line.pieces, parts, strict=True)
            if (mine := row[place]).minutes
        ]
        fee = fees[place] if fees is not None else None
        expenses = [
            part._replace(amount=row[place], billed_amount=row[place] if part.billed_amount else ZERO)
            for part, row in zip(line.expenses, spent, strict=True)
            if row[place]
        ]
        # A period in which nothing was used is told to each of its payers.
        is_owed = once[place] if line.period is not None else fee if fees is not None else pieces or expenses
        if not is_owed:
            continue
        found[share.payer_id] = replace(
            line,
            pieces=pieces if fee is None else _attached(fee, pieces, currency),
            fee_amount=fee,
            expenses=expenses,
            share_percent=share.percent,
            billed_percent=Decimal(once[place]) / UNIT,
        )
    return found


def _parts(
    pieces: Sequence[PricedWork], shares: Sequence[Share], before: Before, currency: str
) -> list[list[_Part]]:
    """Each payer's part of each piece."""
    fresh = [place for place, piece in enumerate(pieces) if not before.entries.get(piece.work.entry_id)]
    found: list[list[_Part]] = [[] for _ in pieces]
    weights = [share.weight for share in shares]
    for place, row in zip(fresh, _fresh([pieces[each] for each in fresh], weights, currency), strict=True):
        found[place] = row
    for place, piece in enumerate(pieces):
        if not found[place]:
            found[place] = _lacking(piece, shares, before.entries[piece.work.entry_id], currency)
    return found


def _fresh(pieces: Sequence[PricedWork], weights: Sequence[int], currency: str) -> list[list[_Part]]:
    """Parts of pieces of which nobody has anything."""
    if not any(weights):
        return [[_Part(0, ZERO, None)] * len(weights)] * len(pieces)
    minutes = share_out(
        [piece.work.minutes for piece in pieces], weights, [[True] * len(weights)] * len(pieces)
    )
    open_to = [[bool(part) for part in row] for row in minutes]
    units = share_out([minor_units(piece.amount, currency) for piece in pieces], weights, open_to)
    printed = share_out([piece.printed_minutes or 0 for piece in pieces], weights, open_to)
    return [
        [
            _Part(part, from_minor_units(unit, currency), None if piece.printed_minutes is None else quantity)
            for part, unit, quantity in zip(*rows, strict=True)
        ]
        for piece, *rows in zip(pieces, minutes, units, printed, strict=True)
    ]


def _lacking(
    piece: PricedWork, shares: Sequence[Share], had: Mapping[int, Had], currency: str
) -> list[_Part]:
    """What payers lack of a piece of which some have a part already."""
    minutes = owed(piece.work.minutes, shares, {payer: part.minutes for payer, part in had.items()})
    money = {payer: minor_units(part.amount, currency) for payer, part in had.items()}
    units = _where_minutes_are(owed(minor_units(piece.amount, currency), shares, money), minutes)
    whole = targets(piece.printed_minutes or 0, shares, {})
    mine = targets(piece.work.minutes, shares, {payer: part.minutes for payer, part in had.items()})
    return [
        _Part(
            part,
            from_minor_units(unit, currency),
            None if piece.printed_minutes is None else quantity * part // (full or 1),
        )
        for part, unit, quantity, full in zip(minutes, units, whole, mine, strict=True)
    ]


def _spent(part: BilledPart, shares: Sequence[Share], before: Before, currency: str) -> list[Decimal]:
    """Each payer's part of an expense, below zero of one that takes another back."""
    sign = -1 if part.amount < 0 else 1
    had = before.expenses.get(part.work.expense_id, {})
    whole = minor_units(abs(part.amount), currency)
    units = owed(
        whole, shares, {payer: minor_units(sign * amount, currency) for payer, amount in had.items()}
    )
    return [from_minor_units(sign * unit, currency) for unit in units]


def _where_minutes_are(units: list[int], minutes: Sequence[int]) -> list[int]:
    """Cents of a payer without a minute go to the one with the most: no bill has cents without time."""
    loose = sum(unit for unit, part in zip(units, minutes, strict=True) if not part)
    units = [unit if part else 0 for unit, part in zip(units, minutes, strict=True)]
    if loose and any(minutes):
        units[max(range(len(minutes)), key=lambda place: minutes[place])] += loose
    return units


def _fees(line: PricedLine, shares: Sequence[Share], before: Before, currency: str) -> list[Decimal] | None:
    """Each payer's part of the fee; None for a line that hours make."""
    if line.fee_amount is None:
        return None
    had = {payer: minor_units(amount, currency) for payer, amount in before.fee.items()}
    whole = minor_units(line.fee_amount, currency) + sum(had.values())
    return [from_minor_units(units, currency) for units in owed(whole, shares, had)]


def _once(shares: Sequence[Share], before: Before) -> list[int]:
    """What each payer lacks of a milestone or a period, in the units of percentages."""
    had = {payer: int(percent * UNIT) for payer, percent in before.once.items()}
    return owed(int(100 * UNIT), shares, had)


def _attached(fee: Decimal, pieces: Sequence[PricedWork], currency: str) -> list[PricedWork]:
    """The hours of a payer's part of a fee, with the fee spread over them as over the whole line's."""
    if not pieces:
        return []
    weights = [minor_units(piece.amount, currency) for piece in pieces]
    if not any(weights):
        weights = [piece.work.minutes for piece in pieces]
    units = spread(minor_units(fee, currency), weights)
    return [
        piece._replace(amount=from_minor_units(part, currency))
        for piece, part in zip(pieces, units, strict=True)
    ]

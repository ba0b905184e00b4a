"""Expenses under a contract line: at their price, within a cap, included in the fees, or not billed.

The price of an expense is its cost and the markup on it, rounded once when it was recorded; here nothing is rounded.
Under a cap expenses are taken in the order of their days, and the one that crosses it is split; what takes an earlier
one back (below zero) makes room again. Under a cap of the fees, the fees go first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.pricing.work import BilledPart, ExpenseWork, HeldPart, Priced, PricedLine
from core.money import ZERO, format_amount
from projects.models import ContractLine

Method, Excess = ContractLine.ExpenseMethod, ContractLine.Excess


@dataclass(frozen=True, slots=True)
class ExpenseTerms:
    """What one contract line says about expenses."""

    id: int
    project_id: int
    name: str
    currency: str
    method: str = Method.AT_PRICE
    cap_amount: Decimal | None = None
    excess: str = Excess.HOLD
    detail: str = ContractLine.ExpenseDetail.CODE
    shows_receipts: bool = False
    cap_scope: str = ""

    @property
    def is_by_task(self) -> bool:
        """Whether each task's cap has to know its expenses."""
        return self.method == Method.WITHIN_CAP and self.cap_scope == ContractLine.CapScope.TASK


@dataclass(frozen=True)
class Words:
    """What is printed of expenses, in the client's language: their heading, and a day."""

    heading: str
    day: Callable[[date], str]


@dataclass
class Pool:
    """What is left under one cap; None is no limit. Once something was left out, nothing later slips in."""

    left: Decimal | None
    words: str
    excess: str
    is_full: bool = False

    def take(self, amount: Decimal) -> Decimal:
        """How much of it fits."""
        if self.left is None:
            return amount
        taken = amount
        if amount > 0:
            taken = ZERO if self.is_full else max(min(amount, self.left), ZERO)
            self.is_full = self.is_full or taken < amount
        self.left -= taken
        return taken


def charge(
    terms: ExpenseTerms,
    pool_of: Callable[[ExpenseWork], Pool],
    fees: Sequence[PricedLine],
    expenses: Sequence[ExpenseWork],
    words: Words,
) -> Priced:
    """What the expenses of one contract line come to.

    `fees` are its other lines on the same draft; where the fees include expenses, those are attached to the first of
    them at nothing. `pool_of` is the cap that an expense counts against. Every expense is on a line, or held, unless it
    is not billed at all.
    """
    if terms.method == Method.NOT_BILLED:
        money = format_amount(sum((each.amount for each in expenses), ZERO), terms.currency)
        return Priced(reasons=[f"{money} of expenses are not billed under {terms.name}."])
    if terms.method == Method.INCLUDED:
        return _included(terms, fees, expenses)
    within: list[BilledPart] = []
    above: list[HeldPart] = []
    soft = ""
    for piece in sorted(expenses, key=lambda each: (each.spent_on, each.expense_id)):
        pool = pool_of(piece)
        taken = pool.take(piece.amount)
        if taken != piece.amount and pool.excess == Excess.SOFT:
            taken, soft = piece.amount, pool.words
        if taken:
            within.append(BilledPart(piece, taken, taken))
        if taken != piece.amount:
            above.append(HeldPart(piece, piece.amount - taken, pool.words, pool.excess))
    found = Priced(_lines(terms, within, words))
    if soft:
        found.notices.append(f"Expenses of {terms.name} are above the cap of {soft}.")
    _excess(terms, above, found, words)
    return found


def _included(terms: ExpenseTerms, fees: Sequence[PricedLine], expenses: Sequence[ExpenseWork]) -> Priced:
    if not fees:
        reason = f"Included in the fees of {terms.name}; they go with its next invoice."
        return Priced(held_expenses=[HeldPart(each, each.amount, reason) for each in expenses])
    fees[0].expenses += [BilledPart(each, each.amount, ZERO) for each in expenses]
    return Priced()


def _excess(terms: ExpenseTerms, above: Sequence[HeldPart], found: Priced, words: Words) -> None:
    gone = [part for part in above if part.excess == Excess.WRITE_OFF]
    kept = [part for part in above if part.excess != Excess.WRITE_OFF]
    if gone:
        money = _money(gone, terms.currency)
        found.lines.append(_written_off(terms, gone, words))
        found.notices.append(f"{money} of expenses is above the cap of {gone[0].reason}. It is written off.")
    found.held_expenses += [part._replace(reason=f"Above the cap of {part.reason}.") for part in kept]
    orders = [part for part in kept if part.excess == Excess.CHANGE_ORDER]
    if orders:
        money = _money(orders, terms.currency)
        found.notices.append(f"A change order of {money} would raise the cap of {terms.name} for expenses.")


def _money(parts: Sequence[HeldPart], currency: str) -> str:
    return format_amount(sum((part.amount for part in parts), ZERO), currency)


def _lines(terms: ExpenseTerms, parts: Sequence[BilledPart], words: Words) -> list[PricedLine]:
    """By expense code, or one for each expense; in the order of the codes' names, then of the days."""
    found: dict[str, PricedLine] = {}
    is_each = terms.detail == ContractLine.ExpenseDetail.EACH
    order = sorted(parts, key=lambda part: (part.work.code_name, part.work.spent_on, part.work.expense_id))
    for part in order:
        piece = part.work
        key = f"expense{piece.code_id}" + (f"/{piece.expense_id}" if is_each else "")
        key += f"/task{piece.task_id}" if terms.is_by_task and piece.task_id else ""
        if key not in found:
            description = _describe(piece, words) if is_each else piece.code_name
            found[key] = _line(terms, piece, key, description, words)
        found[key].expenses.append(part)
    return list(found.values())


def _describe(piece: ExpenseWork, words: Words) -> str:
    """Airfare, United Airlines, Nov 12, 2026"""
    parts = (piece.code_name, piece.vendor or piece.note[:120], words.day(piece.spent_on))
    return ", ".join(part for part in parts if part)[:300]


def _line(terms: ExpenseTerms, piece: ExpenseWork, key: str, description: str, words: Words) -> PricedLine:
    return PricedLine(
        key=key,
        contract_line_id=terms.id,
        project_id=terms.project_id,
        group=words.heading,
        description=description,
        rate_amount=None,
        task_id=piece.task_id if terms.is_by_task else None,
        expense_code_id=piece.code_id,
        is_taxable=piece.is_taxable,
    )


def _written_off(terms: ExpenseTerms, above: Sequence[HeldPart], words: Words) -> PricedLine:
    """They leave what is ready to bill on a line that comes to nothing."""
    line = _line(terms, above[0].work, f"expenses-above{terms.id}", f"{terms.name}, above the cap", words)
    line.expenses = [BilledPart(part.work, part.amount, ZERO) for part in above]
    return line

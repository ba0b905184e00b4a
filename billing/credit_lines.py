"""What of an invoice may still be credited, and what a wish to credit comes to, line by line."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from billing.credit_expenses import ExpenseLeft, expenses_left, given_back
from billing.credit_totals import share_back
from billing.models import BilledTime, CreditedTime, CreditLine, CreditMemo, Invoice, InvoiceLine
from core.errors import Refusal
from core.minutes import format_decimal
from core.money import ZERO, allocate, format_amount, round_amount

HUNDRED = Decimal(100)


class CreditIsWrong(Refusal):
    """The line cannot be credited like that; the message says why."""


@dataclass(frozen=True)
class LineWish:
    """What to credit of an invoice's line: exactly one of amount, minutes and percent, or the entries' minutes.

    100 percent is all that is left. `entries` are minutes by entry that go back to work in progress; together with an
    amount they only say what goes back. With `returns_work` the hours go back, the latest first where none are named.
    """

    line_id: int
    amount: Decimal | None = None
    minutes: int | None = None
    percent: Decimal | None = None
    entries: Mapping[int, int] = field(default_factory=dict)
    returns_work: bool = False


@dataclass(frozen=True)
class EntryLeft:
    """Billed minutes of an entry that no credit memo gives back yet, and what all its minutes came to on the line."""

    billed: BilledTime
    minutes: int
    amount: Decimal

    def share(self, minutes: int, currency: str) -> Decimal:
        """What so many more minutes of it come to: whole entries exactly, parts without losing a cent."""
        before = self.billed.minutes - self.minutes
        upto = round_amount(self.amount * (before + minutes) / self.billed.minutes, currency)
        return upto - round_amount(self.amount * before / self.billed.minutes, currency)


@dataclass(frozen=True)
class LineLeft:
    """What may still be credited of one line; `discount_amount` is what of its discounts goes back with it."""

    line: InvoiceLine
    amount: Decimal
    discount_amount: Decimal
    minutes: int
    entries: list[EntryLeft]
    expenses: list[ExpenseLeft] = field(default_factory=list)

    @property
    def is_spent(self) -> bool:
        return not self.amount


@dataclass(frozen=True)
class Planned:
    """One line of a credit memo, and what it gives back by billed row: minutes of entries, amounts of expenses."""

    line: InvoiceLine
    amount: Decimal
    discount_amount: Decimal
    minutes: int
    returns_work: bool
    released: dict[int, int]
    expenses: dict[int, Decimal] = field(default_factory=dict)


def lines_left(invoice: Invoice, *, besides: CreditMemo | None = None) -> list[LineLeft]:
    """What is left of each line after credit memos that are not void; drafts reserve. Six statements."""
    others = CreditMemo.objects.filter(invoice=invoice).exclude(state=CreditMemo.State.VOID)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    counted = CreditLine.objects.filter(credit__in=others, line__isnull=False).order_by()
    taken = {pk: sums for pk, *sums in counted.values_list("line").annotate(
        amount=Sum("amount"), off=Sum("discount_amount"), minutes=Sum("minutes")
    )}  # fmt: skip
    given = dict(
        CreditedTime.objects.filter(credit_line__credit__in=others)
        .order_by()
        .values_list("billed")
        .annotate(minutes=Sum("minutes"))
    )
    rows: defaultdict[int, list[BilledTime]] = defaultdict(list)
    billed = BilledTime.objects.filter(line__invoice=invoice).select_related("entry__staff", "entry__task")
    for row in billed.order_by("entry__worked_on", "entry_id"):
        rows[row.line_id or 0].append(row)
    expenses = expenses_left(invoice, others)
    found = []
    for line in InvoiceLine.objects.filter(invoice=invoice).select_related("project"):
        amount, off, minutes = taken.get(line.pk, (ZERO, ZERO, 0))
        entries = _entries(line, rows[line.pk], given, invoice.currency)
        minutes_left = max(line.minutes - minutes, 0)
        left = line.amount - amount, line.discount_amount - off, minutes_left
        found.append(LineLeft(line, *left, entries, expenses.get(line.pk, [])))
    return found


def _entries(
    line: InvoiceLine, rows: list[BilledTime], given: dict[int, int], currency: str
) -> list[EntryLeft]:
    amounts = [row.asked_amount for row in rows]
    if rows and sum(amounts, ZERO) != line.amount:
        amounts = allocate(line.amount, amounts, currency)
    return [
        EntryLeft(row, row.minutes - given.get(row.pk, 0), amount)
        for row, amount in zip(rows, amounts, strict=True)
    ]


def plan(wish: LineWish, left: LineLeft, currency: str) -> Planned:
    """What the wish comes to. Raises CreditIsWrong when more is wished than is left, or when it says two things."""
    chosen = _chosen(wish, left)
    amount, minutes = _amount(wish, left, chosen, currency)
    _check(left, amount, minutes, currency)
    if wish.returns_work and not chosen:
        chosen = _latest(left, _returned(wish, left, amount, minutes))
    minutes = min(minutes or sum(chosen.values()), left.minutes)
    is_returned = wish.returns_work or bool(chosen)
    discount = _discount(left, amount, currency)
    if not wish.returns_work or not left.expenses:
        return Planned(left.line, amount, discount, minutes, is_returned, chosen)
    is_expense = left.line.is_expense
    expenses = given_back(left.expenses, amount, left.amount, is_expense=is_expense, currency=currency)
    return Planned(left.line, amount, discount, minutes, is_returned, chosen, expenses)


def _discount(left: LineLeft, amount: Decimal, currency: str) -> Decimal:
    """What of the line's discounts goes back with so much of it."""
    line = left.line
    so_far, before = line.amount - left.amount + amount, line.discount_amount - left.discount_amount
    return share_back(line.discount_amount, of=line.amount, so_far=so_far, before=before, currency=currency)


def _chosen(wish: LineWish, left: LineLeft) -> dict[int, int]:
    """The named entries' minutes, by billed row."""
    known = {entry.billed.entry_id: entry for entry in left.entries}
    chosen = {}
    for entry_id, minutes in wish.entries.items():
        entry = known.get(entry_id)
        if entry is None or not 0 < minutes <= entry.minutes:
            most = format_decimal(entry.minutes) if entry else "0"
            words = f"“{left.line.description}”: of that entry at most {most} h can go back."
            raise CreditIsWrong(words, field="lines", of=f"entry-{left.line.pk}-{entry_id}")
        chosen[entry.billed.pk] = minutes
    return chosen


def _amount(wish: LineWish, left: LineLeft, chosen: dict[int, int], currency: str) -> tuple[Decimal, int]:
    said = [value for value in (wish.amount, wish.minutes, wish.percent) if value is not None]
    if len(said) > 1 or not (said or chosen):
        words = f"“{left.line.description}”: give an amount, hours or a percentage, one of them."
        raise CreditIsWrong(words, field="lines", of=f"amount-{left.line.pk}")
    if wish.amount is not None:
        return round_amount(wish.amount, currency), 0
    if wish.percent is not None:
        if wish.percent == HUNDRED:
            return left.amount, left.minutes
        part = wish.percent / HUNDRED
        return round_amount(left.line.amount * part, currency), int(left.line.minutes * part)
    if wish.minutes is not None:
        if wish.minutes == left.minutes:
            return left.amount, wish.minutes
        share = Decimal(wish.minutes) / (left.line.minutes or 1)
        return _within(round_amount(left.line.amount * share, currency), left.amount), wish.minutes
    minutes = sum(chosen.values())
    if minutes == sum(entry.minutes for entry in left.entries):
        return left.amount, minutes
    shares = [
        entry.share(chosen[entry.billed.pk], currency) for entry in left.entries if entry.billed.pk in chosen
    ]
    return _within(sum(shares, ZERO), left.amount), minutes


def _within(amount: Decimal, most: Decimal) -> Decimal:
    return min(amount, most) if most >= 0 else max(amount, most)


def _check(left: LineLeft, amount: Decimal, minutes: int, currency: str) -> None:
    name = f"“{left.line.description}”"
    is_beyond = not min(left.amount, ZERO) <= amount <= max(left.amount, ZERO)
    if is_beyond or not amount:
        words = format_amount(left.amount, currency)
        words = f"{name}: credit more than nothing and at most {words}."
        raise CreditIsWrong(words, field="lines", of=f"{'hours' if minutes else 'amount'}-{left.line.pk}")
    if minutes > left.minutes and left.line.minutes:
        words = f"{name}: at most {format_decimal(left.minutes)} h are left to credit."
        raise CreditIsWrong(words, field="lines", of=f"hours-{left.line.pk}")


def _returned(wish: LineWish, left: LineLeft, amount: Decimal, minutes: int) -> int:
    """How many minutes go back where no entry is named."""
    whole = sum(entry.minutes for entry in left.entries)
    if amount == left.amount:
        return whole
    if not minutes and whole:
        raise CreditIsWrong(
            f"“{left.line.description}”: say how many hours go back, or credit the hours.", field="lines"
        )
    return min(minutes, whole)


def _latest(left: LineLeft, minutes: int) -> dict[int, int]:
    """So many minutes from the latest work backwards."""
    chosen: dict[int, int] = {}
    for entry in reversed(left.entries):
        taken = min(entry.minutes, minutes)
        if taken:
            chosen[entry.billed.pk] = taken
            minutes -= taken
    return chosen

"""Time and materials with a cap, in money or in hours: for the contract line, each task, the purchase order, or the
budget of the project; and with a cap of each day in hours, of each person or of all together.

`billed now = min(what the work comes to, cap - billed to date)`: work is taken in the order of its days, and the entry
that crosses the cap is split. Its billed part is exactly what is left of the cap and takes as many whole minutes as
that pays for; the excess is worth the rest of the entry, so that both add up to it. An entry of which not one minute
fits is not split. The day's cap comes first, then the other over what fits that day: what is above the day's uses
nothing of it. Caps in hours count minutes before they are rounded.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.pricing.terms import UNUSED, SoFar, Terms
from billing.pricing.time_and_materials import amount_of, lines, priced
from billing.pricing.work import HeldWork, Priced, PricedLine, PricedWork, Work
from core.minutes import format_decimal
from core.money import ZERO, format_amount
from projects.models import ContractLine

Excess = ContractLine.Excess
Scope = ContractLine.CapScope
SHARED = {Scope.PO.value: "the purchase order", Scope.PROJECT.value: "the project’s budget"}
# Keys of lines of work that is written off begin with it.
ABOVE = "above"


@dataclass
class Room:
    """What is left under one cap; None is no limit. Once work was left out, nothing later slips in."""

    amount: Decimal | None
    minutes: int | None
    words: str
    is_full: bool = False

    def take(self, whole: PricedWork, currency: str, price: tuple[Decimal, int] | None = None) -> PricedWork:
        """The part of the piece that fits, perhaps none of it (zero minutes): at its own price, or at so much for so
        many minutes."""
        piece = whole.work
        rate, per = price or _price(whole)
        minutes = 0 if self.is_full else piece.minutes
        if self.minutes is not None:
            minutes = min(minutes, self.minutes)
        is_whole = minutes == piece.minutes
        amount = whole.amount if is_whole else amount_of(minutes, rate, currency, per)
        if self.amount is not None and amount > self.amount:
            minutes = min(int(self.amount * per // rate), piece.minutes)
            amount, is_whole = self.amount if minutes else ZERO, False
        self.is_full = self.is_full or minutes < piece.minutes
        if self.amount is not None:
            self.amount -= amount
        if self.minutes is not None:
            self.minutes -= minutes
        return whole if is_whole else PricedWork(piece._replace(minutes=minutes), amount)


def _price(whole: PricedWork) -> tuple[Decimal, int]:
    """What a piece costs and for how many minutes: its rate, or, where its minutes are rounded, all of it."""
    if whole.printed_minutes is None:
        return whole.work.rate_amount or ZERO, whole.work.rate_minutes
    return whole.amount, whole.work.minutes


@dataclass
class Split:
    """Work within the cap, and above it with what it would come to."""

    within: list[PricedWork] = field(default_factory=list)
    above: list[HeldWork] = field(default_factory=list)
    above_day: list[HeldWork] = field(default_factory=list)

    @property
    def kinds(self) -> list[tuple[str, list[HeldWork]]]:
        """What is above a day's cap, and above the other, each with its reason inside a sentence."""
        return [(_small(each[0].reason), each) for each in (self.above_day, self.above) if each]


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """What fits under the caps is billed; the excess is held, written off, or billed with a warning."""
    split = _split(terms, so_far, work)
    if not split.kinds:
        return Priced(lines(terms, split.within))
    said = [f"{_money(terms, each)} of {terms.name} is {reason}" for reason, each in split.kinds]
    if terms.excess == Excess.SOFT:
        return Priced(lines(terms, priced(terms, work)), notices=said)
    found = Priced(lines(terms, split.within))
    excess = [*split.above_day, *split.above]
    if terms.excess == Excess.WRITE_OFF:
        found.lines.append(_written_off(terms, excess))
        found.notices += [f"{sentence} It is written off." for sentence in said]
    else:
        found.held = excess
    if terms.excess == Excess.CHANGE_ORDER and split.above:
        money = _money(terms, split.above)
        found.notices.append(f"A change order of {money} would raise the cap of {terms.name} for it.")
    return found


def _split(terms: Terms, so_far: SoFar, work: Sequence[Work]) -> Split:
    rooms: dict[int, Room] = {}
    days: dict[tuple[date, int], Room] = {}
    used = _used_by_day(terms, so_far)
    found = Split()
    for whole in sorted(priced(terms, work), key=lambda each: (each.work.worked_on, each.work.entry_id)):
        price = _price(whole)
        fits = whole
        if terms.daily_cap_minutes is not None:
            day = (whole.work.worked_on, whole.work.staff_id if terms.daily_cap_is_per_person else 0)
            if day not in days:
                days[day] = _room_of_day(terms, terms.daily_cap_minutes, used[day])
            fits = days[day].take(whole, terms.currency, price)
            _leave(found.above_day, whole, fits, days[day].words)
        pool = whole.work.task_id if terms.cap_scope == Scope.TASK else 0
        if pool not in rooms:
            rooms[pool] = _room(terms, so_far, pool)
        taken = rooms[pool].take(fits, terms.currency, price) if fits.work.minutes else fits
        if taken.work.minutes:
            found.within.append(taken)
        _leave(found.above, fits, taken, f"the cap of {rooms[pool].words}")
    return found


def _leave(above: list[HeldWork], whole: PricedWork, taken: PricedWork, words: str) -> None:
    """Keeps what of the piece was not taken, worth the rest of it."""
    if taken.work.minutes < whole.work.minutes:
        left = whole.work._replace(minutes=whole.work.minutes - taken.work.minutes)
        above.append(HeldWork(left, whole.amount - taken.amount, f"Above {words}."))


def _used_by_day(terms: Terms, so_far: SoFar) -> Counter[tuple[date, int]]:
    """Minutes on live bills by day and person; by day alone (the person 0) where all share the day."""
    used: Counter[tuple[date, int]] = Counter()
    for (on, staff), billed in so_far.by_day.items():
        used[on, staff if terms.daily_cap_is_per_person else 0] += sum(billed.values())
    return used


def _room_of_day(terms: Terms, most: int, used: int) -> Room:
    """What of a day is not on a live bill yet."""
    whose = " for each person" if terms.daily_cap_is_per_person else ""
    return Room(None, max(most - used, 0), f"{format_decimal(most)} h a day{whose}")


def _room(terms: Terms, so_far: SoFar, task_id: int) -> Room:
    amount, minutes, used = terms.cap_amount, terms.cap_minutes, so_far.used
    what = terms.name
    if terms.has_shared_cap:
        used, what = so_far.order, SHARED[terms.cap_scope]
    elif terms.cap_scope == Scope.TASK:
        agreed = terms.tasks.get(task_id)
        amount, minutes = (agreed.cap_amount, agreed.cap_minutes) if agreed else (None, None)
        used = so_far.by_task.get(task_id, UNUSED)
        what = agreed.task_name if agreed else ""
    parts = [] if amount is None else [format_amount(amount, terms.currency)]
    if minutes is not None:
        parts.append(f"{format_decimal(minutes)} h")
    return Room(
        None if amount is None else max(amount - used.amount, ZERO),
        None if minutes is None else max(minutes - used.minutes, 0),
        f"{' or '.join(parts)} of {what}",
    )


def _written_off(terms: Terms, above: Sequence[HeldWork]) -> PricedLine:
    """The hours leave work in progress on a line that comes to nothing."""
    return PricedLine(
        key=f"{ABOVE}{terms.id}",
        contract_line_id=terms.id,
        project_id=terms.project_id,
        group="",
        description=f"{terms.name}, above the cap",
        rate_amount=None,
        pieces=[PricedWork(each.work, ZERO) for each in above],
    )


def _money(terms: Terms, held: Sequence[HeldWork]) -> str:
    return format_amount(sum((each.amount for each in held), ZERO), terms.currency)


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]

"""A retainer as an allowance on a contract line: the fee of each period, and, once a period is over, what was used.

Hours within the allowance stand on a line that comes to nothing; those beyond are billed in arrears, hours at the
overage rate, money at what it comes to. Work is taken in the order of its days, and the entry that crosses the end of
the allowance is split. Hours of a period that is settled already count in the next that is not. An allowance counts
entry minutes; rules of rounding do not change what is left of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from billing.pricing.capped import Room
from billing.pricing.fees import attach, fee_line
from billing.pricing.period_words import beyond_words, within_words
from billing.pricing.periods import Part, due_fees, part_of, price_of, recurrence_of, spans_of
from billing.pricing.retainer_allowance import Account, Allowance, Settled
from billing.pricing.terms import Allowed, BilledSpan, SoFar, Terms
from billing.pricing.time_and_materials import worth
from billing.pricing.work import HeldWork, Priced, PricedLine, PricedWork, Work
from core.cycles import Span
from core.money import ZERO, allocate, format_amount, round_amount, round_places


@dataclass(frozen=True)
class Used:
    """A period: what it had, used and left; whether that is billed, or may be; the hours that are not billed yet.

    `opens` are its parts that lack on some bill, `beyond_amount` is what of the overage does.
    """

    span: Span
    settled: Settled
    is_billed: bool
    is_over: bool
    within: list[Work] = field(default_factory=list)
    beyond: list[Work] = field(default_factory=list)
    opens: tuple[Part, ...] = ()
    beyond_amount: Decimal = ZERO


def allowed_by(terms: Terms) -> Allowed:
    """What a period of the line allows."""
    allowed = recurrence_of(terms).allowed
    if allowed is None:
        raise ValueError(f"{terms.name} allows nothing")
    return allowed


def periods(terms: Terms, so_far: SoFar, work: Sequence[Work], through: date) -> list[Used]:
    """The periods that have begun by `through`, each settled with its hours; what begins later is not in it."""
    allowed = allowed_by(terms)
    account = Account(
        Allowance(
            allowed.units, terms.fee_amount or ZERO, allowed.overage_rate, terms.currency, allowed.rollover_cap,
            allowed.valid_periods, 1 if allowed.is_money else 60,
        )
    )  # fmt: skip
    waiting = sorted(work, key=lambda piece: (piece.worked_on, piece.entry_id))
    # What some payer has on a bill is of that period, whenever the others are billed.
    bound = {pk for each in so_far.periods.values() if not each.is_whole for pk in each.entry_ids}
    found: list[Used] = []
    for span in spans_of(terms, so_far):
        if span.first > through:
            break
        units = _units(terms, span)
        billed = {part: each for part in SETTLED if (each := so_far.periods.get((part, span.first)))}
        mine = _of_period(waiting, span, billed, bound)
        before = billed[Part.WITHIN].units if Part.WITHIN in billed else ZERO
        within, beyond = _split(terms, mine, max(units + account.rollover_in - before, ZERO))
        taken = {piece.entry_id for piece in mine}
        waiting = [piece for piece in waiting if piece.entry_id not in taken]
        used = sum((each.units for each in billed.values()), ZERO)
        used += _used(terms, within) + _used(terms, beyond)
        settled = account.settle(used, units=units, price_amount=price_of(terms, span))
        opens = _opens(billed, within, beyond)
        extra = billed[Part.BEYOND].amount if Part.BEYOND in billed else ZERO
        rest = max(settled.overage_amount - extra, ZERO)
        found.append(Used(span, settled, not opens, span.last <= through, within, beyond, opens, rest))
    return found


SETTLED = (Part.WITHIN, Part.BEYOND)


def _of_period(
    waiting: Sequence[Work], span: Span, billed: Mapping[Part, BilledSpan], bound: Collection[int]
) -> list[Work]:
    """The hours that count in a period: up to its last day; none once it is billed; of one that some payers have on
    their bills the hours of which they have a part."""
    if not billed:
        return [piece for piece in waiting if piece.worked_on <= span.last and piece.entry_id not in bound]
    own = {pk for each in billed.values() if not each.is_whole for pk in each.entry_ids}
    return [piece for piece in waiting if piece.entry_id in own]


def _opens(
    billed: Mapping[Part, BilledSpan], within: Sequence[Work], beyond: Sequence[Work]
) -> tuple[Part, ...]:
    """Which parts of a period lack on some bill."""
    if billed:
        return tuple(part for part, each in billed.items() if not each.is_whole)
    if not beyond:
        return (Part.WITHIN,)
    return SETTLED if within else (Part.BEYOND,)


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """The fees that are due, and what was used of the periods that are over and not settled yet."""
    found = Priced(due_fees(terms, so_far, on, through))
    rated = [piece for piece in work if piece.rate_amount is not None or not allowed_by(terms).is_money]
    placed = set()
    unused: list[PricedLine] = []
    for used in periods(terms, so_far, rated, through):
        if used.is_billed or not used.is_over:
            continue
        placed |= {piece.entry_id for piece in used.within + used.beyond}
        if Part.WITHIN in used.opens:
            line = _within(terms, used)
            line.billed_percent = so_far.left_percent(Part.WITHIN, used.span.first)
            (found.lines if line.pieces else unused).append(line)
        if Part.BEYOND in used.opens:
            line = _beyond(terms, used)
            line.billed_percent = so_far.left_percent(Part.BEYOND, used.span.first)
            found.lines.append(line)
            found.notices.append(_notice(terms, used))
    if found.lines:
        # A period in which nothing was used says so beside another line, but makes no invoice of its own.
        found.lines += unused
    else:
        found.reasons.append(f"No period of {terms.name} is due.")
    found.held = [_held(terms, piece) for piece in work if piece.entry_id not in placed]
    return found


def _units(terms: Terms, span: Span) -> Decimal:
    """What a period allows: a short one its share of the days, to the minute or the cent."""
    allowed = allowed_by(terms)
    if span.is_whole or not recurrence_of(terms).prorates:
        return allowed.units
    share = allowed.units * span.days / span.whole_days
    return round_amount(share, terms.currency) if allowed.is_money else round_places(share, 0)


def _split(terms: Terms, work: Sequence[Work], available: Decimal) -> tuple[list[Work], list[Work]]:
    is_money = allowed_by(terms).is_money
    room = Room(available if is_money else None, None if is_money else int(available), "")
    within, beyond = [], []
    for piece in work:
        taken = room.take(PricedWork(piece, worth(piece, terms.currency)), terms.currency).work
        if taken.minutes:
            within.append(taken)
        if left := piece.minutes - taken.minutes:
            beyond.append(piece._replace(minutes=left))
    return within, beyond


def _used(terms: Terms, work: Sequence[Work]) -> Decimal:
    if allowed_by(terms).is_money:
        return sum((worth(piece, terms.currency) for piece in work), ZERO)
    return Decimal(sum(piece.minutes for piece in work))


def _within(terms: Terms, used: Used) -> PricedLine:
    settled = used.settled
    words = within_words(terms, used.span, settled.used - settled.overage, settled.available)
    line = fee_line(terms, f"within{used.span.key}", words, ZERO)
    line.period = part_of(Part.WITHIN, used.span)
    line.pieces = [PricedWork(piece, ZERO) for piece in used.within]
    return line


def _beyond(terms: Terms, used: Used) -> PricedLine:
    """Money costs what it comes to; hours are printed at the overage rate, rounded once for all of them."""
    key, words = f"beyond{used.span.key}", beyond_words(terms, used.span)
    line = fee_line(terms, key, words, used.beyond_amount)
    line.period = part_of(Part.BEYOND, used.span)
    if allowed_by(terms).is_money:
        attach(line, used.beyond, terms.currency)
        return line
    rate = allowed_by(terms).overage_rate
    minutes = [piece.minutes for piece in used.beyond]
    shares = allocate(used.beyond_amount, minutes, terms.currency) if minutes else []
    line.fee_amount, line.rate_amount = None, rate
    source = f"Beyond the allowance of {terms.name}"
    line.pieces = [
        PricedWork(piece._replace(rate_amount=rate, rate_minutes=60, rate_source=source), share)
        for piece, share in zip(used.beyond, shares, strict=True)
    ]
    return line


def _notice(terms: Terms, used: Used) -> str:
    money = format_amount(used.beyond_amount, terms.currency)
    return f"{money} of {terms.name} is beyond the allowance of its period."


def _held(terms: Terms, piece: Work) -> HeldWork:
    last = recurrence_of(terms).cycle.ends_on
    if piece.rate_amount is None and allowed_by(terms).is_money:
        reason = f"Without a rate, so what it uses of {terms.name} is not known."
    elif last is not None and piece.worked_on > last:
        reason = f"After the last period of {terms.name}."
    else:
        reason = f"Counts towards {terms.name}, billed with its period."
    return HeldWork(piece, ZERO, reason)

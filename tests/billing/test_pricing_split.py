"""Sharing a line between payers: literal cents, and that nothing is lost or billed twice whatever the shares."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as some

from billing.pricing.split import Before, Had, Share, owed, split_line
from billing.pricing.time_and_materials import amount_of
from billing.pricing.work import PricedLine, PricedWork, Work

THIRDS = (Share(1, Decimal("33.3333")), Share(2, Decimal("33.3333")), Share(3, Decimal("33.3334")))
HALVES = (Share(1, Decimal(50)), Share(2, Decimal(50)))


def piece(entry: int, minutes: int, rate: str = "100") -> PricedWork:
    amount = Decimal(rate)
    work = Work(entry, 1, 1, 1, "Design", 1, 1, "Ann", None, "", date(2026, 11, 2), minutes, amount, "")
    return PricedWork(work, amount_of(minutes, amount, "USD"))


def line(pieces: Sequence[PricedWork], fee: str | None = None) -> PricedLine:
    return PricedLine(
        "key", 1, 1, "", "Work", None, pieces=list(pieces), fee_amount=Decimal(fee) if fee else None
    )


def parts(found: dict[int, PricedLine]) -> dict[int, tuple[int, str]]:
    return {
        payer: (sum(each.work.minutes for each in mine.pieces), f"{mine.amount:.2f}")
        for payer, mine in found.items()
    }


def test_cents_and_minutes_go_by_largest_remainder() -> None:
    assert parts(split_line(line([piece(1, 60)]), THIRDS, Before(), "USD")) == {
        1: (20, "33.33"),
        2: (20, "33.33"),
        3: (20, "33.34"),
    }
    # 61 minutes at 100.00 are 101.67: the odd minute and the odd cent are one payer's.
    assert parts(split_line(line([piece(1, 61)]), HALVES, Before(), "USD")) == {
        1: (31, "50.84"),
        2: (30, "50.83"),
    }
    # Over the line the odd cents even out: three times 101.67 is 305.01.
    assert parts(split_line(line([piece(each, 61) for each in (1, 2, 3)]), HALVES, Before(), "USD")) == {
        1: (92, "152.51"),
        2: (91, "152.50"),
    }
    # A minute is not divided, nor are its cents.
    assert parts(split_line(line([piece(1, 1)]), HALVES, Before(), "USD")) == {1: (1, "1.67")}


def test_who_was_voided_gets_its_own_again() -> None:
    whole = line([piece(1, 61)])
    for payer, again in ((1, {2: (30, "50.83")}), (2, {1: (31, "50.84")})):
        first = split_line(whole, HALVES, Before(), "USD")
        had = Before({1: {payer: Had(first[payer].pieces[0].work.minutes, first[payer].amount)}})
        assert parts(split_line(whole, HALVES, had, "USD")) == again
    # Both are billed: nothing is left.
    both = Before({1: {1: Had(31, Decimal("50.84")), 2: Had(30, Decimal("50.83"))}})
    assert split_line(whole, HALVES, both, "USD") == {}


def test_a_fee_is_shared_with_its_hours() -> None:
    found = split_line(line([piece(1, 90), piece(2, 30)], "1000.01"), HALVES, Before(), "USD")
    assert parts(found) == {1: (60, "500.01"), 2: (60, "500.00")}
    assert [str(each.amount) for each in found[1].pieces] == ["375.01", "125.00"]
    # Of the rest of the fee, each gets what it lacks of all that was billed by this split.
    rest = line([], "500.01")
    assert parts(split_line(rest, HALVES, Before(fee={2: Decimal("500.00")}), "USD")) == {1: (0, "500.01")}
    more = line([], "1500.00")
    had = Before(fee={1: Decimal("500.01"), 2: Decimal("500.00")})
    assert parts(split_line(more, HALVES, had, "USD")) == {1: (0, "750.00"), 2: (0, "750.00")}


percents = some.lists(some.integers(1, 100), min_size=1, max_size=5).map(
    lambda weights: [
        Share(place, Decimal(part) / 10_000)
        for place, part in enumerate([1_000_000 * weight // sum(weights) for weight in weights[1:]], start=1)
        if part
    ]
)


def whole_shares(shares: list[Share]) -> list[Share]:
    return [*shares, Share(99, Decimal(100) - sum((share.percent for share in shares), Decimal(0)))]


@settings(max_examples=60)
@given(
    percents, some.lists(some.integers(1, 700), min_size=1, max_size=12), some.sampled_from(["190", "0.03"])
)
def test_parts_add_up_whatever_the_shares(shares: list[Share], minutes: list[int], rate: str) -> None:
    everybody = whole_shares(shares)
    pieces = [piece(entry, each, rate) for entry, each in enumerate(minutes)]
    found = split_line(line(pieces), everybody, Before(), "USD")
    for whole in pieces:
        mine = [
            each
            for each_line in found.values()
            for each in each_line.pieces
            if each.work.entry_id == whole.work.entry_id
        ]
        assert sum(each.work.minutes for each in mine) == whole.work.minutes
        assert sum(each.amount for each in mine) == whole.amount
        assert all(each.amount >= 0 for each in mine)
    total = sum(each.amount for each in pieces)
    if all(minutes_ >= 2 * 1_000_000 // min(share.weight for share in everybody) for minutes_ in minutes):
        for share in everybody:
            assert abs(found[share.payer_id].amount - total * share.percent / 100) < Decimal("0.01")


@settings(max_examples=60)
@given(percents, some.lists(some.integers(1, 300), min_size=1, max_size=6), some.sets(some.integers(0, 5)))
def test_voiding_some_and_billing_again_loses_nothing(
    shares: list[Share], minutes: list[int], voided: set[int]
) -> None:
    everybody = whole_shares(shares)
    pieces = [piece(entry, each) for entry, each in enumerate(minutes)]
    first = split_line(line(pieces), everybody, Before(), "USD")
    gone = {share.payer_id for place, share in enumerate(everybody) if place in voided}
    had: dict[int, dict[int, Had]] = {}
    for payer, mine in first.items():
        for each in mine.pieces:
            if payer not in gone:
                had.setdefault(each.work.entry_id, {})[payer] = Had(each.work.minutes, each.amount)
    open_pieces = [
        each
        for each in pieces
        if sum(part.minutes for part in had.get(each.work.entry_id, {}).values()) < each.work.minutes
    ]
    again = split_line(line(open_pieces), everybody, Before(had), "USD")
    assert sum(each.work.minutes for mine in again.values() for each in mine.pieces) == sum(
        each.work.minutes for payer in gone & first.keys() for each in first[payer].pieces
    )


@given(some.integers(0, 1000), percents, some.dictionaries(some.integers(1, 5), some.integers(0, 400)))
def test_nobody_owes_more_than_is_left(whole: int, shares: list[Share], had: dict[int, int]) -> None:
    everybody = whole_shares(shares)
    found = owed(whole, everybody, had)
    assert all(part >= 0 for part in found)
    assert sum(found) == max(whole - sum(had.values()), 0)

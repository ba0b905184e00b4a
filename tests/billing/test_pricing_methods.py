"""Each billing method to the cent, before anything is stored."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing.methods import price
from billing.pricing.terms import MilestoneTerms, SoFar, TaskAgreement, Terms, Used
from billing.pricing.time_and_materials import worth
from billing.pricing.work import Priced, Work
from core.money import ZERO

ON = date(2026, 11, 30)
FIRST = date(2026, 11, 2)


def hours(*pieces: tuple[int, Any], task: int = 1, line: int = 1, first: int = 1) -> list[Work]:
    """Entries of so many minutes at a rate, one a day."""
    return [
        Work(
            first + number, 1, line, task, f"Task {task}", task, 1, "Priya Raman", 1, "Engineer",
            FIRST + timedelta(days=number), minutes, None if rate is None else Decimal(rate), "",
        )
        for number, (minutes, rate) in enumerate(pieces)
    ]  # fmt: skip


def terms(method: str = "TIME_AND_MATERIALS", line: int = 1, **facts: Any) -> Terms:
    return Terms(line, 1, line, "Design", method, facts.pop("currency", "USD"), **facts)


def charge(agreed: Terms, work: list[Work], so_far: SoFar | None = None, on: date = ON) -> Priced:
    return price([agreed], {agreed.id: so_far} if so_far else {}, work, on=on, through=on)


def amounts(found: Priced) -> list[str]:
    return [f"{line.amount:,.2f}" for line in found.lines]


def shares(found: Priced) -> list[str]:
    ordered = sorted(found.pieces, key=lambda piece: piece.work.entry_id)
    return [f"{piece.amount:,.2f}" for piece in ordered]


# 1,500, 1,800, 2,000 and 1,200 at 100.00 an hour.
FOUR = [(900, 100), (1080, 100), (1200, 100), (720, 100)]
CAP = {"cap_scope": "LINE", "cap_amount": Decimal(50_000)}
BEFORE = SoFar(Used(Decimal(46_000), 27_600, Decimal(46_000)))


def test_the_entry_that_crosses_the_cap_is_split() -> None:
    found = charge(terms(**CAP), hours(*FOUR), BEFORE)
    assert shares(found) == ["1,500.00", "1,800.00", "700.00"]
    assert found.amount == 4_000
    assert [piece.work.minutes for piece in found.pieces] == [900, 1080, 420]
    assert [(held.work.minutes, held.amount) for held in found.held] == [(780, 1_300), (720, 1_200)]
    assert {held.reason for held in found.held} == {"Above the cap of $50,000.00 of Design."}


@pytest.mark.parametrize(
    ("excess", "billed", "held", "notice"),
    [
        ("HOLD", 4_000, 1_500, ""),
        ("WRITE_OFF", 4_000, 0, "$2,500.00 of Design is above the cap of $50,000.00 of Design. It is written off."),
        ("CHANGE_ORDER", 4_000, 1_500, "A change order of $2,500.00 would raise the cap of Design for it."),
        ("SOFT", 6_500, 0, "$2,500.00 of Design is above the cap of $50,000.00 of Design."),
    ],
)  # fmt: skip
def test_what_becomes_of_the_excess(excess: str, billed: int, held: int, notice: str) -> None:
    found = charge(terms(**CAP, excess=excess), hours(*FOUR), BEFORE)
    assert found.amount == billed
    assert sum(each.work.minutes for each in found.held) == held
    assert "".join(found.notices) == notice
    minutes = sum(piece.work.minutes for piece in found.pieces) + held
    assert minutes == sum(minutes for minutes, _ in FOUR)


@pytest.mark.parametrize(
    ("left", "entry", "billed", "minutes", "held"),
    [
        ("40.00", (50, 100), "40.00", 24, "43.33"),  # 83.33 in all
        ("40.01", (50, 100), "40.01", 24, "43.32"),  # the cap is reached to the cent
        ("83.33", (50, 100), "83.33", 50, None),
        ("83.32", (50, 100), "83.32", 49, "0.01"),
        ("1.67", (50, 100), "1.67", 1, "81.66"),
        ("1.66", (50, 100), None, 0, "83.33"),  # not one minute fits
        ("0.00", (50, 100), None, 0, "83.33"),
        ("0.00", (50, 0), "0.00", 50, None),  # zero is a rate, and fits always
    ],
)
def test_the_cents_of_a_split(
    left: str, entry: tuple[int, int], billed: str | None, minutes: int, held: str | None
) -> None:
    found = charge(terms(cap_scope="LINE", cap_amount=Decimal(left)), hours(entry))
    assert shares(found) == ([billed] if billed else [])
    assert sum(piece.work.minutes for piece in found.pieces) == minutes
    assert [f"{each.amount:.2f}" for each in found.held] == ([held] if held else [])


def test_a_currency_without_cents_is_split_in_whole_units() -> None:
    found = charge(terms(cap_scope="LINE", cap_amount=Decimal(700), currency="JPY"), hours((50, 1000)))
    assert (found.amount, found.pieces[0].work.minutes, found.held[0].amount) == (700, 42, 133)


def test_a_cap_in_hours_and_the_tighter_of_two() -> None:
    so_far = SoFar(Used(Decimal(3_700), 2220))  # 37 of 40 hours
    found = charge(terms(cap_scope="LINE", cap_minutes=2400), hours((120, 100), (120, 100)), so_far)
    assert shares(found) == ["200.00", "100.00"]
    assert [held.work.minutes for held in found.held] == [60]
    both = terms(cap_scope="LINE", cap_minutes=2400, cap_amount=Decimal(3_950))
    assert shares(charge(both, hours((120, 100), (120, 100)), so_far)) == ["200.00", "50.00"]


def test_each_task_has_its_own_cap() -> None:
    agreed = {
        1: TaskAgreement(1, "Survey", cap_amount=Decimal(500)),
        2: TaskAgreement(2, "Report", cap_minutes=60),
    }
    so_far = SoFar(Used(Decimal(400)), {1: Used(Decimal(400), 240)})
    work = [*hours((120, 100)), *hours((90, 100), task=2, first=5), *hours((60, 100), task=3, first=9)]
    found = charge(terms(cap_scope="TASK", tasks=agreed), work, so_far)
    assert shares(found) == ["100.00", "100.00", "100.00"]
    assert {held.reason for held in found.held} == {
        "Above the cap of $500.00 of Survey.",
        "Above the cap of 1.00 h of Report.",
    }


def test_contract_lines_share_a_purchase_order() -> None:
    contract = [terms(line=line, cap_scope="PO", cap_amount=Decimal(1_000)) for line in (1, 2)]
    ordered = SoFar(order=Used(Decimal(600)))
    work = [*hours((180, 100)), *hours((180, 100), line=2, first=5)]
    found = price(contract, {1: ordered, 2: ordered}, work, on=ON, through=ON)
    assert shares(found) == ["300.00", "100.00"]
    assert [held.amount for held in found.held] == [200]
    assert found.held[0].reason == "Above the cap of $1,000.00 of the purchase order."


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 1440), st.decimals(0, 500, places=2)), min_size=1, max_size=12),
    st.decimals(0, 20_000, places=2),
    st.none() | st.integers(0, 6_000),
    st.sampled_from(["HOLD", "WRITE_OFF", "CHANGE_ORDER", "SOFT"]),
)
def test_a_cap_is_never_passed_and_no_minute_is_lost(
    pieces: list[Any], cap: Decimal, minutes: int | None, excess: str
) -> None:
    work = hours(*pieces)
    found = charge(terms(cap_scope="LINE", cap_amount=cap, cap_minutes=minutes, excess=excess), work)
    taken: dict[int, int] = {}
    for piece in [*(each.work for each in found.pieces), *(each.work for each in found.held)]:
        taken[piece.entry_id] = taken.get(piece.entry_id, 0) + piece.minutes
    assert taken == {piece.entry_id: piece.minutes for piece in work}
    whole = sum((worth(piece, "USD") for piece in work), ZERO)
    if excess == "SOFT":
        assert found.amount == whole
    else:
        assert found.amount <= cap
        if excess != "WRITE_OFF":
            assert found.amount + sum((each.amount for each in found.held), ZERO) == whole
    for line in found.lines:
        assert sum((piece.amount for piece in line.pieces), ZERO) == line.amount


def test_a_whole_fee_is_spread_over_its_hours_and_billed_once() -> None:
    agreed = terms("FIXED_FEE", fee_amount=Decimal("3800.00"))
    found = charge(agreed, hours((900, 100), (1080, 100), (540, 100)))
    assert (amounts(found), shares(found)) == (["3,800.00"], ["1,357.14", "1,628.57", "814.29"])
    assert found.lines[0].minutes == 0
    again = charge(agreed, hours((60, 100)), SoFar(Used(Decimal(3_500), 0, Decimal("3800.00"))))
    assert (again.lines, again.held[0].reason) == (
        [], "Covered by the fee of Design, which is billed in full.",
    )  # fmt: skip


def test_a_fee_needs_no_hours_and_no_rates() -> None:
    agreed = terms("FIXED_FEE", fee_amount=Decimal(100))
    assert amounts(charge(agreed, [])) == ["100.00"]
    assert shares(charge(agreed, hours((20, None), (40, 100)))) == ["33.33", "66.67"]
    late = terms("FIXED_FEE", fee_amount=Decimal(100), starts_on=ON + timedelta(days=1))
    assert charge(late, []).reasons == ["Design begins later."]


def milestone(number: int, worth: str, due_on: date | None = ON) -> MilestoneTerms:
    percent = Decimal(worth[:-1]) if worth.endswith("%") else None
    return MilestoneTerms(number, f"Part {number}", None if percent else Decimal(worth), percent, due_on)


@pytest.mark.parametrize(
    ("worths", "fee", "expected"),
    [
        (["30%", "30%", "40%"], "10000", ["3,000.00", "3,000.00", "4,000.00"]),
        (["33.33%", "33.33%", "33.34%"], "100", ["33.33", "33.33", "33.34"]),
        (["33.3333%", "33.3333%", "33.3334%"], "100", ["33.33", "33.33", "33.34"]),
        (["50%", "50%"], "0.01", ["0.01"]),  # the other comes to nothing
        (["2500", "1250.50"], "3750.50", ["2,500.00", "1,250.50"]),
        (["10%", "20%"], "333.33", ["33.33", "66.67"]),
    ],
)
def test_milestones_come_to_the_fee(worths: list[str], fee: str, expected: list[str]) -> None:
    parts = tuple(milestone(number, worth) for number, worth in enumerate(worths, start=1))
    found = charge(terms("MILESTONE", fee_amount=Decimal(fee), milestones=parts), [])
    assert amounts(found) == expected


def test_only_what_is_achieved_is_billed_and_once() -> None:
    parts = (milestone(1, "30%"), milestone(2, "30%", None), milestone(3, "40%", ON + timedelta(days=1)))
    agreed = terms("MILESTONE", fee_amount=Decimal(10_000), milestones=parts)
    found = charge(agreed, hours((60, 100)))
    assert [(line.milestone_id, line.amount) for line in found.lines] == [(1, 3_000)]
    assert shares(found) == ["3,000.00"]
    billed = SoFar(Used(Decimal(3_000), 60, Decimal(3_000)), {}, {1: Decimal(3_000)})
    again = charge(agreed, hours((60, 100)), billed)
    assert (again.lines, again.reasons) == ([], ["No milestone of Design is due."])
    assert again.held[0].reason == "Covered by the fee of Design; they go with its next bill."


def test_a_raised_fee_is_caught_up_by_the_milestones_that_are_left() -> None:
    parts = (milestone(1, "30%"), milestone(2, "30%"), milestone(3, "40%"))
    billed = SoFar(Used(Decimal(3_000), 0, Decimal(3_000)), {}, {1: Decimal(3_000)})
    found = charge(terms("MILESTONE", fee_amount=Decimal(12_000), milestones=parts), [], billed)
    assert amounts(found) == ["3,857.14", "5,142.86"]


def test_a_plan_that_does_not_add_up_is_billed_with_a_warning() -> None:
    parts = (milestone(1, "30%"), milestone(2, "60%", None))
    found = charge(terms("MILESTONE", fee_amount=Decimal(1_000), milestones=parts), [])
    assert (amounts(found), found.notices) == (
        ["300.00"], ["The milestones of Design add up to 90 %, not to 100 %."],
    )  # fmt: skip
    lost = charge(terms("MILESTONE", milestones=parts), [])
    assert (lost.lines, lost.notices) == (
        [],
        [
            "Part 1 of Design comes to nothing, so it is not billed.",
            "Design has no fee, so a percentage of it comes to nothing.",
        ],
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.decimals("0.01", 90_000, places=2), st.data())
def test_milestones_of_100_percent_come_to_the_fee_in_any_order(
    weights: list[int], fee: Decimal, data: Any
) -> None:
    whole = sum(weights)
    percents = [Decimal(weight * 10_000 * 100 // whole) / 10_000 for weight in weights]
    percents[-1] += 100 - sum(percents)
    order = data.draw(st.permutations(range(len(percents))))
    billed: dict[int, Decimal] = {}
    for number in order:
        parts = tuple(
            MilestoneTerms(each, f"Part {each}", None, percent, ON if each == number else None)
            for each, percent in enumerate(percents)
        )
        so_far = SoFar(Used(), {}, dict(billed))
        found = charge(terms("MILESTONE", fee_amount=fee, milestones=parts), [], so_far)
        billed[number] = found.amount
    assert sum(billed.values()) == fee


def test_percent_complete_less_what_was_billed() -> None:
    agreed = terms(
        "PERCENT_COMPLETE", fee_amount=Decimal(26_200), percent_complete=Decimal("34.2"), percent_on=ON
    )
    billed = SoFar(Used(Decimal(3_125), 0, Decimal(3_125)))
    found = charge(agreed, hours((60, 100), (120, 100)), billed)
    assert amounts(found) == ["5,835.40"]
    assert shares(found) == ["1,945.13", "3,890.27"]
    assert found.lines[0].description == "Design, 34.2 %"
    rest = charge(agreed, [], SoFar(Used(Decimal("8960.40"), 0, Decimal("8960.40"))))
    assert (rest.lines, rest.reasons) == ([], ["Design is 34.2 % complete, and $8,960.40 of it is billed."])


@pytest.mark.parametrize(
    ("percent", "before", "expected"),
    [
        ("100", "8960.40", "17,239.60"),
        ("110", "26200", "2,620.00"),  # with a warning
        ("33.3333", "0", "8,733.32"),
        ("10", "3125", None),
    ],
)
def test_percent_complete_by_the_cent(percent: str, before: str, expected: str | None) -> None:
    agreed = terms(
        "PERCENT_COMPLETE", fee_amount=Decimal(26_200), percent_complete=Decimal(percent), percent_on=ON
    )
    found = charge(agreed, [], SoFar(Used(Decimal(before), 0, Decimal(before))))
    assert amounts(found) == ([expected] if expected else [])
    assert bool(found.notices) == (Decimal(percent) > 100)


def test_a_fee_by_task_bills_what_is_released_of_each() -> None:
    agreed = {
        1: TaskAgreement(1, "Survey", Decimal(4_000), Decimal(4_000)),
        2: TaskAgreement(2, "Report", Decimal(6_000), Decimal("2052.00")),
        3: TaskAgreement(3, "Filing", Decimal(500)),
    }
    so_far = SoFar(by_task={1: Used(Decimal(1_000), 0, Decimal(1_000))})
    work = [*hours((60, 100)), *hours((60, 100), task=3, first=5)]
    found = charge(terms("FIXED_FEE_BY_TASK", tasks=agreed), work, so_far)
    assert [(line.group, line.task_id, line.amount) for line in found.lines] == [
        ("Survey", 1, 3_000),
        ("Report", 2, 2_052),
    ]
    assert shares(found) == ["3,000.00"]
    assert found.held[0].work.task_id == 3


def test_a_write_down_of_a_fee_is_not_billed_later() -> None:
    agreed = terms("PERCENT_COMPLETE", fee_amount=Decimal(1_000), percent_complete=Decimal(50), percent_on=ON)
    found = charge(agreed, [], SoFar(Used(Decimal(200), 0, Decimal(300))))
    assert amounts(found) == ["200.00"]

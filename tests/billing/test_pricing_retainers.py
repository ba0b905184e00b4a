"""The tables of draws and allowances, cent by cent."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.retainer_allowance import Allowance, settle
from billing.pricing.retainer_deposit import Move, Tranche, left_since, plan, top_up

D = Decimal
NOV = date(2026, 11, 1)


def tranche(number: int, available: int, *, expires: date | None = None, is_project: bool = False) -> Tranche:
    return Tranche(number, 1 if is_project else 2, is_project, NOV, expires, D(available))


def test_deposit_10000_two_invoices_and_a_top_up() -> None:
    """4,200 leaves 5,800; of 6,500 the retainer pays 5,800 and 700 are due; then 10,000 are asked for."""
    (first,) = plan([tranche(1, 10000)], D(4200), NOV)
    assert (first.amount, 10000 - first.amount) == (4200, 5800)
    assert top_up(balance=D(5800), minimum=D(3000), target=D(10000)) == 0
    (second,) = plan([tranche(1, 5800)], D(6500), NOV)
    assert (second.amount, 6500 - second.amount) == (5800, 700)
    assert top_up(balance=D(0), minimum=D(3000), target=D(10000)) == 10000
    assert top_up(balance=D(0), minimum=D(3000), target=D(10000), requested=D(10000)) == 0


def test_project_before_client_and_first_to_expire_first() -> None:
    late, soon = NOV + timedelta(days=300), NOV + timedelta(days=30)
    found = [
        tranche(1, 100),
        tranche(2, 100, expires=late),
        tranche(3, 100, expires=soon),
        tranche(4, 100, is_project=True),
        tranche(5, 100, expires=NOV - timedelta(days=1)),
    ]
    takes = plan(found, D(350), NOV)
    assert [(take.tranche.deposit_id, take.amount) for take in takes] == [
        (4, 100),
        (3, 100),
        (2, 100),
        (1, 50),
    ]


def test_a_draw_that_is_dated_back_leaves_what_later_ones_took() -> None:
    days = [NOV + timedelta(days=number) for number in range(10)]
    moves = [Move(1, days[0], D(100)), Move(1, days[5], D(-80)), Move(1, days[8], D(80))]
    assert [left_since(moves, day)[1] for day in (days[0], days[4], days[5], days[8])] == [20, 20, 20, 100]
    assert left_since([Move(1, days[5], D(100))], days[4]) == {1: 0}


TERMS = Allowance(
    units=D(40 * 60),
    price_amount=D(6000),
    overage_rate=D(180),
    currency="USD",
    rollover_cap=D(10 * 60),
    valid_periods=1,
)


def test_40_hours_a_month_with_rollover_and_overage() -> None:
    """Every figure of the table, hours as hours."""
    months = settle(TERMS, [D(34 * 60), D(52 * 60), D(25 * 60)])
    names = ("rollover_in", "available", "used", "overage", "unused", "rollover_out", "forfeited")
    assert [[getattr(month, name) / 60 for name in names] for month in months] == [
        [0, 40, 34, 0, 6, 6, 0],
        [6, 46, 52, 6, 0, 0, 0],
        [0, 40, 25, 0, 15, 10, 5],
    ]
    assert [month.invoice_amount for month in months] == [6000, 7080, 6000]
    assert [month.revenue_amount for month in months] == [5100, 7980, 4500]
    assert months[-1].deferred_amount == 1500
    assert sum(month.invoice_amount for month in months) == 19080 == 17580 + 1500


def test_what_is_carried_for_two_periods_expires_after_them() -> None:
    terms = Allowance(D(600), D(1000), D(150), "USD", rollover_cap=None, valid_periods=2)
    months = settle(terms, [D(0), D(300), D(0)])
    # 600 carried; 300 of them used first, so 300 are left of the first and 600 of the second month.
    assert [month.rollover_out for month in months] == [600, 900, 1200]
    assert [month.forfeited for month in months] == [0, 0, 300]


def test_no_rollover_and_money_as_unit() -> None:
    terms = Allowance(D(5000), D(5000), D(1), "USD", unit_size=1)
    (month,) = settle(terms, [D("5123.45")])
    assert (month.overage_amount, month.invoice_amount) == (D("123.45"), D("5123.45"))
    (month,) = settle(terms, [D(4000)])
    assert (month.rollover_out, month.forfeited, month.revenue_amount) == (0, 1000, 5000)


@given(
    used=st.lists(st.integers(0, 6000), min_size=1, max_size=12),
    cap=st.none() | st.integers(0, 3000),
    valid=st.none() | st.integers(0, 4),
    price=st.integers(0, 999999),
)
def test_billed_is_earned_and_deferred(
    used: list[int], cap: int | None, valid: int | None, price: int
) -> None:
    terms = Allowance(
        D(2400), D(price) / 100, D(180), "USD", None if cap is None else D(cap), valid_periods=valid
    )
    months = settle(terms, [D(each) for each in used])
    billed = sum(month.invoice_amount for month in months)
    assert billed == sum(month.revenue_amount for month in months) + months[-1].deferred_amount
    for month, following in pairwise(months):
        assert month.rollover_out == following.rollover_in
    for month in months:
        assert month.used - month.overage + month.unused == month.available
        assert month.forfeited >= 0

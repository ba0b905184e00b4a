"""What invoices add up to, in literal cents: several taxes, on top and within, compound; discounts; both roundings."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.totals import Charge, Levy, Off, Taxable, Totals, add_up


def levy(*rates: str, within: bool = False, code: int = 1) -> Levy:
    """A code of these rates; one with a star is compound."""
    charges = tuple(
        Charge(code * 10 + place, f"Tax {place}", Decimal(rate.rstrip("*")), rate.endswith("*"))
        for place, rate in enumerate(rates)
    )
    return Levy(code, charges, within)


def lines(*amounts: str, by: Levy | None = None) -> list[Taxable]:
    return [Taxable(Decimal(amount), by) for amount in amounts]


def taxes(totals: Totals) -> list[str]:
    return [str(tax.amount) for tax in totals.taxes]


NEW_YORK = levy("4", "4.5", "0.375")
QUEBEC = levy("5", "9.975")
OLD_QUEBEC = levy("5", "7.5*")
THREE = ("0.10", "0.10", "0.10")


@pytest.mark.parametrize(
    ("by", "amounts", "rounds_lines", "expected", "total"),
    [
        (levy("7.25"), ("99.99",), False, ["7.25"], "107.24"),
        (NEW_YORK, ("1000.00",), False, ["40.00", "45.00", "3.75"], "1088.75"),
        (QUEBEC, ("333.33",), False, ["16.67", "33.25"], "383.25"),
        # The second is taken of 350.00: the net amount and the first tax as it was rounded.
        (OLD_QUEBEC, ("333.33",), False, ["16.67", "26.25"], "376.25"),
        # Three times 0.10 at 5 %: 0.02 on the sum, three times 0.01 line by line.
        (levy("5"), THREE, False, ["0.02"], "0.32"),
        (levy("5"), THREE, True, ["0.03"], "0.33"),
        (levy("7.25"), ("10.03", "20.07", "-5.00"), False, ["1.82"], "26.92"),
        (levy("7.25"), ("10.03", "20.07", "-5.00"), True, ["1.83"], "26.93"),
        (levy("0"), ("100.00",), False, ["0.00"], "100.00"),
        (levy(), ("100.00",), False, [], "100.00"),
        (None, ("100.00",), False, [], "100.00"),
    ],
)
def test_taxes_on_top(
    by: Levy | None, amounts: tuple[str, ...], rounds_lines: bool, expected: list[str], total: str
) -> None:
    found = add_up(lines(*amounts, by=by), "USD", rounds_lines=rounds_lines)
    assert (taxes(found), found.total_amount) == (expected, Decimal(total))


@pytest.mark.parametrize(
    ("by", "amounts", "rounds_lines", "expected", "shares"),
    [
        (levy("19", within=True), ("119.00",), False, ["19.00"], ["19.00"]),
        (levy("19", within=True), ("100.00",), False, ["15.97"], ["15.97"]),
        # 5 % and 9.975 % in 114.98: 100.00 net.
        (levy("5", "9.975", within=True), ("114.98",), False, ["5.00", "9.98"], ["14.98"]),
        # 5 % and 7.5 % on top of it in 112.88: 12.875 of 112.875.
        (levy("5", "7.5*", within=True), ("112.88",), False, ["5.00", "7.88"], ["12.88"]),
        (levy("7", within=True), ("0.10", "0.10", "0.10"), False, ["0.02"], ["0.01", "0.01", "0.00"]),
        (levy("7", within=True), ("0.10", "0.10", "0.10"), True, ["0.03"], ["0.01", "0.01", "0.01"]),
        (levy("19", within=True), ("119.00", "-23.80"), False, ["15.20"], ["19.00", "-3.80"]),
        (levy("19", within=True), ("50.00", "-50.00"), False, ["0.00"], ["0", "0"]),
    ],
)
def test_prices_that_contain_the_tax(
    by: Levy, amounts: tuple[str, ...], rounds_lines: bool, expected: list[str], shares: list[str]
) -> None:
    found = add_up(lines(*amounts, by=by), "EUR", rounds_lines=rounds_lines)
    assert taxes(found) == expected
    assert [share.included_tax_amount for share in found.shares] == [Decimal(share) for share in shares]
    assert found.total_amount == sum(Decimal(amount) for amount in amounts)


@pytest.mark.parametrize(
    ("own", "off", "discounts", "tax", "total"),
    [
        (None, Off(percent=Decimal(10)), ["100.00", "50.00"], "106.65", "1456.65"),
        (Off(percent=Decimal(25)), None, ["250.00", "0"], "98.75", "1348.75"),
        # The invoice's 10 % are taken of what the line's own discount left: 750.00 and 500.00.
        (Off(percent=Decimal(25)), Off(percent=Decimal(10)), ["325.00", "50.00"], "88.88", "1213.88"),
        (None, Off(amount=Decimal("100.00")), ["66.67", "33.33"], "110.60", "1510.60"),
        (Off(amount=Decimal("1500.00")), None, ["1000.00", "0"], "39.50", "539.50"),
        (None, Off(amount=Decimal("9999.00")), ["1000.00", "500.00"], "0.00", "0.00"),
    ],
)
def test_discounts_come_off_before_tax(
    own: Off | None, off: Off | None, discounts: list[str], tax: str, total: str
) -> None:
    by = levy("7.9")
    found = add_up(
        [Taxable(Decimal("1000.00"), by, own), Taxable(Decimal("500.00"), by)],
        "USD",
        off=off,
    )
    assert [share.discount_amount for share in found.shares] == [Decimal(each) for each in discounts]
    assert (found.tax_amount, found.total_amount) == (Decimal(tax), Decimal(total))


def test_each_line_by_its_own_code() -> None:
    """Services with state and county, an expense without, a book at the reduced rate within its price."""
    found = add_up(
        [
            Taxable(Decimal("2000.00"), levy("6.25", "1")),
            Taxable(Decimal("250.00")),
            Taxable(Decimal("53.50"), levy("7", within=True, code=2)),
        ],
        "USD",
    )
    assert [(str(tax.base_amount), str(tax.amount)) for tax in found.taxes] == [
        ("2000.00", "125.00"),
        ("2000.00", "20.00"),
        ("50.00", "3.50"),
    ]
    assert (found.subtotal_amount, found.tax_amount, found.included_tax_amount, found.total_amount) == (
        Decimal("2303.50"),
        Decimal("148.50"),
        Decimal("3.50"),
        Decimal("2448.50"),
    )


def test_currencies_without_and_with_three_decimals() -> None:
    assert add_up(lines("999", by=levy("10")), "JPY").total_amount == Decimal(1099)
    assert add_up(lines("0.333", by=levy("5")), "KWD").total_amount == Decimal("0.350")


def decimals(least: int, most: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda units: Decimal(units).scaleb(-places))


rates = st.tuples(decimals(0, 25_000, 3), st.booleans())
offs = (
    st.none()
    | decimals(0, 10_000, 2).map(lambda p: Off(percent=p))
    | decimals(0, 90_000, 2).map(lambda a: Off(None, a))
)
levies = st.none() | st.builds(
    lambda code, found, within: Levy(
        code, tuple(Charge(code * 10 + at, "", rate, compound) for at, (rate, compound) in enumerate(found)), within
    ),
    st.integers(1, 2),
    st.lists(rates, max_size=3),
    st.booleans(),
)  # fmt: skip
taxables = st.builds(Taxable, decimals(-50_000, 500_000, 2), levies, offs)


@settings(max_examples=80, deadline=None)
@given(st.lists(taxables, max_size=4), offs, st.booleans())
def test_totals_add_up_in_every_mix(taxed: list[Taxable], off: Off | None, rounds_lines: bool) -> None:
    """Shares sum to what the invoice says, nothing has half cents, and no discount takes more than there is."""
    found = add_up(taxed, "USD", off=off, rounds_lines=rounds_lines)
    subtotal = sum((line.amount for line in taxed), Decimal(0))
    shares = found.shares
    assert found.subtotal_amount == subtotal
    net = subtotal - sum((share.discount_amount + share.included_tax_amount for share in shares), Decimal(0))
    assert net + found.tax_amount == found.total_amount
    assert sum((share.included_tax_amount for share in shares), Decimal(0)) == found.included_tax_amount
    assert 0 <= found.discount_amount <= sum((line.amount for line in taxed if line.amount > 0), Decimal(0))
    for value in (found.total_amount, found.tax_amount, *(share.discount_amount for share in shares)):
        assert value == round(value, 2)
    if not off and not any(line.off for line in taxed):
        assert not found.discount_amount

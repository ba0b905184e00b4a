"""Cents, literally, and the law that allocations add up."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    NotAnAmount,
    allocate,
    format_amount,
    format_number,
    format_rate,
    from_minor_units,
    minor_units,
    parse_amount,
    percent_of,
    places,
    round_amount,
    round_places,
)


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.455", "USD", "1.46"),  # product.md 4.11: 3 units at 0.485
        ("1.454999", "USD", "1.45"),
        ("-1.455", "USD", "-1.46"),
        ("2.5", "JPY", "3"),
        ("1.5", "JPY", "2"),
        ("0.0005", "KWD", "0.001"),
        ("8960.40", "EUR", "8960.40"),
        ("33.33333", "USD", "33.33"),
    ],
)
def test_half_goes_up(amount: str, currency: str, rounded: str) -> None:
    assert str(round_amount(Decimal(amount), currency)) == rounded


def test_places_of_currencies() -> None:
    assert [places(code) for code in ("JPY", "KRW", "VND", "CLP", "ISK")] == [0] * 5
    assert [places(code) for code in ("KWD", "BHD", "OMR", "JOD", "TND")] == [3] * 5
    assert [places(code) for code in ("USD", "EUR", "CHF", "GBP")] == [2] * 4


def test_percent_complete_bill() -> None:
    """product.md 4.11: 26,200 at 34.2 %, billed before 3,125."""
    assert round_amount(Decimal(26200) * Decimal("34.2") / 100, "USD") - Decimal("3125.00") == Decimal(
        "5835.40"
    )


def test_three_entries_of_twenty_minutes_round_once_each() -> None:
    assert sum(round_amount(Decimal(100) * 20 / 60, "USD") for _ in range(3)) == Decimal("99.99")


@pytest.mark.parametrize(
    ("total", "weights", "currency", "parts"),
    [
        # product.md 4.11: a write-down of 4,200 to 3,800; the missing cent goes to the largest remainder.
        ("3800", [1500, 1800, 900], "USD", ["1357.14", "1628.57", "814.29"]),
        ("100", [1, 1, 1], "USD", ["33.34", "33.33", "33.33"]),
        ("-100", [1, 1, 1], "USD", ["-33.34", "-33.33", "-33.33"]),
        ("0.01", [1, 1], "USD", ["0.01", "0.00"]),
        ("100", [1, 1, 1], "JPY", ["34", "33", "33"]),
        ("0.01", [1, 0, 2], "KWD", ["0.003", "0.000", "0.007"]),
        ("10", [0, 0], "USD", ["5.00", "5.00"]),
        ("0", [1, 2], "USD", ["0.00", "0.00"]),
        ("5", [0, 1], "USD", ["0.00", "5.00"]),
        ("50", [150, -50], "USD", ["75.00", "-25.00"]),
        ("0", [], "USD", []),
    ],
)
def test_allocations(total: str, weights: list[int], currency: str, parts: list[str]) -> None:
    assert [str(part) for part in allocate(Decimal(total), weights, currency)] == parts


@pytest.mark.parametrize(
    ("total", "weights"),
    [("0.005", [1]), ("1", []), ("1", [1, -1])],
    ids=["half a cent", "nobody", "canceled out"],
)
def test_what_cannot_be_allocated(total: str, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"smallest unit|at least one part|cancel out"):
        allocate(Decimal(total), weights, "USD")


CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
WEIGHTS = st.lists(st.decimals(0, 100_000, places=4), min_size=1, max_size=40)


@given(st.integers(-10_000_000, 10_000_000), WEIGHTS, CURRENCIES)
def test_allocations_add_up_and_stay_within_a_unit_of_their_share(
    units: int, weights: list[Decimal], currency: str
) -> None:
    total = from_minor_units(units, currency)
    parts = allocate(total, weights, currency)
    assert sum(parts) == total
    whole = sum(weights)
    if not whole:
        return
    unit = from_minor_units(1, currency)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / whole) < unit
        if not weight:
            assert part == 0


@given(st.integers(-(10**12), 10**12), CURRENCIES)
def test_minor_units_go_there_and_back(units: int, currency: str) -> None:
    assert minor_units(from_minor_units(units, currency), currency) == units


def test_minor_units_never_lose_a_fraction() -> None:
    assert (
        minor_units(Decimal("19.99"), "USD"),
        minor_units(Decimal(1999), "JPY"),
        minor_units(Decimal("1.5"), "KWD"),
    ) == (
        1999,
        1999,
        1500,
    )
    with pytest.raises(ValueError, match="smallest unit"):
        minor_units(Decimal("19.995"), "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        ("1234.5", "USD", "en_US", "$1,234.50"),
        ("-1234.5", "USD", "en_US", "-$1,234.50"),
        ("1234.5", "EUR", "de_DE", "1.234,50\N{NO-BREAK SPACE}€"),
        ("1234.5", "JPY", "en_US", "¥1,235"),
        ("1.5", "KWD", "en_US", "KWD\N{NO-BREAK SPACE}1.500"),
        ("0", "USD", "en_US", "$0.00"),
        ("1234567.891", "GBP", "en_GB", "£1,234,567.89"),
        ("10", "ISK", "en_US", "ISK\N{NO-BREAK SPACE}10"),
    ],
)
def test_how_amounts_are_shown(amount: str, currency: str, locale: str, shown: str) -> None:
    assert format_amount(Decimal(amount), currency, locale) == shown


def test_rates_keep_their_places() -> None:
    assert [format_rate(Decimal(rate), "USD") for rate in ("0.485", "150", "150.0000")] == [
        "$0.485",
        "$150.00",
        "$150.00",
    ]


def test_numbers() -> None:
    assert format_number(Decimal("1234.555")) == "1,234.56"
    assert format_number(1234, 0) == "1,234"
    assert format_number(Decimal("0.5"), 1, "de_DE") == "0,5"
    assert round_places(Decimal("2.345"), 2) == Decimal("2.35")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.50"),
        ("12,345,678.9", "12345678.9"),
        (" 7 ", "7"),
        (".50", "0.50"),
        ("-12", "-12"),
        ("−12", "-12"),
        ("+3", "3"),
        ("１２．５", "12.5"),
        ("0", "0"),
    ],
)
def test_amounts_that_are_clear(typed: str, amount: str) -> None:
    assert parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        ".",
        "-",
        "1,5",
        "1.234,50",
        "1234,50",
        "1,23",
        "1,2345",
        "(12.00)",
        "$5",
        "5 USD",
        "1 000",
        "1e3",
        "NaN",
        "Infinity",
        "1.",
        "1²",
        "٣",
        "--1",
        "1.2.3",
        ",5",
    ],
)
def test_amounts_that_could_mean_two_things(typed: str) -> None:
    with pytest.raises(NotAnAmount, match=r"is not an amount. Type it like 1234.50 or 1,234.50.") as refusal:
        parse_amount(typed, field="amount")
    assert refusal.value.field == "amount"


def test_amounts_with_more_places_than_their_currency() -> None:
    assert parse_amount("1.500", "USD") == Decimal("1.5")
    with pytest.raises(NotAnAmount, match=r"USD has at most 2 decimals."):
        parse_amount("1.505", "USD")
    with pytest.raises(NotAnAmount, match=r"JPY has no decimals."):
        parse_amount("1.5", "JPY")
    with pytest.raises(NotAnAmount, match="too large"):
        parse_amount("9" * 13)


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    with contextlib.suppress(NotAnAmount):
        assert parse_amount(text).is_finite()


@pytest.mark.parametrize(
    ("typed", "locale", "amount"),
    [
        ("1.234,50", "de", "1234.50"),
        ("1234,5", "de", "1234.5"),
        ("1.234", "de", "1234"),
        (",50", "de", "0.50"),
        ("1\u202f234,50", "fr", "1234.50"),
        ("1 234,50", "fr", "1234.50"),
    ],
)
def test_amounts_as_other_people_type_them(typed: str, locale: str, amount: str) -> None:
    assert parse_amount(typed, "EUR", locale=locale) == Decimal(amount)


@pytest.mark.parametrize("typed", ["1,234.50", "100.50", "1.23", "1.2345", "12.34,50"])
def test_what_means_another_amount_elsewhere_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAmount, match=r"1234,50 or 1.234,50"):
        parse_amount(typed, "EUR", locale="de")


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_is_shown_may_be_typed_back(amount: Decimal) -> None:
    assert parse_amount(format_number(amount)) == amount


def test_percent_of_the_whole() -> None:
    assert [percent_of(1, 3), percent_of(999, 1000), percent_of(5, 5), percent_of(0, 0)] == [33, 99, 100, 0]

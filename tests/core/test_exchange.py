"""Exchange rates: which counts on a day, and what a file may hold."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.exchange import MOST_DAYS, NoRate, NotRates, Row, rate_on, rates_for, read_rates
from core.exchanging import set_rates
from core.models import Action, ExchangeRate

D = Decimal
DAY = date(2026, 11, 20)
HEAD = "date,from,to,rate\n"


def put(*rows: tuple[str, str, date, str]) -> None:
    set_rates(
        rows=[Row(base, quote, on, D(rate)) for base, quote, on, rate in rows], source="bank.csv", by=None
    )


def test_the_latest_rate_counts_until_the_next(firm: Any) -> None:
    put(("EUR", "USD", DAY, "1.08"), ("EUR", "USD", DAY - timedelta(days=5), "1.05"))
    assert rate_on("EUR", "USD", DAY + timedelta(days=2)).rate == D("1.08")
    assert rate_on("EUR", "USD", DAY - timedelta(days=1)).words() == "15 Nov 2026, bank.csv"
    for day in (DAY - timedelta(days=6), DAY + timedelta(days=MOST_DAYS + 1)):
        with pytest.raises(NoRate, match="from EUR to USD"):
            rate_on("EUR", "USD", day)


def test_reversed_crossed_and_the_same(firm: Any) -> None:
    put(("EUR", "USD", DAY, "1.25"), ("EUR", "JPY", DAY, "160"), ("EUR", "GBP", DAY, "0.85"))
    wanted = {("USD", "EUR", DAY), ("JPY", "USD", DAY), ("USD", "USD", DAY), ("USD", "CHF", DAY)}
    found = {(base, quote): quoted.rate for (base, quote, _), quoted in rates_for(wanted).items()}
    assert found == {
        ("USD", "EUR"): D("0.8"),
        ("JPY", "USD"): D("0.0078125"),
        ("USD", "USD"): D(1),
    }
    # 1.25 / 0.85 = 1.47058823529…
    assert rate_on("GBP", "USD", DAY).rate == D("1.4705882353")
    assert rate_on("GBP", "USD", DAY).source == "over EUR, bank.csv"


def test_many_rates_cost_one_statement(firm: Any, django_assert_num_queries: Any) -> None:
    put(("EUR", "USD", DAY, "1.25"))
    wanted = {("EUR", "USD", DAY + timedelta(days=number)) for number in range(20)}
    with django_assert_num_queries(1):
        assert len(rates_for(wanted)) == 20
    with django_assert_num_queries(0):
        rates_for({("USD", "USD", DAY)})


def test_a_rate_is_replaced_and_the_old_one_is_kept_in_the_trail(firm: Any) -> None:
    put(("EUR", "USD", DAY, "1.25"))
    put(("EUR", "USD", DAY, "1.26"))
    assert ExchangeRate.objects.get().rate == D("1.26")
    assert Action.objects.filter(verb="exchange.set").count() == 2


def test_a_file(firm: Any) -> None:
    assert read_rates(f"{HEAD}2026-11-20,EUR,USD,1.0842\n\n2026-11-20,eur,gbp,0.85\n".encode()) == [
        Row("EUR", "USD", DAY, D("1.0842")),
        Row("EUR", "GBP", DAY, D("0.85")),
    ]
    semicolons = "\ufeffRate;Date;From;To\n1.0842;2026-11-20;EUR;USD\n".encode()
    assert read_rates(semicolons) == [Row("EUR", "USD", DAY, D("1.0842"))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs the columns|has no rates"),
        (HEAD, "has no rates"),
        ("day,rate\n", "needs the columns"),
        (f"{HEAD}2026-11-20,EUR,USD\n", "Line 2"),
        (f"{HEAD}20.11.2026,EUR,USD,1.1\n", "Line 2"),
        (f"{HEAD}2026-11-20,EUR,USD,abc\n", "Line 2"),
        (f"{HEAD}2026-11-20,EUR,USD,NaN\n", "Line 2"),
        (f"{HEAD}2026-11-20,EUR,USD,-1\n", "above 0"),
        (f"{HEAD}2026-11-20,EUR,EUR,1\n", "two currencies"),
        (f"{HEAD}2026-11-20,EURO,USD,1\n", "EURO is not the code"),
        (f"{HEAD}2026-11-20,EUR,USD,1.12345678901\n", "10 decimals"),
    ],
)
def test_what_is_no_file_of_rates(text: str, words: str) -> None:
    with pytest.raises(NotRates, match=words) as refused:
        read_rates(text.encode())
    assert refused.value.field == "file"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(NotRates):
        read_rates(b"\xff\xfe\x00")

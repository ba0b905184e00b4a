"""Exchange rates: which one counts for a day, and reading them from a file.

A rate counts until a newer one of the same pair is there, but for no more than MOST_DAYS days: an old rate is not the
rate of the day. A pair that is not listed is worked out from its reverse, or over one third currency.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q

from core.errors import Refusal
from core.models import ExchangeRate
from core.money import round_places

MOST_DAYS = 31
PLACES = 10
# A file of ten years of daily rates of ten currencies is below this.
MOST_ROWS = 40_000
HEADS = ("date", "from", "to", "rate")
FORMAT = "The file needs the columns date, from, to, rate: 2026-11-03,EUR,USD,1.0842."


class NoRate(Refusal):
    """There is no rate for the day."""

    sentence = "There is no exchange rate from {base} to {quote} for {day}."


class NotRates(Refusal):
    """The file does not hold exchange rates."""


@dataclass(frozen=True)
class Quoted:
    """So many units of `quote` for one of `base`, on which day it was set, and where it is from."""

    base: str
    quote: str
    rate: Decimal
    on: date
    source: str

    def words(self) -> str:
        """3 Nov 2026, ECB file."""
        return f"{self.on.day} {self.on:%b %Y}, {self.source}"


@dataclass(frozen=True)
class Row:
    """One line of a file, as it will be stored."""

    base: str
    quote: str
    on: date
    rate: Decimal


Wanted = tuple[str, str, date]


def rates_for(wanted: Collection[Wanted]) -> dict[Wanted, Quoted]:
    """The rate of each (base, quote, day) that has one. One statement, none where all pairs are of one currency.

    Ten decimal places, half-up. What is missing from the answer has no rate that counts on its day.
    """
    found = {(base, quote, on): _same(base, on) for base, quote, on in wanted if base == quote}
    asked = [each for each in wanted if each[0] != each[1]]
    if not asked:
        return found
    known = _known({code for base, quote, _ in asked for code in (base, quote)}, [on for _, _, on in asked])
    for each in asked:
        quoted = _direct(known, *each) or _crossed(known, *each)
        if quoted is not None:
            found[each] = quoted
    return found


def rate_on(base: str, quote: str, on: date) -> Quoted:
    """The rate of one day. Raises NoRate."""
    found = rates_for([(base, quote, on)])
    if (base, quote, on) not in found:
        raise NoRate(base=base, quote=quote, day=f"{on.day} {on:%b %Y}")
    return found[base, quote, on]


def _same(code: str, on: date) -> Quoted:
    return Quoted(code, code, Decimal(1), on, "the same currency")


Known = Mapping[frozenset[str], list[ExchangeRate]]


def _known(codes: set[str], days: Collection[date]) -> Known:
    """Rates that touch the currencies and could count on one of the days, by pair, the newest first."""
    rows = ExchangeRate.objects.filter(
        Q(base__in=codes) | Q(quote__in=codes),
        on__range=(min(days) - timedelta(days=MOST_DAYS), max(days)),
    ).order_by("-on", "-pk")
    known: dict[frozenset[str], list[ExchangeRate]] = {}
    for row in rows:
        known.setdefault(frozenset((row.base, row.quote)), []).append(row)
    return known


def _latest(known: Known, one: str, other: str, on: date) -> ExchangeRate | None:
    first = on - timedelta(days=MOST_DAYS)
    return next((row for row in known.get(frozenset((one, other)), []) if first <= row.on <= on), None)


def _share(row: ExchangeRate, base: str) -> Fraction:
    return Fraction(row.rate) if row.base == base else 1 / Fraction(row.rate)


def _direct(known: Known, base: str, quote: str, on: date) -> Quoted | None:
    row = _latest(known, base, quote, on)
    if row is None:
        return None
    return Quoted(base, quote, _rounded(_share(row, base)), row.on, row.source)


def _crossed(known: Known, base: str, quote: str, on: date) -> Quoted | None:
    """Over one third currency, such as the euro of a list that quotes everything against it; the newest way."""
    ways = []
    for third in sorted({code for pair in known for code in pair} - {base, quote}):
        first, second = _latest(known, base, third, on), _latest(known, third, quote, on)
        if first is not None and second is not None:
            ways.append((min(first.on, second.on), third, first, second))
    if not ways:
        return None
    day, third, first, second = max(ways, key=lambda way: way[0])
    share = _share(first, base) * _share(second, third)
    return Quoted(base, quote, _rounded(share), day, f"over {third}, {first.source}")


def _rounded(share: Fraction) -> Decimal:
    # Far more digits than are kept, so that rounding half-up sees what is behind the tenth.
    scaled = share * 10 ** (PLACES + 20)
    return round_places(Decimal(scaled.numerator // scaled.denominator).scaleb(-(PLACES + 20)), PLACES)


def read_rates(content: bytes, *, field: str = "file") -> list[Row]:
    """The rates of a CSV file with the columns date, from, to, rate (commas or semicolons, UTF-8).

    Raises NotRates with the number of the first line that is wrong; nothing is taken of such a file.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotRates(FORMAT, field=field) from error
    head, _, _ = text.partition("\n")
    lines = csv.reader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    try:
        return _rows(lines, field)
    except csv.Error as error:
        raise NotRates(FORMAT, field=field) from error


def _rows(lines: Iterable[list[str]], field: str) -> list[Row]:
    rows: dict[Wanted, Row] = {}
    places: list[int] | None = None
    for number, cells in enumerate(lines, start=1):
        words = [cell.strip() for cell in cells]
        if not any(words):
            continue
        if places is None:
            heads = [word.casefold() for word in words]
            if not set(HEADS) <= set(heads):
                raise NotRates(FORMAT, field=field)
            places = [heads.index(head) for head in HEADS]
            continue
        row = _row(words, places, number, field)
        rows[row.base, row.quote, row.on] = row
        if len(rows) > MOST_ROWS:
            raise NotRates(f"The file has more than {MOST_ROWS:,} rates. Split it.", field=field)
    if not rows:
        raise NotRates(f"The file has no rates. {FORMAT}", field=field)
    return list(rows.values())


def _row(words: list[str], places: list[int], number: int, field: str) -> Row:
    try:
        day, base, quote, rate = (words[place] for place in places)
        row = Row(base.upper(), quote.upper(), date.fromisoformat(day), Decimal(rate))
    except (IndexError, ValueError, ArithmeticError) as error:
        raise NotRates(f"Line {number} is no rate. {FORMAT}", field=field) from error
    check_pair(row.base, row.quote, field=field, where=f"Line {number}: ")
    check_rate(row.rate, field=field, where=f"Line {number}: ")
    return row


def check_pair(base: str, quote: str, *, field: str = "quote", where: str = "") -> None:
    """Raises NotRates unless these are codes of two different currencies."""
    for code in (base, quote):
        if not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            raise NotRates(
                f"{where}{code or 'Nothing'} is not the code of a currency, such as EUR.", field=field
            )
    if base == quote:
        raise NotRates(f"{where}A rate is between two currencies.", field=field)


def check_rate(rate: Decimal, *, field: str = "rate", where: str = "") -> None:
    """Raises NotRates unless the rate is above zero, below ten thousand million, with at most ten decimals."""
    exponent = rate.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -PLACES or not 0 < rate < Decimal(10) ** 10:
        raise NotRates(f"{where}A rate is above 0 and has at most {PLACES} decimals.", field=field)

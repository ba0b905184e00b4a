"""Money: the only place that rounds, allocates, reads and prints amounts.

An amount is a `Decimal`; its currency is kept once on the document. Rounding is half-up (away from zero at the middle)
to the places of the currency (ISO 4217, not CLDR: what is invoiced must be payable, also where cash has no cents).
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from math import lcm

from babel import Locale
from babel.numbers import NumberPattern, format_decimal, parse_pattern
from django.utils.translation import gettext

from core.digits import plain
from core.errors import Refusal

ZERO = Decimal(0)

NO_PLACES = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"}
    | {"XAF", "XOF", "XPF"}
)
THREE_PLACES = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

# Longer than any amount that a numeric(14, 2) column takes; a longer text is a mistake, not money.
LONGEST_AMOUNT = 12

# Spaces that write groups of digits: French uses a narrow one that nobody can type.
_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"

# Where a currency without a sign of its own (KWD, ISK) would run into the digits.
_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)")


class NotAnAmount(Refusal):
    """The text is not one clear amount."""


def places(currency: str) -> int:
    """Decimal places of a currency: 0 for JPY and its like, 3 for KWD and its like, else 2."""
    if currency in NO_PLACES:
        return 0
    return 3 if currency in THREE_PLACES else 2


def round_places(value: Decimal, digits: int) -> Decimal:
    """`value` rounded half-up (away from zero) to `digits` decimal places. For quantities and percentages."""
    return value.quantize(_unit(digits), rounding=ROUND_HALF_UP)


@cache
def _unit(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """`amount` rounded half-up to the places of `currency`: 1.455 USD is 1.46, -1.455 is -1.46."""
    return round_places(amount, places(currency))


def percent_of(part: int | Decimal, whole: int | Decimal) -> int:
    """`part` of `whole` in whole percent, cut off, so that 100 means all of it. Zero of nothing is 0."""
    return int(part * 100 // whole) if whole else 0


def minor_units(amount: Decimal, currency: str) -> int:
    """The amount in the smallest unit (cents for USD, yen for JPY). ValueError when that is not a whole number."""
    units = amount.scaleb(places(currency))
    if units != units.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of the smallest unit of {currency}")
    return int(units)


def from_minor_units(units: int, currency: str) -> Decimal:
    """The amount of so many smallest units: 1999 USD is 19.99, 1999 JPY is 1999."""
    return round_amount(Decimal(units).scaleb(-places(currency)), currency)


def allocate(total: Decimal, weights: Sequence[Decimal | int], currency: str) -> list[Decimal]:
    """Splits `total` in proportion to `weights`, so that the parts add up to it exactly.

    Largest remainder: each part is cut to the currency's places, then the missing units go one each to the parts that
    lost most, the first of equals. A negative total is split like its positive twin. A weight of zero gets nothing,
    unless all are zero: then all count the same. ValueError when `total` has more places than the currency, when there
    is nothing to split it over, or when weights of both signs cancel out.
    """
    units = minor_units(total, currency)
    shares = _whole_numbers(weights)
    if not shares:
        if units:
            raise ValueError("an amount needs at least one part")
        return []
    if not any(shares):
        shares = [1] * len(shares)
    whole = sum(shares)
    if not whole:
        raise ValueError("the weights cancel out")
    if whole < 0:
        shares, whole = [-share for share in shares], -whole
    sign = -1 if units < 0 else 1
    divided = [divmod(abs(units) * share, whole) for share in shares]
    cut = [part for part, _ in divided]
    by_remainder = sorted(range(len(cut)), key=lambda index: -divided[index][1])
    for index in by_remainder[: abs(units) - sum(cut)]:
        cut[index] += 1
    return [from_minor_units(sign * part, currency) for part in cut]


def _whole_numbers(weights: Sequence[Decimal | int]) -> list[int]:
    """In the same proportions: decimals are moved to the left of the point, all by as many places."""
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(below for _, below in ratios))
    return [above * (common // below) for above, below in ratios]


def format_amount(amount: Decimal, currency: str, locale: str = "en_US") -> str:
    """The amount with its currency as people of `locale` write it, rounded to the currency's places: $1,234.50."""
    digits = places(currency)
    return _with_currency(round_amount(amount, currency), currency, locale, (digits, digits))


def format_rate(rate: Decimal, currency: str, locale: str = "en_US") -> str:
    """A price for one unit: at least the currency's places, and as many more (up to 6) as it has: $0.485."""
    return _with_currency(rate, currency, locale, (places(currency), 6))


def _with_currency(amount: Decimal, currency: str, locale: str, digits: tuple[int, int]) -> str:
    found = Locale.parse(locale)
    pattern: NumberPattern = parse_pattern(found.currency_formats["standard"].pattern)
    pattern.frac_prec = digits
    return _TOUCHING.sub(
        "\N{NO-BREAK SPACE}", pattern.apply(amount, found, currency=currency, currency_digits=False)
    )


def format_number(value: Decimal | int, digits: int = 2, locale: str = "en_US") -> str:
    """A number with grouping and exactly `digits` decimal places, rounded half-up: 1,234.50."""
    pattern: NumberPattern = parse_pattern(Locale.parse(locale).decimal_formats[None].pattern)
    pattern.frac_prec = (digits, digits)
    return format_decimal(round_places(Decimal(value), digits), format=pattern, locale=locale)


def parse_amount(text: str, currency: str = "", *, field: str = "", locale: str = "en_US") -> Decimal:
    """Reads an amount as people of `locale` type it: `1234.5`, `1,234.50`, `.50`, `-12`, full-width digits.

    Raises NotAnAmount for anything that could mean two things (in US English `1,5`, `1.234,50`, `(12.00)`), for a
    currency sign, for more than 12 digits before the point, and, with `currency`, for more decimals than it has.
    """
    typed = plain(text).strip()
    match = _typed(locale).fullmatch(typed)
    if match is None or not (match[2] or match[3]):
        grouped = format_number(Decimal("1234.5"), 2, locale)
        bare = grouped.replace(Locale.parse(locale).number_symbols["latn"]["group"], "")
        raise NotAnAmount(
            gettext('"%(typed)s" is not an amount. Type it like %(bare)s or %(grouped)s.')
            % {"typed": text.strip()[:30], "bare": bare, "grouped": grouped},
            field=field,
        )
    sign, whole, fraction = match[1], re.sub(r"[^0-9]", "", match[2] or "0"), match[3] or ""
    if len(whole) > LONGEST_AMOUNT:
        raise NotAnAmount(gettext("This amount is too large."), field=field)
    if currency and len(fraction.rstrip("0")) > places(currency):
        raise NotAnAmount(_words(places(currency), currency), field=field)
    return Decimal(f"{sign}{whole}.{fraction or '0'}")


@lru_cache(maxsize=32)
def _typed(locale: str) -> re.Pattern[str]:
    """Digits with or without groups of three, and decimals behind the locale's own mark."""
    symbols = Locale.parse(locale).number_symbols["latn"]
    group = symbols["group"]
    groups = f"[{_SPACES}]" if group in _SPACES else re.escape(group)
    decimals = re.escape(symbols["decimal"])
    return re.compile(
        rf"([+-]?)([0-9]+|[0-9]{{1,3}}(?:{groups}[0-9]{{3}})+)?(?:{decimals}([0-9]+))?", re.ASCII
    )


def _words(digits: int, currency: str) -> str:
    if not digits:
        return gettext("%(currency)s has no decimals.") % {"currency": currency}
    return gettext("%(currency)s has at most %(digits)s decimals.") % {"currency": currency, "digits": digits}

"""Countries and currencies to choose from, in the words of CLDR."""

from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

# What most of our firms use stands first.
FIRST_COUNTRIES = ("US", "CA", "GB")
FIRST_CURRENCIES = ("USD", "CAD", "GBP", "EUR")


@cache
def country_choices() -> list[tuple[str, str]]:
    """Code and name of each country, by name."""
    territories = Locale("en", "US").territories
    names = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "XA", "XB", "ZZ", "QO")
    }
    rest = sorted(
        (item for item in names.items() if item[0] not in FIRST_COUNTRIES), key=lambda item: item[1]
    )
    return [*((code, names[code]) for code in FIRST_COUNTRIES), *rest]


@cache
def currency_choices() -> list[tuple[str, str]]:
    """Code and name of each currency that some country pays with today."""
    used = {currency for country, _ in country_choices() for currency in get_territory_currencies(country)}
    names = Locale("en", "US").currencies
    rest = sorted(used - set(FIRST_CURRENCIES))
    return [(code, f"{code} – {names[code]}") for code in (*FIRST_CURRENCIES, *rest)]


def country_name(code: str) -> str:
    """The name of a country, or the code where it is not known."""
    return Locale("en", "US").territories.get(code, code)

"""Currencies that a company may keep its books in."""

from functools import cache

from babel import Locale

# Those that firms which sell time are found in; a new one is one word here.
CODES = (
    "USD EUR GBP CAD AUD NZD CHF SEK NOK DKK PLN CZK HUF RON BGN ISK JPY CNY HKD SGD INR KRW TWD THB MYR IDR PHP VND "
    "AED SAR ILS TRY ZAR NGN KES GHS EGP MAD BRL MXN ARS CLP COP PEN"
).split()


@cache
def choices() -> list[tuple[str, str]]:
    """For a select: USD is shown as USD, US Dollar."""
    names = Locale("en", "US").currencies
    return [(code, f"{code}, {names[code]}") for code in CODES]

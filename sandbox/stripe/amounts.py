"""Integer minor units: limits, fees and words for them."""

from sandbox.stripe.errors import ApiError

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())
THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())
_TWO_DECIMAL = frozenset(
    "aed all amd ars aud bam bdt bgn bob brl bwp cad chf cny cop crc czk dkk dop dzd egp eur gbp gel ghs hkd huf idr"
    " ils inr jmd kes kzt lkr mad mdl mkd mur mxn myr ngn nok nzd pen php pkr pln qar ron rsd sar sek sgd thb try twd"
    " uah usd uyu zar".split()
)
CURRENCIES = ZERO_DECIMAL | THREE_DECIMAL | _TWO_DECIMAL
# The smallest charge in minor units; other currencies have no floor of their own here but one unit.
_FLOORS = {
    "usd": 50,
    "eur": 50,
    "gbp": 30,
    "cad": 50,
    "aud": 50,
    "chf": 50,
    "jpy": 50,
    "nzd": 50,
    "mxn": 1000,
}
_CEILING = 99_999_999  # 999,999.99
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "cad": "CA$", "aud": "A$"}


def check_currency(code: str, param: str) -> str:
    """Lower case; raises ApiError for an unknown one."""
    currency = code.lower()
    if currency not in CURRENCIES:
        raise ApiError(f"Invalid currency: {code}.", param=param)
    return currency


def check_amount(amount: int, currency: str, param: str) -> None:
    """Raises ApiError below Stripe's minimum, above 999,999.99, or with a third decimal that is not zero."""
    floor = _FLOORS.get(currency, 1)
    if amount < floor:
        message = f"The amount must be greater than or equal to the minimum charge amount: {in_words(floor, currency)}."
        raise ApiError(message, code="amount_too_small", param=param)
    if amount > _CEILING:
        message = f"Amount must be no more than {in_words(_CEILING, currency)}"
        raise ApiError(message, code="amount_too_large", param=param)
    if currency in THREE_DECIMAL and amount % 10:
        raise ApiError("Invalid amount: the last digit must be 0 in this currency.", param=param)


def in_words(amount: int, currency: str) -> str:
    """For example $18,240.00; the code in front where the sign is not known."""
    places = 0 if currency in ZERO_DECIMAL else 3 if currency in THREE_DECIMAL else 2
    whole, part = divmod(abs(amount), 10**places)
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    number = f"{whole:,}" + (f".{part:0{places}d}" if places else "")
    return f"{'−' if amount < 0 else ''}{sign}{number}"


def fee_of(amount: int, method: str) -> int:
    """Stripe's list price: cards 2.9 % and 30, bank debits 0.8 % and 500 at most; half-up."""
    if method == "us_bank_account":
        return min((amount * 8 + 500) // 1000, 500)
    return (amount * 29 + 500) // 1000 + 30

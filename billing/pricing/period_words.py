"""What the lines of a period say, in the client's language: the client reads them on the invoice."""

from decimal import Decimal

from django.utils.translation import gettext, override

from billing.pricing.terms import Terms
from core.cycles import Span
from core.locales import active_locale, written_days
from core.minutes import hours
from core.money import format_amount, format_number


def fee_words(terms: Terms, span: Span) -> str:
    """Support plan, Nov 1 – 30, 2026."""
    with override(terms.language or None):
        return f"{terms.name}, {written_days(span.first, span.last)}"


def within_words(terms: Terms, span: Span, used: Decimal, available: Decimal) -> str:
    """Covered by Support plan, Oct 1 – 31, 2026: 34.00 of 40.00 h."""
    with override(terms.language or None):
        words = gettext("Covered by %(name)s, %(days)s: %(used)s of %(available)s")
        return words % {
            "name": terms.name,
            "days": written_days(span.first, span.last),
            "used": units_words(terms, used, is_short=True),
            "available": units_words(terms, available),
        }


def beyond_words(terms: Terms, span: Span) -> str:
    """Beyond Support plan, Oct 1 – 31, 2026."""
    with override(terms.language or None):
        words = gettext("Beyond %(name)s, %(days)s")
        return words % {"name": terms.name, "days": written_days(span.first, span.last)}


def units_words(terms: Terms, units: Decimal, *, is_short: bool = False) -> str:
    """34.00 h, or $5,000.00, as the active language writes it; `is_short` without the h."""
    allowed = terms.recurrence.allowed if terms.recurrence else None
    if allowed is not None and allowed.is_money:
        return format_amount(units, terms.currency, active_locale())
    number = format_number(hours(int(units)), 2, active_locale())
    return number if is_short else f"{number} h"

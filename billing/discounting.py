"""Discounts on a draft: off one line or off all of them, a percentage or an amount, before tax, and why."""

from dataclasses import dataclass
from decimal import Decimal

from billing.editing import changing
from billing.models import Discount, Invoice, InvoiceLine
from billing.totals import HUNDRED
from core.errors import Refusal
from core.money import ZERO, format_amount, round_amount, round_places
from people.models import User

PERCENT_PLACES = 3
REASON_LENGTH = 120


class DiscountIsWrong(Refusal):
    """Nothing that can be taken off."""


@dataclass(frozen=True)
class DiscountWish:
    """A percentage, above 0 and at most 100, or an amount in the invoice's currency; one of them, and why.

    The reason stands on the document.
    """

    reason: str
    percent: Decimal | None = None
    amount: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.amount is None):
            raise DiscountIsWrong("Give a percentage or an amount, one of them.", field="value")
        if not self.reason.strip():
            raise DiscountIsWrong("Say why; the client reads it on the invoice.", field="reason")


def set_discount(
    *,
    invoice: Invoice,
    wanted: DiscountWish,
    by: User | None,
    line: InvoiceLine | None = None,
    version: int | None = None,
) -> Discount:
    """Takes so much off one line, or off the whole draft where none is named; replaces the discount that is there.

    A line's own comes first, the invoice's is taken of what is left and shared by the lines; taxes come after both. A
    percentage follows what the lines come to later; an amount never takes more than there is. Source: product.md 1.8.2.
    Raises DiscountIsWrong, ChangedMeanwhile, IssuedNeverChanges, NotAllowed.
    """
    facts = {"line": line.pk} if line else {}
    with changing(invoice, "invoice.discount", by=by, version=version, why=wanted.reason, **facts) as draft:
        most = _price(draft, line)
        if most <= 0:
            raise DiscountIsWrong("Only what comes to more than zero can be discounted.", field="value")
        values = {
            "percent": _percent(wanted.percent),
            "amount": _amount(wanted.amount, most, draft.currency),
            "reason": " ".join(wanted.reason.split())[:REASON_LENGTH],
        }
        discount, _ = Discount.objects.update_or_create(
            invoice=draft, line_id=line.pk if line else None, defaults=values
        )
    discount.refresh_from_db()
    return discount


def remove_discount(*, discount: Discount, by: User | None, version: int | None = None) -> Invoice:
    """Takes the discount off the draft. Raises ChangedMeanwhile, IssuedNeverChanges, NotAllowed."""
    with changing(
        discount.invoice, "invoice.remove_discount", by=by, version=version, reason=discount.reason
    ) as draft:
        Discount.objects.filter(pk=discount.pk, invoice=draft).delete()
    return draft


def _price(draft: Invoice, line: InvoiceLine | None) -> Decimal:
    """What can be discounted: the line, or the lines less their own discounts."""
    if line is not None:
        return InvoiceLine.objects.get(pk=line.pk, invoice=draft).amount
    own = Discount.objects.filter(invoice=draft, line__isnull=False).values_list("taken_amount", flat=True)
    return draft.subtotal_amount - sum(own, ZERO)


def _percent(percent: Decimal | None) -> Decimal | None:
    if percent is None:
        return None
    rounded = round_places(percent, PERCENT_PLACES)
    if rounded != percent or not 0 < rounded <= HUNDRED:
        raise DiscountIsWrong(
            "A percentage is above 0 and at most 100, with up to three decimals.", field="value"
        )
    return rounded


def _amount(amount: Decimal | None, most: Decimal, currency: str) -> Decimal | None:
    if amount is None:
        return None
    rounded = round_amount(amount, currency)
    if not 0 < rounded <= most:
        raise DiscountIsWrong(
            f"An amount is above zero and at most what it is taken off, {format_amount(most, currency)}.",
            field="value",
        )
    return rounded

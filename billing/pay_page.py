"""What the pay page says of an invoice's lines: its frozen content in the client's own writing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.documents import Content
from billing.early import early_discount, settling_amount
from billing.models import Invoice
from billing.paper import Setter
from billing.printed import printed


@dataclass(frozen=True)
class PayLine:
    """One line: what it is for, hours and rate where it has them, and its amount."""

    name: str
    hours: str
    rate: str
    amount: str


def lines_of(content: Content) -> list[PayLine]:
    """Lines and taxes in the order of the document, in its detail. The rate is left out where a line has several."""
    content = printed(content)
    content = printed(content)
    to = Setter(content["language"], content["currency"])
    lines = [
        PayLine(
            name=": ".join(part for part in (group["name"], line["description"]) if part),
            hours=to.hours(line["minutes"]),
            rate=to.money_rate(line["rate"]),
            amount=to.money(line["amount"]),
        )
        for group in content["groups"]
        for line in group["lines"]
    ]
    return lines + [PayLine(tax["name"], "", "", to.money(tax["amount"])) for tax in content["taxes"]]


@dataclass(frozen=True)
class EarlyOffer:
    """What paying now saves: `amount` settles the invoice until that day."""

    amount: Decimal
    saved_amount: Decimal
    percent: str
    until_on: date


def early_offer(invoice: Invoice, payable: Decimal, *, on: date) -> EarlyOffer | None:
    """The discount that paying on that day takes, in the client's writing; None where there is none. No statement."""
    amount, offer = settling_amount(invoice, payable, on=on), early_discount(invoice)
    if amount is None or offer is None:
        return None
    to = Setter(invoice.client.language, invoice.currency)
    return EarlyOffer(amount, offer.amount, to.percent(str(offer.percent)), offer.until_on)

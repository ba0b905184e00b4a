"""The content of an invoice for programs: EN 16931 in the syntax of Factur-X (ZUGFeRD), made from what was frozen.

Amounts are those of the document, to the cent; nothing is calculated anew but what the standard wants beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from billing.documents import Content
from billing.totals import spread
from core.errors import Refusal
from core.money import ZERO, places, round_amount

CREDIT, DEPOSIT = "CREDIT", "DEPOSIT"
# UNTDID 1001: credit note; all else is a commercial invoice, 380.
TYPE_CODES = {CREDIT: "381"}
GUIDELINE = "urn:cen.eu:en16931:2017"
# UNTDID 5305: taxed, outside the scope of tax, reverse charge, exempt, zero rated.
STANDARD, UNTAXED, REVERSE, EXEMPT, ZERO_RATED = "S", "O", "AE", "E", "Z"
VAT_NUMBER, LOCAL_NUMBER = "VA", "FC"
HOUR, DAY, PIECE = "HUR", "DAY", "C62"


class NotEnoughForPrograms(Refusal):
    """An electronic invoice names things that paper may leave out."""

    sentence = "The electronic invoice lacks {missing}. {where}"


class NotOneTax(Refusal):
    """EN 16931 knows one tax rate for each line, on top of its price."""

    sentence = (
        "An electronic invoice has one tax, on top of the prices. "
        "Turn the electronic invoice off for this client, or bill it so."
    )


@dataclass(frozen=True)
class TaxGroup:
    """What is taxed alike: category, percent, base and tax."""

    category: str
    percent: Decimal
    base: Decimal
    amount: Decimal
    # Why it is not taxed, where it is not.
    reason: str = ""


def is_electronic(content: Content) -> bool:
    """Whether the document was frozen to carry its content for programs; a deposit request is paper only."""
    return content.get("electronic") == "FACTURX" and content.get("kind") != DEPOSIT


def what_is_missing_for_programs(content: Content) -> str:
    """What an electronic invoice of this content lacks, in words; empty when nothing does."""
    try:
        check(content)
    except Refusal as refusal:
        return refusal.message
    return ""


def check(content: Content) -> None:
    """Raises NotEnoughForPrograms or NotOneTax where EN 16931 asks for more than the content has."""
    company, client = "Settings, Company has the field.", "The client's page has the field."
    if not content["firm"].get("country"):
        raise NotEnoughForPrograms(missing="the country of your company", where=company)
    if not content["firm"]["tax_number"]:
        raise NotEnoughForPrograms(missing="the tax number of your company", where=company)
    if not content["client"].get("country"):
        raise NotEnoughForPrograms(missing="the country of the client", where=client)
    tax_groups(content)


def tax_groups(content: Content) -> list[TaxGroup]:
    """The taxed part and the untaxed rest, after discounts; they add up to what is left of the subtotal. Raises
    NotOneTax."""
    taxes = content["taxes"]
    if len(taxes) > 1 or any(tax.get("is_included") for tax in taxes):
        raise NotOneTax
    groups = [_group(tax, " ".join(content.get("tax_notes", ()))) for tax in taxes]
    rest = net_amount(content) - sum((group.base for group in groups), ZERO)
    if rest or not groups:
        groups.append(TaxGroup(_untaxed(content, is_alone=not groups), ZERO, rest, ZERO))
    if len(groups) > 1 and not _fits(content, groups[0].base):
        raise NotOneTax
    return groups


def _group(tax: Content, note: str) -> TaxGroup:
    """A rate of zero is reverse charge or an exemption where the document's words say so."""
    percent = Decimal(tax["rate_percent"])
    category = STANDARD if percent else ZERO_RATED
    if not percent and note:
        category = REVERSE if "reverse" in note.lower() else EXEMPT
    return TaxGroup(category, percent, Decimal(tax["base"]), Decimal(tax["amount"]), "" if percent else note)


def _untaxed(content: Content, *, is_alone: bool) -> str:
    """Outside the scope of tax only where nothing is taxed and nobody has a VAT number (BR-O-2, -11), else exempt."""
    numbers = [vat_scheme(who["tax_number"]) for who in (content["firm"], content["client"])]
    return UNTAXED if is_alone and VAT_NUMBER not in numbers else EXEMPT


def vat_scheme(number: str) -> str:
    """VA is a number with the country's letters before it, FC one of the local tax office; empty is neither."""
    number = number.replace(" ", "")
    return (VAT_NUMBER if number[:2].isalpha() else LOCAL_NUMBER) if number else ""


def _fits(content: Content, base: Decimal) -> bool:
    """Whether the lines say which of them is taxed, and so add up to what is taxed, less their part of a discount off
    the whole document."""
    lines = list(_lines(content))
    if any("is_taxable" not in line for line in lines):
        return False
    taxed, untaxed = _of_document(content, base)
    if content.get("kind") == CREDIT:
        # What a credit memo gives back of discounts is known as a sum.
        return min(taxed, untaxed) >= 0
    prices = [_net(content, line) for line in lines]
    shares = spread(taxed + untaxed, prices, content["currency"])
    own = sum((share for line, share in zip(lines, shares, strict=True) if line["is_taxable"]), ZERO)
    return taxed == own


def net_amount(content: Content) -> Decimal:
    """What is taxed or not: the lines less all discounts (BT-109)."""
    return Decimal(content["subtotal"]) - sum(
        (Decimal(each["amount"]) for each in content.get("discounts", ())), ZERO
    )


def _of_document(content: Content, base: Decimal) -> tuple[Decimal, Decimal]:
    """What a discount off the whole document takes off the taxed lines, and off the others."""
    whole = sum((Decimal(each["amount"]) for each in _document_discounts(content)), ZERO)
    lines = (line for line in _lines(content) if line.get("is_taxable", True))
    taxed = sum((_net(content, line) for line in lines), ZERO) - base
    return taxed, whole - taxed


def _document_discounts(content: Content) -> list[Content]:
    return [each for each in content.get("discounts", ()) if not each.get("line_id")]


def _own_discount(content: Content, line: Content) -> Content | None:
    own = (each for each in content.get("discounts", ()) if each.get("line_id") == line["line_id"])
    return next(own, None)


def _net(content: Content, line: Content) -> Decimal:
    """A line less its own discount (BT-131)."""
    own = _own_discount(content, line)
    return Decimal(line["amount"]) - (Decimal(own["amount"]) if own else ZERO)


def _lines(content: Content) -> Iterator[Content]:
    for group in content["groups"]:
        for line in group["lines"]:
            yield {**line, "group": group["name"]}


@dataclass(frozen=True)
class Allowance:
    """A discount as programs read it (BG-20 of the document, BG-27 of a line): the amount, why, and of what.

    `percent` is given only where percent × base, rounded, is the amount. `tax` is that of a document's.
    """

    amount: Decimal
    reason: str
    base: Decimal
    percent: Decimal | None = None
    tax: TaxGroup | None = None


def _allowance(
    discount: Content, amount: Decimal, base: Decimal, currency: str, tax: TaxGroup | None = None
) -> Allowance:
    percent = None if discount["percent"] is None else Decimal(discount["percent"])
    if percent is not None and round_amount(base * percent / 100, currency) != amount:
        percent = None
    return Allowance(amount, discount["reason"] or "Discount", base, percent, tax)


def allowances_of(content: Content) -> list[Allowance]:
    """The discounts off the whole document: EN 16931 wants one for each tax, so the discount stands in its parts.

    Raises NotOneTax."""
    groups = tax_groups(content)
    found = _document_discounts(content)
    if not found:
        return []
    discount = found[0] | {"amount": sum((Decimal(each["amount"]) for each in found), ZERO)}
    if len(groups) == 1:
        parts = [(groups[0], discount["amount"])]
    else:
        parts = list(zip(groups, _of_document(content, groups[0].base), strict=True))
    return [
        _allowance(discount, amount, tax.base + amount, content["currency"], tax)
        for tax, amount in parts
        if amount
    ]


@dataclass(frozen=True)
class ELine:
    """A line as programs read it: `amount` is what is left of it after its own discount."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    tax: TaxGroup
    allowance: Allowance | None = None


def lines_of(content: Content) -> list[ELine]:
    """All lines. Hours and rate where they make the amount, else one piece at the amount. Raises NotOneTax."""
    groups = tax_groups(content)
    taxed, untaxed = groups[0], groups[-1]
    currency = content["currency"]
    found = []
    for line in _lines(content):
        amount = Decimal(line["amount"])
        quantity, unit, price = _measure(line, amount, currency)
        name = ", ".join(part for part in (line["group"], line["description"]) if part)
        tax = taxed if line.get("is_taxable", True) else untaxed
        own = _own_discount(content, line)
        off = _allowance(own, Decimal(own["amount"]), amount, currency) if own else None
        found.append(ELine(name, quantity, unit, price, _net(content, line), tax, off))
    return found


def _measure(line: Content, amount: Decimal, currency: str) -> tuple[Decimal, str, Decimal]:
    """Quantity, its unit and the price of one. A negative line is a negative quantity: prices are never below zero."""
    minutes, rate = line.get("minutes"), line.get("rate")
    unit_minutes = line.get("unit_minutes", 60)
    if minutes and rate is not None:
        exact = Decimal(minutes) * Decimal(rate)
        if exact == amount * unit_minutes and not (minutes * 100) % unit_minutes:
            return Decimal(minutes) / unit_minutes, HOUR if unit_minutes == 60 else DAY, Decimal(rate)
    return (Decimal(1), PIECE, amount) if amount >= 0 else (Decimal(-1), PIECE, -amount)


def money_text(amount: Decimal, currency: str) -> str:
    """2.50: with the currency's places, never more than EN 16931 takes."""
    return f"{amount:.{min(places(currency), 2)}f}"

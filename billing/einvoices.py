"""The content of an invoice for programs: EN 16931 in the syntax of Factur-X (ZUGFeRD), made from what was frozen.

Amounts are those of the document, to the cent; nothing is calculated anew but what the standard wants beside them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from billing.documents import Content
from core.errors import Refusal
from core.money import ZERO, places

CREDIT, DEPOSIT = "CREDIT", "DEPOSIT"
# UNTDID 1001: credit note; all else is a commercial invoice, 380.
TYPE_CODES = {CREDIT: "381"}
GUIDELINE = "urn:cen.eu:en16931:2017"
# UNTDID 5305: taxed, outside the scope of tax, reverse charge, exempt, zero rated.
STANDARD, UNTAXED, REVERSE, EXEMPT, ZERO_RATED = "S", "O", "AE", "E", "Z"
HOUR, DAY, PIECE = "HUR", "DAY", "C62"


class NotEnoughForPrograms(Refusal):
    """An electronic invoice names things that paper may leave out."""

    sentence = "The electronic invoice lacks {missing}. {where}"


class NotOneTax(Refusal):
    """EN 16931 knows one tax rate for each line, on top of its price; discounts would need a tax each."""

    sentence = (
        "An electronic invoice has one tax, on top of the prices, and no discounts. "
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
    """The taxed part and the untaxed rest; they add up to the subtotal. Raises NotOneTax."""
    taxes = content["taxes"]
    subtotal = Decimal(content["subtotal"])
    if len(taxes) > 1 or content.get("discounts") or any(tax.get("is_included") for tax in taxes):
        raise NotOneTax
    groups = [_group(tax, " ".join(content.get("tax_notes", ()))) for tax in taxes]
    rest = subtotal - sum((group.base for group in groups), ZERO)
    if rest or not groups:
        groups.append(TaxGroup(UNTAXED, ZERO, rest, ZERO))
    if len(groups) > 1 and not _fits(content, groups):
        raise NotOneTax
    return groups


def _group(tax: Content, note: str) -> TaxGroup:
    """A rate of zero is reverse charge or an exemption where the document's words say so."""
    percent = Decimal(tax["rate_percent"])
    category = STANDARD if percent else ZERO_RATED
    if not percent and note:
        category = REVERSE if "reverse" in note.lower() else EXEMPT
    return TaxGroup(category, percent, Decimal(tax["base"]), Decimal(tax["amount"]), "" if percent else note)


def _fits(content: Content, groups: list[TaxGroup]) -> bool:
    """Whether the lines say which of them is taxed, and so add up to the groups."""
    lines = list(_lines(content))
    if any("is_taxable" not in line for line in lines):
        return False
    taxed = sum((Decimal(line["amount"]) for line in lines if line["is_taxable"]), ZERO)
    return taxed == groups[0].base


def _lines(content: Content) -> Iterator[Content]:
    for group in content["groups"]:
        for line in group["lines"]:
            yield {**line, "group": group["name"]}


@dataclass(frozen=True)
class ELine:
    """A line as programs read it."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    tax: TaxGroup


def lines_of(content: Content) -> list[ELine]:
    """All lines. Hours and rate where they make the amount, else one piece at the amount. Raises NotOneTax."""
    groups = tax_groups(content)
    taxed, untaxed = groups[0], groups[-1]
    found = []
    for line in _lines(content):
        amount = Decimal(line["amount"])
        quantity, unit, price = _measure(line, amount, content["currency"])
        name = ", ".join(part for part in (line["group"], line["description"]) if part)
        found.append(
            ELine(name, quantity, unit, price, amount, taxed if line.get("is_taxable", True) else untaxed)
        )
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

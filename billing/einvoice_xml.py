"""The XML of an electronic invoice, element by element in the order of the schema (UN/CEFACT CII D16B and later).

lxml and factur-x are large: `billing.rendering` loads this when the first electronic invoice is made.
"""

import logging
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import facturx
from lxml import etree

from billing.documents import Content
from billing.einvoices import (
    GUIDELINE,
    STANDARD,
    TYPE_CODES,
    UNTAXED,
    VAT_NUMBER,
    ZERO_RATED,
    Allowance,
    ELine,
    TaxGroup,
    allowances_of,
    check,
    lines_of,
    money_text,
    net_amount,
    tax_groups,
    vat_scheme,
)
from core.money import ZERO

SPACES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
ADDRESS_LINES = ("LineOne", "LineTwo", "LineThree")
# UNTDID 4461: credit transfer, and a means that is agreed on elsewhere.
TRANSFER, OTHER = "30", "1"
# UNTDID 5189.
DISCOUNT = "95"
SELLER = "ram:SellerTradeParty"
Element = Any
# It tells of each file that it makes.
logging.getLogger("factur-x").setLevel(logging.WARNING)


def written(content: Content) -> bytes:
    """The XML, checked against the schema of Factur-X without a network. Raises NotEnoughForPrograms, NotOneTax."""
    check(content)
    root = etree.Element(_name("rsm:CrossIndustryInvoice"), nsmap=SPACES)
    context = _add(root, "rsm:ExchangedDocumentContext")
    _add(_add(context, "ram:GuidelineSpecifiedDocumentContextParameter"), "ram:ID", GUIDELINE)
    document = _add(root, "rsm:ExchangedDocument")
    _add(document, "ram:ID", content["number"])
    _add(document, "ram:TypeCode", TYPE_CODES.get(content.get("kind", ""), "380"))
    _day(_add(document, "ram:IssueDateTime"), content["issued_on"])
    if content["message"].strip():
        _add(_add(document, "ram:IncludedNote"), "ram:Content", content["message"].strip())
    trade = _add(root, "rsm:SupplyChainTradeTransaction")
    for number, line in enumerate(lines_of(content), start=1):
        _line(trade, number, line, content["currency"])
    _agreement(trade, content)
    delivery = _add(trade, "ram:ApplicableHeaderTradeDelivery")
    if content["period"][1]:
        happened = _add(_add(delivery, "ram:ActualDeliverySupplyChainEvent"), "ram:OccurrenceDateTime")
        _day(happened, content["period"][1])
    _settlement(trade, content)
    xml = bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    return xml


def embedded(pdf: bytes, content: Content) -> bytes:
    """The PDF/A-3 with the XML of this content as its attachment factur-x.xml, and the metadata that say so."""
    number = content["number"]
    metadata = {
        "author": content["firm"]["name"],
        "title": number,
        "subject": number,
        "keywords": "Factur-X",
    }
    return bytes(
        facturx.generate_from_binary(
            pdf,
            written(content),
            flavor="factur-x",
            level="en16931",
            check_xsd=False,
            check_schematron=False,
            pdf_metadata=metadata,
            lang=content["language"],
            afrelationship="alternative",
        )
    )


def _line(trade: Element, number: int, line: ELine, currency: str) -> None:
    item = _add(trade, "ram:IncludedSupplyChainTradeLineItem")
    _add(_add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(number))
    _add(_add(item, "ram:SpecifiedTradeProduct"), "ram:Name", line.name or "Services")
    price = _add(_add(item, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice")
    _add(price, "ram:ChargeAmount", f"{line.price:f}")
    delivery = _add(item, "ram:SpecifiedLineTradeDelivery")
    _add(delivery, "ram:BilledQuantity", f"{line.quantity:f}", unitCode=line.unit)
    settlement = _add(item, "ram:SpecifiedLineTradeSettlement")
    _tax(settlement, line.tax)
    if line.allowance:
        _allowance(settlement, line.allowance, currency)
    sums = _add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    _add(sums, "ram:LineTotalAmount", money_text(line.amount, currency))


def _allowance(parent: Element, allowance: Allowance, currency: str) -> None:
    """A discount off a line, or with its tax off the whole document."""
    found = _add(parent, "ram:SpecifiedTradeAllowanceCharge")
    _add(_add(found, "ram:ChargeIndicator"), "udt:Indicator", "false")
    if allowance.percent is not None:
        _add(found, "ram:CalculationPercent", f"{allowance.percent.normalize():f}")
    _add(found, "ram:BasisAmount", money_text(allowance.base, currency))
    _add(found, "ram:ActualAmount", money_text(allowance.amount, currency))
    _add(found, "ram:ReasonCode", DISCOUNT)
    _add(found, "ram:Reason", allowance.reason)
    if allowance.tax is not None:
        _tax(found, allowance.tax, "ram:CategoryTradeTax")


def _tax(parent: Element, tax: TaxGroup, name: str = "ram:ApplicableTradeTax") -> None:
    """The tax of a line or a discount: its category and percent."""
    found = _add(parent, name)
    _add(found, "ram:TypeCode", "VAT")
    _add(found, "ram:CategoryCode", tax.category)
    if tax.category != UNTAXED:
        _add(found, "ram:RateApplicablePercent", f"{tax.percent.normalize():f}")


def _agreement(trade: Element, content: Content) -> None:
    agreement = _add(trade, "ram:ApplicableHeaderTradeAgreement")
    if content.get("buyer_reference"):
        _add(agreement, "ram:BuyerReference", content["buyer_reference"])
    _party(agreement, SELLER, content["firm"])
    _party(agreement, "ram:BuyerTradeParty", content["client"])
    if content["po_number"]:
        order = _add(agreement, "ram:BuyerOrderReferencedDocument")
        _add(order, "ram:IssuerAssignedID", content["po_number"])


def _party(parent: Element, name: str, who: Content) -> None:
    party = _add(parent, name)
    _add(party, "ram:Name", who["name"])
    if who.get("email") or who.get("phone"):
        contact = _add(party, "ram:DefinedTradeContact")
        _add(contact, "ram:PersonName", who["name"])
        if who.get("phone"):
            _add(_add(contact, "ram:TelephoneUniversalCommunication"), "ram:CompleteNumber", who["phone"])
        if who.get("email"):
            _add(_add(contact, "ram:EmailURIUniversalCommunication"), "ram:URIID", who["email"])
    address = _add(party, "ram:PostalTradeAddress")
    lines = [line.strip() for line in who["address"].splitlines() if line.strip()]
    # More than three lines are written together in the last.
    shown = [*lines[:2], ", ".join(lines[2:])] if len(lines) > 3 else lines
    for tag, line in zip(ADDRESS_LINES, shown, strict=False):
        _add(address, f"ram:{tag}", line)
    _add(address, "ram:CountryID", who["country"])
    number = who["tax_number"].replace(" ", "")
    scheme = vat_scheme(number)
    # Of a buyer only a VAT number is known to the standard (BT-48).
    if scheme == VAT_NUMBER or (scheme and name == SELLER):
        _add(_add(party, "ram:SpecifiedTaxRegistration"), "ram:ID", number, schemeID=scheme)


def _settlement(trade: Element, content: Content) -> None:
    currency = content["currency"]
    settlement = _add(trade, "ram:ApplicableHeaderTradeSettlement")
    _add(settlement, "ram:PaymentReference", content["number"])
    _add(settlement, "ram:InvoiceCurrencyCode", currency)
    means = _add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    iban = content["firm"].get("iban", "")
    _add(means, "ram:TypeCode", TRANSFER if iban else OTHER)
    if iban:
        _add(_add(means, "ram:PayeePartyCreditorFinancialAccount"), "ram:IBANID", iban)
    groups = tax_groups(content)
    for tax in groups:
        _tax_group(settlement, tax, currency)
    if all(content["period"]):
        period = _add(settlement, "ram:BillingSpecifiedPeriod")
        for name, day in zip(("Start", "End"), content["period"], strict=True):
            _day(_add(period, f"ram:{name}DateTime"), day)
    allowances = allowances_of(content)
    for allowance in allowances:
        _allowance(settlement, allowance, currency)
    if content["terms"] or content["due_on"]:
        terms = _add(settlement, "ram:SpecifiedTradePaymentTerms")
        if content["terms"]:
            _add(terms, "ram:Description", content["terms"])
        if content["due_on"]:
            _day(_add(terms, "ram:DueDateDateTime"), content["due_on"])
    _sums(settlement, content, groups, sum((each.amount for each in allowances), ZERO))
    if content.get("invoice_number"):
        _add(
            _add(settlement, "ram:InvoiceReferencedDocument"),
            "ram:IssuerAssignedID",
            content["invoice_number"],
        )


def _tax_group(settlement: Element, tax: TaxGroup, currency: str) -> None:
    found = _add(settlement, "ram:ApplicableTradeTax")
    _add(found, "ram:CalculatedAmount", money_text(tax.amount, currency))
    _add(found, "ram:TypeCode", "VAT")
    if tax.category not in (STANDARD, ZERO_RATED):
        _add(found, "ram:ExemptionReason", tax.reason or "Not subject to tax")
    _add(found, "ram:BasisAmount", money_text(tax.base, currency))
    _add(found, "ram:CategoryCode", tax.category)
    if tax.category != UNTAXED:
        _add(found, "ram:RateApplicablePercent", f"{tax.percent.normalize():f}")


def _sums(settlement: Element, content: Content, groups: Sequence[TaxGroup], allowed: Decimal) -> None:
    """BT-106 is the sum of the lines after their own discounts; less those of the document (BT-107) it is BT-109."""
    currency = content["currency"]
    net, total = net_amount(content), Decimal(content["total"])
    sums = _add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    _add(sums, "ram:LineTotalAmount", money_text(net + allowed, currency))
    if allowed:
        _add(sums, "ram:AllowanceTotalAmount", money_text(allowed, currency))
    _add(sums, "ram:TaxBasisTotalAmount", money_text(net, currency))
    tax = sum((group.amount for group in groups), ZERO)
    _add(sums, "ram:TaxTotalAmount", money_text(tax, currency), currencyID=currency)
    _add(sums, "ram:GrandTotalAmount", money_text(total, currency))
    _add(sums, "ram:DuePayableAmount", money_text(total, currency))


def _day(parent: Element, text: str | None) -> None:
    if text:
        _add(parent, "udt:DateTimeString", f"{date.fromisoformat(text):%Y%m%d}", format="102")


def _add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = etree.SubElement(parent, _name(name), attributes)
    if text:
        element.text = text
    return element


def _name(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"

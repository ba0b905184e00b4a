"""Electronic invoices: what programs read is what paper says, valid by the schema, inside a PDF/A-3."""

import xml.etree.ElementTree as ET
from decimal import Decimal
from io import BytesIO
from typing import Any

import facturx
import pytest
from pypdf import PdfReader

from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.discounting import DiscountWish, set_discount
from billing.documents import Content
from billing.einvoice_xml import written
from billing.einvoices import NotEnoughForPrograms, NotOneTax, lines_of, tax_groups
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from billing.models import BillingRules, ClientDocuments, Invoice
from billing.rendering import ensure_pdf, pdf
from billing.samples import sample_content
from clients.models import Client
from people.models import LegalEntity
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast
from tests.taxes import tax_code

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


@pytest.fixture
def content(cast: Cast) -> Content:
    company = {
        "country": "DE",
        "iban": "DE89370400440532013000",
        "tax_number": "DE123456789",
        "currency": "EUR",
    }
    LegalEntity.objects.update(**company)
    made = sample_content(LegalEntity.objects.get(), on=TODAY)
    made["client"]["country"] = "FR"
    return made | {"number": "HM-2026-0418", "electronic": "FACTURX", "buyer_reference": "991-12345-67"}


def texts(xml: bytes, name: str) -> list[str]:
    return [found.text or "" for found in ET.fromstring(xml).iter(f"{RAM}{name}")]


def test_programs_read_what_paper_says(content: Content) -> None:
    xml = written(content)
    assert texts(xml, "GrandTotalAmount") == ["4686.83"]
    assert texts(xml, "TaxBasisTotalAmount") == ["4370.00"]
    assert texts(xml, "TaxTotalAmount") == ["316.83"]
    assert texts(xml, "LineTotalAmount") == ["1920.00", "1900.00", "550.00", "4370.00"]
    assert texts(xml, "BilledQuantity") == ["8", "10", "5"]
    assert texts(xml, "ChargeAmount") == ["240", "190", "110"]
    assert texts(xml, "BuyerReference") == ["991-12345-67"]
    assert texts(xml, "IBANID") == ["DE89370400440532013000"]
    assert texts(xml, "CountryID") == ["DE", "FR"]
    assert texts(xml, "RateApplicablePercent") == ["7.25"] * 4
    credit = written(content | {"kind": "CREDIT", "invoice_number": "HM-2026-0400"})
    assert "381" in texts(credit, "TypeCode")
    assert "HM-2026-0400" in texts(credit, "IssuerAssignedID")


def test_it_travels_inside_the_pdf(content: Content) -> None:
    made = pdf(content)
    name, xml = facturx.get_xml_from_pdf(made, check_xsd=True)
    assert name == "factur-x.xml"
    assert texts(xml, "GrandTotalAmount") == ["4686.83"]
    reader = PdfReader(BytesIO(made))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data()  # type: ignore[index]
    assert b"EN 16931" in metadata
    assert b"<pdfaid:part>3</pdfaid:part>" in metadata or b'pdfaid:part="3"' in metadata
    assert "City of Larkspur Public Works" in reader.pages[0].extract_text()
    assert PdfReader(BytesIO(pdf(content | {"electronic": ""}))).attachments == {}


@pytest.mark.parametrize(
    ("minutes", "rate", "amount", "unit_minutes", "read"),
    [
        (90, "190", "285", 60, ("1.5", "HUR", "190")),
        (960, "800", "1600", 480, ("2", "DAY", "800")),
        # Three entries of 20 minutes, each rounded: hours × rate is not the amount.
        (60, "100", "99.99", 60, ("1", "C62", "99.99")),
        (None, None, "500", 60, ("1", "C62", "500")),
        (None, None, "-50", 60, ("-1", "C62", "50")),
        # A third of an hour has no end as a decimal.
        (20, "90", "30", 60, ("1", "C62", "30")),
    ],
)
def test_hours_and_rate_only_where_they_make_the_amount(
    content: Content, minutes: Any, rate: Any, amount: str, unit_minutes: int, read: tuple[str, str, str]
) -> None:
    line = {"line_id": 1, "description": "Work", "minutes": minutes, "rate": rate, "amount": amount}
    content["groups"] = [{"name": "", "amount": amount, "lines": [line | {"unit_minutes": unit_minutes}]}]
    [found] = lines_of(content)
    assert (f"{found.quantity:f}", found.unit, f"{found.price:f}") == read
    assert found.amount == Decimal(amount)


def test_taxed_and_untaxed_lines(content: Content) -> None:
    lines = [line for group in content["groups"] for line in group["lines"]]
    for line, is_taxable in zip(lines, (True, True, False), strict=True):
        line["is_taxable"] = is_taxable
    content["taxes"] = [{"name": "VAT", "rate_percent": "20", "base": "3820", "amount": "764"}]
    content["total"] = "5134"
    assert [(one.category, one.base, one.amount) for one in tax_groups(content)] == [
        ("S", Decimal(3820), Decimal(764)),
        # Not "outside the scope": that is never beside a tax, nor of a firm with a VAT number (BR-O-2, BR-O-11).
        ("E", Decimal(550), Decimal(0)),
    ]
    alone = content | {"taxes": [], "total": "4370"}
    assert [one.category for one in tax_groups(alone)] == ["E"]
    for who in ("firm", "client"):
        alone[who]["tax_number"] = "94-3301772"
    assert [one.category for one in tax_groups(alone)] == ["O"]
    alone["firm"]["tax_number"] = "DE123456789"
    assert texts(written(content), "BasisAmount") == ["3820.00", "550.00"]
    content["taxes"].append({"name": "City", "rate_percent": "1", "base": "4370", "amount": "43.70"})
    with pytest.raises(NotOneTax):
        written(content)


def test_discounts_are_allowances_that_tie(content: Content) -> None:
    """10 % off the whole, 3,820.00 taxed and 500.00 not; before it 50.00 off the last line, which is not taxed."""
    lines = [line for group in content["groups"] for line in group["lines"]]
    for place, (line, is_taxable) in enumerate(zip(lines, (True, True, False), strict=True)):
        line |= {"line_id": place + 1, "is_taxable": is_taxable}
    content["discounts"] = [
        {"reason": "Goodwill", "line": "Survey", "line_id": 3, "percent": None, "amount": "50"},
        {"reason": "Long standing", "line": "", "percent": "10", "amount": "432"},
    ]
    content["taxes"] = [{"name": "VAT", "rate_percent": "20", "base": "3438", "amount": "687.60"}]
    content["total"] = "4575.60"
    xml = written(content)
    # Off the line, then off the taxed and the untaxed lines.
    assert texts(xml, "ActualAmount") == ["50.00", "382.00", "50.00"]
    assert texts(xml, "BasisAmount") == ["550.00", "3438.00", "450.00", "3820.00", "500.00"]
    assert texts(xml, "CalculationPercent") == ["10", "10"]
    assert texts(xml, "Reason") == ["Goodwill", "Long standing", "Long standing"]
    assert texts(xml, "ReasonCode") == ["95", "95", "95"]
    assert texts(xml, "LineTotalAmount") == ["1920.00", "1900.00", "500.00", "4320.00"]
    assert texts(xml, "AllowanceTotalAmount") == ["432.00"]
    assert texts(xml, "TaxBasisTotalAmount") == ["3888.00"]
    assert texts(xml, "GrandTotalAmount") == ["4575.60"]


@pytest.mark.parametrize(
    ("whose", "field", "words"),
    [
        ("firm", "country", "the country of your company"),
        ("firm", "tax_number", "the tax number of your company"),
        ("client", "country", "the country of the client"),
    ],
)
def test_what_programs_need_and_paper_does_not(content: Content, whose: str, field: str, words: str) -> None:
    content[whose][field] = ""
    with pytest.raises(NotEnoughForPrograms, match=words):
        written(content)


def test_issuing_refuses_before_a_number_is_used_up(cast: Cast) -> None:
    BillingRules.objects.update(is_electronic=True)
    draft = drafted(cast, 60)
    with pytest.raises(NotEnoughForPrograms, match="Settings, Company has the field"):
        issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    assert Invoice.objects.get(pk=draft.pk).state == "DRAFT"
    LegalEntity.objects.update(country="US", tax_number="94-3301772")
    invoice = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    assert invoice.number.endswith("0001")
    assert facturx.get_xml_from_pdf(ensure_pdf(invoice).read())[0] == "factur-x.xml"
    # This client never gets one.
    ClientDocuments.objects.create(client=Client.objects.get(), electronic="NONE")
    paper = issue_invoice(invoice=drafted(cast, 30), by=cast.finance, on=TODAY, at=NOW)
    assert "electronic" not in paper.document.content


def test_a_discounted_invoice_and_its_credit_memo_are_issued(cast: Cast) -> None:
    """285.00 less 10 % and then 6.50: 250.00, with 8 % tax 270.00; half of the line credited is 135.00."""
    company = {"country": "DE", "tax_number": "DE123456789", "iban": "DE89370400440532013000"}
    LegalEntity.objects.update(**company)
    Client.objects.update(country="FR", tax_code=tax_code("VAT", "8"))
    BillingRules.objects.update(is_electronic=True)
    draft = drafted(cast, 90)
    line = draft.lines.get()
    for whose, wanted in (
        (line, DiscountWish("Volume", percent=Decimal(10))),
        (None, DiscountWish("Goodwill", amount=Decimal("6.50"))),
    ):
        set_discount(invoice=draft, line=whose, wanted=wanted, by=cast.finance)
    invoice = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    assert invoice.total_amount == 270
    xml = facturx.get_xml_from_pdf(ensure_pdf(invoice).read(), check_xsd=True)[1]
    assert texts(xml, "ActualAmount") == ["28.50", "6.50"]
    assert texts(xml, "LineTotalAmount") == ["256.50", "256.50"]
    assert texts(xml, "TaxBasisTotalAmount") == ["250.00"]
    assert texts(xml, "GrandTotalAmount") == ["270.00"]
    half = LineWish(line.pk, percent=Decimal(50))
    credit = draft_credit(invoice=invoice, lines=[half], reason="Half", by=cast.finance)
    issued = issue_credit(credit=credit, by=cast.finance, on=TODAY, at=NOW)
    back = written(issued.document.content)
    assert texts(back, "AllowanceTotalAmount") == ["17.50"]
    assert texts(back, "GrandTotalAmount") == ["135.00"]

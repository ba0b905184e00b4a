"""Electronic invoices: what programs read is what paper says, valid by the schema, inside a PDF/A-3."""

import xml.etree.ElementTree as ET
from decimal import Decimal
from io import BytesIO
from typing import Any

import facturx
import pytest
from pypdf import PdfReader

from billing.documents import Content
from billing.einvoice_xml import written
from billing.einvoices import NotEnoughForPrograms, NotOneTax, lines_of, tax_groups
from billing.issuing import issue_invoice
from billing.models import BillingRules, ClientDocuments, Invoice
from billing.rendering import ensure_pdf, pdf
from billing.samples import sample_content
from clients.models import Client
from people.models import LegalEntity
from tests.billing.work import drafted
from tests.cast import NOW, TODAY, Cast

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
        ("O", Decimal(550), Decimal(0)),
    ]
    assert texts(written(content), "BasisAmount") == ["3820.00", "550.00"]
    content["taxes"].append({"name": "City", "rate_percent": "1", "base": "4370", "amount": "43.70"})
    with pytest.raises(NotOneTax):
        written(content)


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

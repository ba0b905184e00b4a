"""The paper: words and figures of the client's language, fonts embedded, heads repeated."""

from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from billing.documents import Content, build_content
from billing.models import Invoice
from billing.paper import Paper, paper_of
from billing.rendering import file_name, pdf
from core.typesetting import Files
from tests.billing.work import drafted, log_many
from tests.cast import TODAY, Cast


def content_of(cast: Cast, *sizes: int, **changes: Any) -> Content:
    invoice = drafted(cast, *sizes)
    found = Invoice.objects.select_related("client", "entity", "terms").get(pk=invoice.pk)
    return build_content(found, number="INV-2026-0001", issued_on=TODAY, due_on=TODAY) | changes


def paper(content: Content) -> Paper:
    with translation.override(content["language"]):
        return paper_of(content)


def read(content: Content, pay_url: str = "") -> PdfReader:
    return PdfReader(BytesIO(pdf(content, pay_url=pay_url)))


def test_the_fonts_are_embedded_and_nothing_else_is_used(cast: Cast) -> None:
    content = content_of(cast, 60, title="Łódź, Αθήνα, Київ")
    fonts = [
        font.get_object()
        for page in read(content).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    for font in fonts:
        assert "+Inter-" in font["/BaseFont"]
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
    assert "Łódź, Αθήνα, Київ" in read(content).pages[0].extract_text()


def test_what_the_first_page_says(cast: Cast) -> None:
    url = "https://hm.example/pay/0b9f2c1e-6a51-4a2a-9d0b-0f3d2f6c8a10.x2VwZ3QyN0hUc2RmZ0hq/"
    first = read(content_of(cast, 60, 30), pay_url=url).pages[0]
    text = first.extract_text()
    for words in (
        "INV-2026-0001",
        "City of Larkspur Public Works",
        "Hydraulic design",
        "$285.00",
        "page 1 of 2",
    ):
        assert words in text
    links = [note.get_object()["/A"]["/URI"] for note in first["/Annots"]]  # type: ignore[union-attr]
    assert links == [url]


def test_many_lines_repeat_the_head_and_count_pages(cast: Cast) -> None:
    log_many(cast.manager, cast.review, 120, rate=240)
    pages = read(content_of(cast, 60)).pages
    assert len(pages) > 3
    for number, page in enumerate(pages[1:], start=2):
        text = page.extract_text()
        assert "Person" in text
        assert f"page {number} of {len(pages)}" in text


@pytest.mark.parametrize(("size", "width"), [("A4", 595), ("Letter", 612)])
def test_the_paper_is_that_of_the_entity(cast: Cast, size: str, width: int) -> None:
    content = content_of(cast, 60)
    content["firm"]["paper"] = size
    assert int(read(content).pages[0].mediabox.width) == width


@pytest.mark.parametrize(
    ("language", "currency", "total", "amount", "due"),
    [
        ("en-us", "USD", "$1,234.50", "1,234.50", "Total due Nov 25, 2026"),
        ("de", "EUR", "1.234,50\xa0€", "1.234,50", "Gesamtbetrag, fällig am 25.11.2026"),
        ("en-us", "JPY", "¥1,235", "1,235", "Total due Nov 25, 2026"),
        ("en-us", "KWD", "KWD\xa01,234.500", "1,234.500", "Total due Nov 25, 2026"),
        ("xx", "USD", "$1,234.50", "1,234.50", "Total due Nov 25, 2026"),
    ],
)
def test_languages_and_currencies(
    cast: Cast, language: str, currency: str, total: str, amount: str, due: str
) -> None:
    content = content_of(cast, 60, language=language, currency=currency, total="1234.5", subtotal="1234.5")
    found = paper(content)
    assert (found.total, found.subtotal, found.total_label) == (total, amount, due)


def test_rates_keep_their_decimals_and_minus_is_a_minus(cast: Cast) -> None:
    content = content_of(cast, 60)
    line = content["groups"][0]["lines"][0]
    line["rate"], line["amount"] = "190.1255", "-5"
    found = paper(content).groups[0].lines[0]
    assert (found.rate, found.amount, found.hours) == ("190.1255", "−5.00", "1.00")


def test_words_of_others_are_text_not_markup(cast: Cast) -> None:
    content = content_of(
        cast, 60, title="<img src='http://198.51.100.1/x'><b>Bold</b>", message="{{ 7|add:7 }}"
    )
    text = read(content).pages[0].extract_text()
    assert "<b>Bold</b>" in text
    assert "{{ 7|add:7 }}" in text


@pytest.mark.parametrize(
    "url", ["http://198.51.100.1/x", "file:///etc/passwd", "stored:1 or 1", "data:text/css,x"]
)
def test_a_document_loads_nothing_from_elsewhere(db: None, url: str) -> None:
    with pytest.raises(ValueError, match=r"documents do not load|invalid literal"):
        Files().fetch(url)


def test_the_file_is_named_for_the_firm_and_number(cast: Cast) -> None:
    assert file_name(content_of(cast, 60)) == "Hartwell-Moss_Invoice_INV-2026-0001.pdf"

"""Templates: what they show and hide, which one applies, and that issued documents keep theirs."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import translation
from pypdf import PdfReader

from billing.designs import design_for, design_of
from billing.documents import Content, build_content
from billing.editing import delete_draft, edit_line
from billing.issuing import AlreadyIssued, issue_invoice
from billing.looks import luminance
from billing.models import ClientDocuments, DocumentTemplate, Invoice
from billing.paper import paper_of
from billing.rendering import pdf
from billing.samples import sample_content
from billing.templating import (
    TemplateIsUsed,
    choose_template,
    edit_client_documents,
    make_default,
    remove_template,
    save_template,
)
from core.errors import NotAllowed, Refusal
from people.models import LegalEntity
from tests.billing.work import drafted, log
from tests.cast import NOW, TODAY, Cast


def named(name: str) -> DocumentTemplate:
    return DocumentTemplate.objects.get(name=name)


def text_of(content: Content) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf(content))).pages)


def test_a_firm_begins_with_three_and_names_are_taken_once(cast: Cast) -> None:
    assert [(one.name, one.is_default) for one in DocumentTemplate.objects.all()] == [
        ("Band", False),
        ("Letter", False),
        ("Plain", True),
    ]
    with pytest.raises(Refusal) as taken:
        save_template(template=None, by=cast.owner, name="plain", layout="BAND")
    assert taken.value.field == "name"
    with pytest.raises(Refusal) as wrong:
        save_template(template=None, by=cast.owner, name="Red", layout="BAND", color="red")
    assert wrong.value.field == "color"
    with pytest.raises(NotAllowed):
        save_template(template=None, by=cast.member, name="Mine", layout="BAND")


def test_the_draft_goes_before_the_client_and_the_client_before_the_firm(cast: Cast) -> None:
    draft = drafted(cast, 60)

    def layout() -> str:
        found = Invoice.objects.select_related("entity").get(pk=draft.pk)
        own = design_for(entity=found.entity, client_id=found.client_id, chosen_id=found.template_id)
        return str(own["layout"])

    assert layout() == "PLAIN"
    make_default(template=named("Letter"), by=cast.owner)
    assert layout() == "LETTER"
    words = {"electronic": "USUAL", "buyer_reference": "", "by": cast.owner}
    edit_client_documents(client=cast.client, template=named("Band"), **words)
    assert layout() == "BAND"
    choose_template(invoice=draft, template=named("Plain"), by=cast.finance)
    assert layout() == "PLAIN"
    choose_template(invoice=draft, template=None, by=cast.finance)
    assert layout() == "BAND"
    assert DocumentTemplate.objects.get(is_default=True).name == "Letter"


def test_an_issued_document_keeps_its_look(cast: Cast) -> None:
    draft = drafted(cast, 60)
    choose_template(invoice=draft, template=named("Band"), by=cast.finance)
    invoice = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    save_template(template=named("Band"), by=cast.owner, layout="LETTER", color="#aa0000")
    frozen = invoice.document.content["design"]
    assert (frozen["layout"], frozen["color"]) == ("BAND", invoice.entity.mark_color)
    with pytest.raises(AlreadyIssued):
        choose_template(invoice=invoice, template=None, by=cast.finance)
    with pytest.raises(TemplateIsUsed, match=f"named by {invoice.number}, so it is kept"):
        remove_template(template=named("Band"), by=cast.owner)


def test_what_is_used_is_not_removed(cast: Cast) -> None:
    with pytest.raises(TemplateIsUsed, match="the firm's usual template"):
        remove_template(template=named("Plain"), by=cast.owner)
    own = ClientDocuments.objects.create(client=cast.client, template=named("Band"))
    with pytest.raises(TemplateIsUsed, match="the template of City of Larkspur"):
        remove_template(template=named("Band"), by=cast.owner)
    own.delete()
    draft = drafted(cast, 60)
    choose_template(invoice=draft, template=named("Band"), by=cast.finance)
    remove_template(template=named("Band"), by=cast.owner)
    draft.refresh_from_db()
    assert draft.template is None
    delete_draft(invoice=draft, by=cast.finance)


@pytest.mark.parametrize("layout", ["PLAIN", "BAND", "LETTER"])
def test_each_layout_says_the_same(cast: Cast, layout: str) -> None:
    content = sample_content(LegalEntity.objects.get(), on=TODAY)
    design = design_of(DocumentTemplate(layout=layout, footer="Register HRB 1234"), LegalEntity.objects.get())
    text = text_of(content | {"number": "HM-2026-0418", "design": design})
    for words in (
        "HM-2026-0418",
        "City of Larkspur Public Works",
        "Hydraulic design",
        "3,820.00",
        "Sales tax 7.25 %",
        "$4,686.83",
        "Dec 25, 2026",
        "Register HRB 1234",
        "page 1 of 2",
        "Mara Voss",
        "240.00",
    ):
        assert words in text, words


def test_columns_can_be_left_out_and_amounts_explained(cast: Cast) -> None:
    entity = LegalEntity.objects.get()
    bare = DocumentTemplate(
        shows_hours=False, shows_rates=False, shows_people=False, shows_sums=False, shows_remittance=False
    )
    content = sample_content(entity, on=TODAY)
    text = text_of(content | {"design": design_of(bare, entity)})
    assert "240.00" not in text
    assert "Mara Voss" not in text
    assert "3,820.00" not in text
    assert "1,920.00" in text
    told = text_of(content | {"design": design_of(DocumentTemplate(shows_reasons=True), entity)})
    assert "Card “Standard”, role Principal engineer, since 1 Jan 2026" in told
    log(cast.member, cast.design, 60)
    draft = drafted(cast, 60)
    edit_line(line=draft.lines.get(), amount=Decimal(300), reason="Agreed", by=cast.finance)
    found = Invoice.objects.select_related("client", "entity", "terms").get(pk=draft.pk)
    explained = build_content(found) | {"design": design_of(DocumentTemplate(shows_reasons=True), entity)}
    with translation.override("de"):
        entry = paper_of(explained | {"language": "de"}).sections[0].entries[0]
    assert entry.why == "Anteil am Betrag dieser Position"


@pytest.mark.parametrize(
    ("color", "ink"), [("#000000", "light"), ("#ffffff", "dark"), ("#3453d0", "light"), ("#f5c518", "dark")]
)
def test_letters_on_the_color_can_be_read(cast: Cast, color: str, ink: str) -> None:
    entity = LegalEntity.objects.get()
    design = design_of(DocumentTemplate(layout="BAND", color=color), entity)
    look = paper_of(sample_content(entity, on=TODAY) | {"design": design}).look
    assert look.ink == ink
    on_it = 0.0 if ink == "dark" else 1.0
    high, low = max(luminance(color), on_it), min(luminance(color), on_it)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_documents_from_before_there_were_templates_are_plain(cast: Cast) -> None:
    content = sample_content(LegalEntity.objects.get(), on=TODAY)
    look = paper_of(content).look
    assert (look.layout, look.color, look.hides) == ("plain", content["firm"]["mark_color"], frozenset())
    odd = paper_of(content | {"design": {"layout": "../../x", "color": "red;}"}}).look
    assert (odd.layout, odd.color) == ("plain", content["firm"]["mark_color"])

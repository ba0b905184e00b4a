"""Settings → Documents over HTTP: one story of a template, with its preview."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from billing.models import ClientDocuments, DocumentTemplate, Invoice, MailText
from tests.billing.work import drafted
from tests.cast import Cast

HX = {"HX-Request": "true"}


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


@pytest.fixture
def desk(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.owner)


def test_a_template_is_made_looked_at_and_used(desk: Any, cast: Cast) -> None:
    page = desk.get(url("templates")).content.decode()
    assert page.count('class="sheet') == 3
    draft = drafted(cast, 60)
    editor = desk.get(url("template-new")).content.decode()
    assert f"Draft, City of Larkspur, {draft.title}" in editor
    wanted = {
        "name": "Sea",
        "layout": "BAND",
        "has_own_color": "on",
        "color": "#0b5d66",
        "shows_people": "on",
    }
    shown = desk.get(url("template-preview"), wanted | {"invoice": draft.pk}, headers=HX).content.decode()
    assert 'data-doc-color="#0b5d66"' in shown
    assert "is-band" in shown
    assert draft.title in shown
    assert "190.00</td>" in shown  # the amount; hours and rates are left out
    assert '<th scope="col">Rate' not in shown
    # Half typed, unknown or another's: the sample.
    for odd in ({"color": "#0b"}, {"invoice": "99999999"}, {"invoice": "x"}, {"layout": "SQUARE"}):
        assert desk.get(url("template-preview"), wanted | odd, headers=HX).status_code == 200
    assert desk.post(url("template-new"), wanted | {"name": "Plain"}).status_code == 422
    assert desk.post(url("template-new"), wanted).url == url("templates")
    sea = DocumentTemplate.objects.get(name="Sea")
    assert (sea.color, sea.shows_hours, sea.shows_people) == ("#0b5d66", False, True)
    desk.post(url("template", sea.pk), wanted | {"has_own_color": "", "name": "Sea", "shows_hours": "on"})
    sea.refresh_from_db()
    assert (sea.color, sea.shows_hours) == ("", True)


def test_the_usual_one_a_clients_and_a_drafts(desk: Any, cast: Cast) -> None:
    band = DocumentTemplate.objects.get(name="Band")
    desk.post(url("template-default", band.pk))
    band.refresh_from_db()
    assert band.is_default
    letter = DocumentTemplate.objects.get(name="Letter")
    asked = {"template": letter.pk, "electronic": "NONE", "buyer_reference": " 991-12345-67 "}
    assert (
        "Documents of City of Larkspur" in desk.get(url("client-documents", cast.client.pk)).content.decode()
    )
    desk.post(url("client-documents", cast.client.pk), asked, headers=HX)
    own = ClientDocuments.objects.get()
    assert (own.template, own.electronic, own.buyer_reference) == (letter, "NONE", "991-12345-67")
    draft = drafted(cast, 60)
    page = desk.get(url("draft", draft.pk)).content.decode()
    assert "document is-letter" in page
    plain = DocumentTemplate.objects.get(name="Plain")
    assert "As the client" in desk.get(url("draft-template", draft.pk)).content.decode()
    desk.post(url("draft-template", draft.pk), {"template": plain.pk}, headers=HX)
    assert "document is-plain" in desk.get(url("draft", draft.pk)).content.decode()
    answer = desk.post(url("template-remove", letter.pk), headers=HX)
    assert "the template of City of Larkspur" in answer.content.decode()
    assert Invoice.objects.get().template == plain


def test_only_who_manages_billing_changes_templates(web: Callable[..., Any], cast: Cast) -> None:
    member = web(cast.member)
    for name in ("templates", "template-new", "template-preview"):
        assert member.get(url(name)).status_code == 403
    assert member.get(url("client-documents", cast.client.pk)).status_code == 403


def test_words_of_mails_are_written_seen_and_taken_back(desk: Any, cast: Cast) -> None:
    page = desk.get(url("mail-texts")).content.decode()
    assert page.count(">the usual ones<") == 6
    path = url("mail-text", "INVOICE", "de")
    assert "anbei erhalten Sie unsere Rechnung zu {title}" in desk.get(path).content.decode()
    wrong = {"subject": "{nubmer}", "text": "Guten Tag", "copies": ""}
    answer = desk.post(path, wrong)
    assert answer.status_code == 422
    assert "Did you mean {number}?" in answer.content.decode()
    shown = desk.get(
        url("mail-text-preview", "INVOICE", "de"), {"subject": "{amount}", "text": "{due}"}, headers=HX
    )
    assert "18.240,00" in shown.content.decode()
    assert desk.post(path, wrong | {"subject": "Rechnung {number}"}).url == url("mail-texts")
    own = MailText.objects.get()
    assert "Rechnung {number}" in desk.get(url("mail-texts")).content.decode()
    desk.post(url("mail-text-remove", own.pk))
    assert not MailText.objects.exists()
    assert desk.get(url("mail-text", "NOTE", "de")).status_code == 404

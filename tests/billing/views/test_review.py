"""Invoices in review over HTTP: the list, one draft, the dialogs, and what other pages show of it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client as Web
from pypdf import PdfReader

from approvals.arranging import StepRules, arrange
from approvals.models import Certification, Step
from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.rendering import pdf
from billing.reviewing import approve_invoices, submit_for_review
from billing.reviews import KIND, review_of
from core import clock
from tests.billing.work import drafted
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.usefixtures("own_cache")


def reviewed(cast: Cast, **fields: Any) -> Invoice:
    step = StepRules(source=Step.Source.PROJECT_LEAD, **fields)
    arrange(kind=KIND, stages=[[step]], by=cast.owner)
    return drafted(cast)


def in_review(cast: Cast, **fields: Any) -> Invoice:
    invoice = reviewed(cast, **fields)
    return submit_for_review(invoice=invoice, by=cast.finance, at=NOW)


def test_without_steps_nothing_new_is_on_the_screen(cast: Cast, web: Callable[..., Web]) -> None:
    invoice = drafted(cast)
    page = web(cast.finance).get(f"/billing/drafts/{invoice.pk}/").content.decode()
    assert "eview</b>" not in page
    assert "Give into review" not in page
    assert "No invoice waits for you" in web(cast.manager).get("/billing/review/").content.decode()
    assert "kind=invoices" not in web(cast.manager).get("/inbox/").content.decode()


def test_from_the_draft_to_the_approval(cast: Cast, web: Callable[..., Web]) -> None:
    invoice = reviewed(cast)
    finance, lead = web(cast.finance), web(cast.manager)
    page = finance.get(f"/billing/drafts/{invoice.pk}/").content.decode()
    assert "Give into review" in page
    assert "It needs a review first" in page
    assert finance.post(f"/billing/drafts/{invoice.pk}/issue/", issue(invoice)).status_code == 422
    assert finance.post(f"/billing/drafts/{invoice.pk}/review/").status_code == 302
    assert "waits for Dana Ruiz" in finance.get(f"/billing/drafts/{invoice.pk}/").content.decode()
    assert "In review" in finance.get("/billing/invoices/?tab=drafts").content.decode()
    path = f"/billing/review/{invoice.pk}/"
    assert path in lead.get("/billing/review/").content.decode()
    assert path in lead.get("/inbox/").content.decode()
    # The very paper that the client will get.
    assert "City of Larkspur Public Works" in lead.get(path).content.decode()
    for stranger in (cast.member, cast.finance):
        assert web(stranger).get(path).status_code == 404
        assert web(stranger).get(f"{path}pdf/").status_code == 404
        assert web(stranger).post(f"{path}approve/", {"version": invoice.version}).status_code == 404
    assert lead.get(f"{path}approve/").status_code == 200
    stale = lead.post(f"{path}approve/", {"version": invoice.version + 1})
    assert "changed this draft" in stale.content.decode()
    done = lead.post(f"{path}approve/", {"version": invoice.version})
    assert done.headers["HX-Redirect"] == "/billing/review/"
    assert review_of(invoice).state == "APPROVED"
    assert "Reviewed" in finance.get(f"/billing/drafts/{invoice.pk}/").content.decode()
    assert finance.post(f"/billing/drafts/{invoice.pk}/issue/", issue(invoice)).status_code == 200


def test_reviewers_see_the_very_pdf(cast: Cast, web: Callable[..., Web]) -> None:
    invoice = in_review(cast)
    path = f"/billing/review/{invoice.pk}/pdf/"
    lead = web(cast.manager)
    assert f'data-pdf="{path}"' in lead.get(f"/billing/review/{invoice.pk}/").content.decode()
    shown = lead.get(path)
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Invoice_Draft.pdf" in shown.headers["Content-Disposition"]
    seen = b"".join(shown.streaming_content)
    # Once seen, it is made again only after a change.
    assert lead.get(path, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    approve_invoices(ids=[invoice.pk], by=cast.manager, at=NOW, seen={invoice.pk: invoice.version})
    today = clock.date_in(invoice.entity.time_zone, clock.now())
    issued = issue_invoice(invoice=invoice, by=cast.finance, on=today, at=NOW)
    assert words_of(seen, "number on issue") == words_of(pdf(issued.document.content), issued.number)


def words_of(made: bytes, number: str) -> list[str]:
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)
    return text.replace(number, "").split()


def issue(invoice: Invoice) -> dict[str, str]:
    return {"on": "2026-11-25", "version": str(invoice.version)}


def test_returning(cast: Cast, web: Callable[..., Web]) -> None:
    invoice = in_review(cast)
    path = f"/billing/review/{invoice.pk}/return/"
    lead = web(cast.manager)
    assert lead.get(path).status_code == 200
    assert lead.post(path, {"version": invoice.version, "reason": ""}).status_code == 422
    lead.post(path, {"version": invoice.version, "reason": "Travel is missing"})
    assert "Travel is missing" in web(cast.finance).get(f"/billing/drafts/{invoice.pk}/").content.decode()


def test_a_signature_with_the_approval(cast: Cast, web: Callable[..., Web]) -> None:
    invoice = in_review(cast, certification=Step.Certification.PASSWORD)
    path = f"/billing/review/{invoice.pk}/approve/"
    lead = web(cast.manager)
    assert "typed_name" in lead.get(path).content.decode()
    wrong = lead.post(path, {"version": invoice.version, "typed_name": "Dana Ruiz", "password": "wrong"})
    assert "not your password" in wrong.content.decode()
    # Whoever has just confirmed that it is they is asked for the name only.
    lead.post("/people/me/confirm/", {"password": PASSWORD})
    assert 'name="password"' not in lead.get(path).content.decode()
    assert lead.post(path, {"version": invoice.version, "typed_name": "Dana Ruiz"}).status_code == 204
    assert Certification.objects.get().proof == "REAUTHENTICATED"

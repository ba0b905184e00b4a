"""Who pays for a project: on its contract's page, by the API, on drafts, and on the document."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.urls import reverse

from billing.documents import build_content
from billing.drafting import draft_invoices
from billing.paper import paper_of
from billing.recipients import recipients_of
from clients.models import Client, Contact
from projects.models import BillingSplit, ContractLine, Project, Task
from tests.billing.work import THROUGH, log
from tests.cast import TODAY, Cast

HX = {"HX-Request": "true"}


def test_the_story_of_two_payers(web: Callable[..., Any], cast: Cast) -> None:
    county = Client.objects.create(name="County", currency="USD", payment_terms=cast.client.payment_terms)
    chair = Contact.objects.create(client=county, name="Ana Lima", email="ana@county.example")
    Contact.objects.create(client=county, name="Bo", email="bo@county.example", is_billing_to=True)
    Contact.objects.create(client=county, name="Cy", email="cy@county.example", is_billing_cc=True)
    visitor = web(cast.owner)
    page = reverse("billing:contract", args=[cast.project.pk])
    assert f"{cast.client.name} pays everything" in visitor.get(page).content.decode()
    new = reverse("billing:payers-new", args=[cast.project.pk])
    assert b"Payer 3" in visitor.get(new, headers=HX).content
    wish: dict[str, Any] = {"starts_on": "", "client_0": cast.client.pk, "percent_0": "60"}
    refused = visitor.post(new, wish, headers=HX)
    assert refused.status_code == 422
    assert b"These come to 60 %" in refused.content
    wish |= {"client_1": county.pk, "percent_1": "40", "contact_1": chair.pk, "po_number_1": "C-77"}
    assert visitor.post(new, wish, headers=HX).status_code == 204
    shown = visitor.get(page).content.decode()
    assert "C-77" in shown
    assert "Ana Lima" in shown
    split = BillingSplit.objects.get()
    edit = reverse("billing:payers", args=[split.pk])
    assert b'value="60.00"' in visitor.get(edit, headers=HX).content

    log(cast.member, cast.design, 61, rate=100)
    ready = visitor.get(reverse("billing:ready"), {"through": "2026-11-30"}).content.decode()
    assert "$101.67" in ready
    (outcome,) = draft_invoices(projects=[cast.project], through=THROUGH, by=cast.finance, on=TODAY)
    first, second = outcome.invoices
    assert (first.total_amount, second.total_amount) == (Decimal("61.00"), Decimal("40.67"))
    line_new = reverse("billing:line-new", args=[first.pk])
    assert b"Share among all payers" in visitor.get(line_new, headers=HX).content
    permit = {"description": "Permit", "amount": "10.01", "is_shared": "on"}
    assert visitor.post(line_new, permit, headers=HX)["HX-Refresh"] == "true"
    assert [each.lines.get(description="Permit").amount for each in (first, second)] == [
        Decimal("6.01"),
        Decimal("4.00"),
    ]
    for each in (first, second):
        each.lines.get(description="Permit").delete()
    assert recipients_of(second).to == ["ana@county.example"]
    assert recipients_of(second).cc == ["cy@county.example"]
    paper = paper_of(build_content(second))
    (line,) = paper.groups[0].lines
    # 24 minutes at 100.00 are not 40.67, so no rate is printed.
    assert (line.description, line.hours, line.rate, line.amount) == (
        "Senior engineer (40 %)",
        "0.40",
        "",
        "40.67",
    )
    assert visitor.get(reverse("billing:draft", args=[second.pk])).status_code == 200
    removed = visitor.post(reverse("billing:payers-remove", args=[split.pk]), headers=HX)
    assert removed.status_code == 204
    second.refresh_from_db()
    assert second.is_stale


def test_one_document_with_a_section_for_each_project(web: Callable[..., Any], cast: Cast) -> None:
    Client.objects.filter(pk=cast.client.pk).update(is_billed_together=True)
    second = Project.objects.create(client=cast.client, name="Alder bridge", code="AB-1", po_number="PO-2")
    line = ContractLine.objects.create(project=second, name="Time", position=1)
    task = Task.objects.create(project=second, contract_line=line, name="Hydraulic design")
    log(cast.member, cast.design, 60, rate=100)
    log(cast.member, task, 30, rate=100)
    visitor = web(cast.finance)
    outcomes = draft_invoices(projects=[cast.project, second], through=THROUGH, by=cast.finance, on=TODAY)
    invoice = outcomes[0].invoice
    assert invoice is not None
    paper = paper_of(build_content(invoice))
    assert [(group.project, group.project_amount, group.name) for group in paper.groups] == [
        ("Alder bridge, PO PO-2", "50.00", "Hydraulic design"),
        (cast.project.name, "100.00", "Hydraulic design"),
    ]
    draft = visitor.get(reverse("billing:draft", args=[invoice.pk])).content.decode()
    assert "document-project" in draft
    ready = visitor.get(reverse("billing:ready"), {"through": "2026-11-30"}).content.decode()
    assert "Alder bridge" in ready
    assert visitor.get(reverse("billing:invoices") + "?tab=drafts").status_code == 200

"""Templates of documents: made, changed, chosen for the firm, a client or one draft. Issued documents keep theirs."""

from typing import Any

from django.db import transaction

from billing.access import DRAFT_INVOICES, MANAGE_BILLING
from billing.issuing import AlreadyIssued
from billing.models import ClientDocuments, DocumentTemplate, Invoice
from clients.models import Client
from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User

FIELDS = (
    "name",
    "layout",
    "color",
    "shows_logo",
    "shows_hours",
    "shows_rates",
    "shows_sums",
    "shows_remittance",
    "shows_people",
    "shows_reasons",
    "footer",
)


class TemplateIsUsed(Refusal):
    """Someone would be left without a look."""

    sentence = "{name} is {use}. Choose another template there first."


def save_template(*, template: DocumentTemplate | None, by: User | None, **values: Any) -> DocumentTemplate:
    """Adds a template, or changes one; `values` are FIELDS. The firm's first one is its default.

    Drafts show the change at once, issued documents stay as they were. Raises NotAllowed, and a Refusal (field name)
    when the name is taken.
    """
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        saved = (
            DocumentTemplate.objects.select_for_update().get(pk=template.pk)
            if template
            else DocumentTemplate()
        )
        for name in FIELDS:
            if name in values:
                setattr(saved, name, values[name])
        saved.is_default = saved.is_default or not DocumentTemplate.objects.filter(is_default=True).exists()
        if template:
            audit.acting("template.edit", by=by, subject=saved)
        saved.save()
        if not template:
            audit.acting("template.add", by=by, subject=saved)
    return saved


def make_default(*, template: DocumentTemplate, by: User | None) -> DocumentTemplate:
    """The look of all documents whose client has no other. Raises NotAllowed."""
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        list(DocumentTemplate.objects.select_for_update().order_by("pk"))
        audit.acting("template.make_default", by=by, subject=template)
        DocumentTemplate.objects.filter(is_default=True).exclude(pk=template.pk).update(is_default=False)
        DocumentTemplate.objects.filter(pk=template.pk).update(is_default=True)
    template.is_default = True
    return template


def remove_template(*, template: DocumentTemplate, by: User | None) -> None:
    """Removes a template that nothing uses; issued documents carry their look themselves.

    Drafts that chose it look like their client's other documents again. Raises NotAllowed, TemplateIsUsed.
    """
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        found = DocumentTemplate.objects.select_for_update().get(pk=template.pk)
        if found.is_default:
            raise TemplateIsUsed(name=found.name, use="the firm's usual template")
        named = Client.objects.filter(documents__template=found).order_by("name").first()
        if named is not None:
            raise TemplateIsUsed(name=found.name, use=f"the template of {named.name}")
        issued = Invoice.objects.filter(template=found).exclude(state=Invoice.State.DRAFT).first()
        if issued is not None:
            raise TemplateIsUsed(name=found.name, use=f"named by {issued.number}, so it is kept")
        audit.acting("template.remove", by=by, subject=found, name=found.name)
        Invoice.objects.filter(template=found, state=Invoice.State.DRAFT).update(template=None)
        found.delete()


def choose_template(*, invoice: Invoice, template: DocumentTemplate | None, by: User | None) -> Invoice:
    """How one draft looks; None is as its client's other documents. No amount changes, so a review stays.

    Raises NotAllowed, AlreadyIssued.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        draft = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        if draft.state != Invoice.State.DRAFT:
            raise AlreadyIssued(number=draft.number)
        audit.acting(
            "invoice.choose_template", by=by, subject=draft, template=template.name if template else ""
        )
        draft.template = template
        draft.save(update_fields=["template"])
    return draft


def edit_client_documents(
    *,
    client: Client,
    template: DocumentTemplate | None,
    electronic: str,
    buyer_reference: str,
    by: User | None,
) -> ClientDocuments:
    """What this client gets other than the firm's usual. Coming documents only. Raises NotAllowed."""
    require(by, MANAGE_BILLING)
    with promises(), transaction.atomic():
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
        audit.acting("client.edit_documents", by=by, subject=client)
        own, _ = ClientDocuments.objects.update_or_create(
            client=client,
            defaults={
                "template": template,
                "electronic": electronic,
                "buyer_reference": buyer_reference.strip()[:60],
            },
        )
    return own

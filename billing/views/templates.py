"""Settings → Documents: templates with a live preview, and what one client gets other than the usual."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, MANAGE_BILLING
from billing.models import ClientDocuments, DocumentTemplate, Invoice
from billing.previews import preview_paper, previewable
from billing.template_forms import ClientDocumentsForm, DraftTemplateForm, TemplateForm
from billing.templating import (
    choose_template,
    edit_client_documents,
    make_default,
    remove_template,
    save_template,
)
from clients.models import Client
from core import clock
from core.pages import page, refusals_into, toast
from people.guards import guarded
from people.models import LegalEntity


def _entity() -> LegalEntity:
    return get_object_or_404(LegalEntity, is_default=True)


def _paper(template: DocumentTemplate, entity: LegalEntity, wanted: str | None = "") -> Any:
    on = clock.date_in(entity.time_zone, clock.now())
    invoice_id = int(wanted) if wanted and wanted.isdecimal() and len(wanted) < 19 else None
    return preview_paper(template, invoice_id=invoice_id, entity=entity, on=on)


@guarded(MANAGE_BILLING)
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All templates, each with a small picture of itself."""
    entity = _entity()
    found = DocumentTemplate.objects.prefetch_related("clients__client").order_by("-is_default", "name")
    rows = [(template, _paper(template, entity)) for template in found]
    return page(request, "billing/templates.html", {"rows": rows})


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds or changes one, beside any draft set in it."""
    found = get_object_or_404(DocumentTemplate, pk=pk) if pk else None
    entity = _entity()
    form = TemplateForm(request.POST or None, template=found, color=entity.mark_color)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            saved = save_template(template=found, by=request.user, **form.cleaned_data)
            toast(request, f"{saved.name} is saved. Documents that are issued already stay as they were.")
            return redirect("billing:templates")
    shown = _paper(found or DocumentTemplate(), entity)
    context = {"form": form, "template": found, "paper": shown, "choices": previewable()}
    return page(request, "billing/template.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_GET
def template_preview(request: HttpRequest) -> HttpResponse:
    """The chosen document as the form stands, saved or not."""
    entity = _entity()
    form = TemplateForm(request.GET, color=entity.mark_color)
    form.is_valid()
    wanted = {name: value for name, value in form.cleaned_data.items() if name not in form.errors}
    context = {"paper": _paper(DocumentTemplate(**wanted), entity, request.GET.get("invoice"))}
    return page(request, "billing/template_preview.html", context)


@guarded(MANAGE_BILLING)
@require_POST
def template_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Makes it the firm's usual one."""
    chosen = make_default(template=get_object_or_404(DocumentTemplate, pk=pk), by=request.user)
    toast(request, f"New documents use {chosen.name} from now on, where the client has no other.")
    return redirect("billing:templates")


@guarded(MANAGE_BILLING)
@require_POST
def template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes one that nothing uses."""
    found = get_object_or_404(DocumentTemplate, pk=pk)
    remove_template(template=found, by=request.user)
    toast(request, f"{found.name} is removed.")
    return redirect("billing:templates")


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def draft_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Another look for one draft."""
    invoice = get_object_or_404(Invoice.objects.drafts().select_related("client"), pk=pk)
    form = DraftTemplateForm(request.POST or None, initial={"template": invoice.template_id})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            choose_template(invoice=invoice, by=request.user, **form.cleaned_data)
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "invoice": invoice, "action": request.path}
    return page(request, "billing/draft_template.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def client_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """What this client gets: template, electronic invoice, its reference."""
    client = get_object_or_404(Client, pk=pk)
    own = ClientDocuments.objects.filter(client=client).first() or ClientDocuments(client=client)
    names = ("template", "electronic", "buyer_reference")
    form = ClientDocumentsForm(request.POST or None, initial={name: getattr(own, name) for name in names})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            edit_client_documents(client=client, by=request.user, **form.cleaned_data)
            toast(request, f"Saved. The coming documents of {client.name} follow it.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"form": form, "client": client, "action": request.path}
    return page(request, "billing/client_documents.html", context, status=422 if form.errors else 200)

"""How a draft is laid out, and the files that go with an invoice."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.attaching import attach_file, detach_file
from billing.draft_forms import InvoiceFileForm, LayoutForm
from billing.layouts import FIELDS
from billing.models import InvoiceFile
from billing.regrouping import lay_out_draft
from billing.views.draft import find
from core.pages import page, refusals_into, toast
from people.guards import guarded


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def layout(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog: headings, lines, detail, and what is hidden."""
    invoice = find(pk)
    names = (*FIELDS, "version")
    form = LayoutForm(request.POST or None, initial={name: getattr(invoice, name) for name in names})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            version = form.cleaned_data["version"]
            lay_out_draft(invoice=invoice, layout=form.layout, by=request.user, version=version)
            toast(request, "Laid out anew. The next invoice of this project is laid out alike.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "form": form, "action": request.path}
    return page(request, "billing/layout.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for a file that goes with the invoice."""
    invoice = find(pk)
    form = InvoiceFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            given = form.cleaned_data["file"]
            attach_file(invoice=invoice, name=given.name, content=given.read(), by=request.user)
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "form": form, "action": request.path}
    return page(request, "billing/attach.html", context, status=422 if form.errors else 200)


@guarded(VIEW_BILLING)
@require_GET
def attached(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself."""
    file = get_object_or_404(InvoiceFile.objects.select_related("file"), pk=pk).file
    return FileResponse(file.open(), as_attachment=True, filename=file.name, content_type=file.content_type)


@guarded(DRAFT_INVOICES)
@require_POST
def detach(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a file off."""
    file = get_object_or_404(InvoiceFile.objects.select_related("file", "invoice"), pk=pk)
    detach_file(attached=file, by=request.user)
    toast(request, f"{file.file.name} no longer goes with the invoice.")
    return redirect("billing:draft", file.invoice_id)

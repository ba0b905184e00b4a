"""The list of invoices, and the page and the PDF of one."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.invoice_list import invoices_page
from billing.invoice_page import invoice_page
from billing.models import Invoice
from billing.rendering import PdfIsNotReady, ensure_pdf
from billing.views.draft import find
from billing.views.paging import first_row
from core import clock
from core.pages import is_fragment, page
from core.responses import file_response
from people.access import has_right
from people.entities import entities_to_choose
from people.guards import guarded


@guarded(VIEW_BILLING)
@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices and drafts by where they stand."""
    client, entities = request.GET.get("client", ""), entities_to_choose()
    chosen = next((each for each in entities if str(each.pk) == request.GET.get("entity")), None)
    shown = invoices_page(
        request.GET.get("tab", "open"),
        on=clock.today(request.user),
        search=request.GET.get("q", "").strip(),
        client_id=int(client) if client.isdecimal() else None,
        entity_id=chosen.pk if chosen else None,
        first=first_row(request),
    )
    more = request.GET.copy()
    more["from"] = str(shown.first)
    context = {
        "list": shown,
        "q": request.GET.get("q", ""),
        "client": client,
        "entities": entities,
        "entity": chosen,
        "more_url": f"?{more.urlencode()}",
    }
    return page(
        request, "billing/invoices.html#rows" if is_fragment(request) else "billing/invoices.html", context
    )


@guarded(VIEW_BILLING)
@require_GET
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """An invoice with a number; a draft has the editor."""
    found = find(pk)
    if found.state == Invoice.State.DRAFT:
        return redirect("billing:draft", pk)
    context = {
        "shown": invoice_page(found, on=clock.today(request.user)),
        "invoice": found,
        "can_issue": has_right(request.user, ISSUE_INVOICES),
        "can_record": has_right(request.user, RECORD_PAYMENTS),
    }
    return page(request, "billing/invoice.html", context)


@guarded(VIEW_BILLING)
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The stored PDF; made now if it is missing."""
    found = get_object_or_404(Invoice.objects.exclude(state=Invoice.State.DRAFT), pk=pk)
    try:
        stored = ensure_pdf(found)
    except OSError as error:
        raise PdfIsNotReady from error
    return file_response(stored, download="download" in request.GET)

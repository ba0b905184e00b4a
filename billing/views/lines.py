"""Lines of a draft: edited in place, added, taken off, explained."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.cataloguing import add_item_line
from billing.draft_forms import LineForm
from billing.editing import add_line, edit_line, remove_line
from billing.explaining import why as why_of
from billing.forms import NewLineForm
from billing.models import CatalogueItem, Invoice, InvoiceLine
from billing.sharing import add_shared_line, payers_of
from billing.views.draft import find, parts, try_edit, values_of
from core.minutes import format_minutes
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from people.models import User
from projects.access import VIEW_RATES


def _line(pk: int) -> InvoiceLine:
    return get_object_or_404(InvoiceLine.objects.select_related("invoice__client"), pk=pk)


@guarded(DRAFT_INVOICES)
@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves one line. What was typed stays in its fields; an error stands under them."""
    line = _line(pk)
    form = LineForm(request.POST, currency=line.invoice.currency)
    tried = try_edit(form, lambda wanted: edit_line(line=line, by=request.user, **wanted), _now(line))
    wrong = pk if tried.error else None
    context = {"wrong_line": wrong, "error": tried.error, "asks_reason": tried.asks_reason}
    context["wrong_field"] = tried.field
    invoice = find(line.invoice_id)
    unfolded = pk if "shows_entries" in request.POST else None
    return parts(request, invoice, status=tried.status, line_id=unfolded, conflict=tried.conflict, **context)


def _now(line: InvoiceLine) -> dict[str, Any]:
    return {"description": line.description, **values_of(line)}


def _add(invoice: Invoice, given: dict[str, Any], by: User) -> None:
    if given["item"] is not None:
        add_item_line(invoice=invoice, by=by, **given)
        return
    put = add_shared_line if given.get("is_shared") else add_line
    put(invoice=invoice, description=given["description"], amount=given["amount"], by=by)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog for a line without work behind it."""
    invoice = find(pk)
    form = NewLineForm(request.POST or None, currency=invoice.currency, has_payers=bool(payers_of(invoice)))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            _add(invoice, form.cleaned_data, request.user)
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "form": form, "action": request.path}
    context["has_items"] = CatalogueItem.objects.filter(is_active=True).exists()
    return page(request, "billing/line_new.html", context, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before a line is taken off."""
    line = _line(pk)
    if request.method == "POST":
        remove_line(line=line, by=request.user)
        hours = format_minutes(line.minutes, request.user.hours_style)
        toast(
            request,
            f"Line taken off. {hours} h are ready to bill again." if line.minutes else "Line taken off.",
        )
        return HttpResponse(headers={"HX-Refresh": "true"})
    return page(request, "billing/line_remove.html", {"line": line, "action": request.path})


@guarded(VIEW_BILLING)
@require_GET
def why(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a line comes to its amount."""
    line = _line(pk)
    return page(
        request, "billing/why.html", {"why": why_of(line), "line": line, "currency": line.invoice.currency}
    )


@guarded(VIEW_BILLING)
@require_GET
def entries(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries behind a line."""
    line = _line(pk)
    context = {"why": why_of(line), "line": line, "invoice": line.invoice, "currency": line.invoice.currency}
    context |= {"sees_rates": has_right(request.user, VIEW_RATES)}
    return page(request, "billing/line_entries.html", context)

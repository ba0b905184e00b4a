"""Entries on a draft: under their line, written up or down in place, and what may be done to them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.draft_forms import EntryForm, PlainForm, ReasonForm
from billing.dropping import delete_entries, drop_entries, hold_on_draft, update_entries
from billing.editing import edit_entry
from billing.explaining import why as why_of
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.views.draft import find, parts, try_edit, values_of
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded
from people.models import User
from timesheets.access import EDIT_WORKED

# What may be done to entries: words of the question and of its button, and what was done.
VERBS = {
    "drop": ("Back to work in progress", "Take off", "taken off; ready to bill again"),
    "update": ("Bring up to date", "Bring up to date", "priced as they are now"),
    "hold": ("Hold", "Hold", "on hold; no draft takes them"),
    "delete": ("Delete from the timesheets", "Delete", "deleted"),
}


@guarded(VIEW_BILLING)
@require_GET
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The entries behind a line of a draft, with their fields."""
    line = get_object_or_404(InvoiceLine.objects.select_related("invoice__client"), pk=pk)
    context = {
        "why": why_of(line),
        "line": line,
        "invoice": line.invoice,
        "can_edit": has_right(request.user, DRAFT_INVOICES) and line.invoice.state == Invoice.State.DRAFT,
        "can_delete": has_right(request.user, EDIT_WORKED),
    }
    return page(request, "billing/draft_entries.html", context)


@guarded(DRAFT_INVOICES)
@require_POST
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Saves one entry's hours, rate or amount on the draft."""
    related = "line__invoice__client"
    billed = get_object_or_404(BilledTime.objects.filter(line__isnull=False).select_related(related), pk=pk)
    invoice = find(_invoice_id(billed))
    form = EntryForm(request.POST, currency=invoice.currency)
    tried = try_edit(
        form, lambda wanted: edit_entry(billed=billed, by=request.user, **wanted), values_of(billed)
    )
    wrong = pk if tried.error else None
    context = {"wrong_entry": wrong, "error": tried.error, "asks_reason": tried.asks_reason}
    context["wrong_field"] = tried.field
    return parts(
        request,
        find(invoice.pk),
        status=tried.status,
        line_id=billed.line_id,
        conflict=tried.conflict,
        **context,
    )


def _invoice_id(billed: BilledTime) -> int:
    return billed.line.invoice_id if billed.line else 0


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Asks, then takes chosen entries off, holds them, brings them up to date or deletes them."""
    invoice = find(pk)
    ids = [int(text) for text in (request.POST or request.GET).getlist("entry") if text.isdigit()]
    wanted = ReasonForm if verb in ("hold", "delete") else PlainForm
    form = wanted(request.POST or None, initial={"version": invoice.version})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            number = _DO[verb](request.user, invoice, ids, **form.cleaned_data)
            toast(request, f"{number} {'entry' if number == 1 else 'entries'} {VERBS[verb][2]}.")
            return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"invoice": invoice, "form": form, "ids": ids, "words": VERBS[verb], "verb": verb}
    context["action"] = request.path
    return page(request, "billing/entries_act.html", context, status=422 if form.errors else 200)


def _drop(by: User, invoice: Invoice, ids: list[int], version: int | None) -> int:
    return drop_entries(invoice=invoice, entry_ids=ids, by=by, version=version)


def _update(by: User, invoice: Invoice, ids: list[int], version: int | None) -> int:
    return update_entries(invoice=invoice, entry_ids=ids, by=by, version=version)


def _hold(by: User, invoice: Invoice, ids: list[int], reason: str, version: int | None) -> int:
    return hold_on_draft(
        invoice=invoice, entry_ids=ids, reason=reason, by=by, at=clock.now(), version=version
    )


def _delete(by: User, invoice: Invoice, ids: list[int], reason: str, version: int | None) -> int:
    return delete_entries(invoice=invoice, entry_ids=ids, reason=reason, by=by, version=version)


_DO: dict[str, Callable[..., int]] = {"drop": _drop, "update": _update, "hold": _hold, "delete": _delete}

"""Credit memos: their list, drafting against an invoice or free, and the page of one."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_http_methods

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.credit_documents import ensure_credit_pdf
from billing.credit_forms import CreditForm, FreeCreditForm
from billing.credit_lines import lines_left
from billing.credit_list import credit_page, credits_page
from billing.crediting import FreeLine, draft_credit, draft_free_credit, edit_credit
from billing.models import CreditMemo, Invoice
from billing.rendering import PdfIsNotReady
from billing.views.paging import first_row
from core.minutes import format_minutes
from core.pages import page, refusals_into
from core.responses import file_response
from people.access import has_right
from people.guards import guarded


@guarded(VIEW_BILLING)
@require_GET
def credits(request: HttpRequest) -> HttpResponse:
    """The list, by what is left of them; more rows come by htmx."""
    first = first_row(request)
    context = {
        "list": credits_page(request.GET.get("tab", "open"), first=first),
        "can_draft": has_right(request.user, DRAFT_INVOICES),
    }
    return page(request, "billing/credits.html#rows" if first else "billing/credits.html", context)


@guarded(VIEW_BILLING)
@require_GET
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as it would be, or the document as it was issued; and what became of it."""
    found = get_object_or_404(CreditMemo, pk=pk)
    context = {
        "shown": credit_page(found.pk),
        "can_draft": has_right(request.user, DRAFT_INVOICES),
        "can_issue": has_right(request.user, ISSUE_INVOICES),
        "can_record": has_right(request.user, RECORD_PAYMENTS),
    }
    return page(request, "billing/credit.html", context)


@guarded(VIEW_BILLING)
@require_GET
def pdf(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The stored PDF; made now if it is missing."""
    found = get_object_or_404(CreditMemo.objects.exclude(state=CreditMemo.State.DRAFT), pk=pk)
    try:
        stored = ensure_credit_pdf(found)
    except OSError as error:
        raise PdfIsNotReady from error
    return file_response(stored, download="download" in request.GET)


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """What to credit of each line of an issued invoice."""
    issued = Invoice.objects.bills().filter(state=Invoice.State.ISSUED)
    invoice = get_object_or_404(issued.select_related("client"), pk=pk)
    form = CreditForm(request.POST or None, left=lines_left(invoice), currency=invoice.currency)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), form.beside():
            made = draft_credit(invoice=invoice, lines=form.wishes(), by=request.user, **_words(form))
            return redirect("billing:credit", made.pk)
    context = {"form": form, "invoice": invoice}
    return page(request, "billing/credit_form.html", context, status=422 if form.errors else 200)


def _words(form: CreditForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("reason", "message")}


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a draft against an invoice; lines that credit none of its lines stay."""
    drafts = CreditMemo.objects.filter(state=CreditMemo.State.DRAFT, invoice__isnull=False)
    draft = get_object_or_404(drafts.select_related("invoice__client"), pk=pk)
    left = lines_left(draft.invoice, besides=draft)
    form = CreditForm(request.POST or None, left=left, currency=draft.currency, initial=_initial(draft))
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), form.beside():
            version = form.cleaned_data["version"]
            edit_credit(credit=draft, version=version, lines=form.wishes(), by=request.user, **_words(form))
            return redirect("billing:credit", pk)
    context = {"form": form, "invoice": draft.invoice, "credit": draft}
    return page(request, "billing/credit_form.html", context, status=422 if form.errors else 200)


def _initial(draft: CreditMemo) -> dict[str, Any]:
    """What the draft credits, as the form would be typed. Two statements."""
    found: dict[str, Any] = {"reason": draft.reason, "message": draft.message, "version": draft.version}
    for line in draft.lines.filter(line__isnull=False).prefetch_related("credited_time__billed"):
        found[f"amount-{line.line_id}"] = line.amount
        # A fee goes back as a whole; where hours do, they are named.
        found[f"returns-{line.line_id}"] = line.returns_work and not line.credited_time.all()
        for given in line.credited_time.all():
            name = f"entry-{line.line_id}-{given.billed.entry_id}"
            found[name] = format_minutes(given.minutes, "decimal")
    return found


@guarded(DRAFT_INVOICES)
@require_http_methods(["GET", "POST"])
def new_free(request: HttpRequest) -> HttpResponse:
    """A credit without an invoice."""
    form = FreeCreditForm(request.POST or None, initial={"client": request.GET.get("client", "")})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        line = FreeLine(asked.pop("description"), asked.pop("amount"), asked.pop("is_taxable"))
        with refusals_into(form):
            made = draft_free_credit(lines=[line], by=request.user, **asked)
            return redirect("billing:credit", made.pk)
    return page(request, "billing/credit_free.html", {"form": form}, status=422 if form.errors else 200)

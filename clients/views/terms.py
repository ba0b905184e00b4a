"""Payment terms and taxes: one page, a dialog for each kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from clients.access import MANAGE_CLIENTS, MANAGE_TERMS
from clients.agreeing import add_terms, edit_terms
from clients.forms import TermsForm
from clients.models import PaymentTerms, TaxCode
from clients.tax_forms import TaxForm
from clients.tax_list import tax_list
from clients.taxing import add_tax, edit_tax
from core.pages import dialog_done, page, refusals_into, toast
from people.access import has_right
from people.guards import guarded

CHANGED = "terms-changed"


@guarded(MANAGE_TERMS, MANAGE_CLIENTS)
@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    """The firm's payment terms and tax codes."""
    context = {
        "terms": PaymentTerms.objects.all(),
        "taxes": tax_list(),
        "can_change": has_right(request.user, MANAGE_TERMS),
    }
    return page(request, "clients/terms.html", context)


@guarded(MANAGE_TERMS)
@require_http_methods(["GET", "HEAD", "POST"])
def terms_form(request: HttpRequest, terms_id: int | None = None) -> HttpResponse:
    """Adds or changes payment terms."""
    known = get_object_or_404(PaymentTerms, pk=terms_id) if terms_id else None
    form = TermsForm(request.POST if request.method == "POST" else None, terms=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            if known:
                edit_terms(terms=known, by=request.user, **form.cleaned_data)
            else:
                add_terms(by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['wanted'].name} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "terms": known, "action": request.path}
    return page(request, "clients/terms_form.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_TERMS)
@require_http_methods(["GET", "HEAD", "POST"])
def tax_form(request: HttpRequest, tax_id: int | None = None) -> HttpResponse:
    """Adds or changes a tax."""
    known = get_object_or_404(TaxCode, pk=tax_id) if tax_id else None
    form = TaxForm(request.POST if request.method == "POST" else None, tax=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            if known:
                edit_tax(tax=known, by=request.user, **form.cleaned_data)
            else:
                add_tax(by=request.user, **form.cleaned_data)
            toast(request, f"{form.cleaned_data['wanted'].name} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "tax": known, "action": request.path}
    return page(request, "clients/tax_form.html", context, status=422 if form.errors else 200)

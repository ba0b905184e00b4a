"""Settings: the reasons that dialogs offer."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from billing.access import DRAFT_INVOICES, MANAGE_BILLING
from billing.reasons_forms import Kind, ReasonsForm, reasons_of
from billing.suggesting import set_reasons
from core.pages import page, refusals_into, toast
from people.guards import guarded


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def reasons(request: HttpRequest) -> HttpResponse:
    """All lists, saved together."""
    form = ReasonsForm(request.POST or None, initial=ReasonsForm.initial_of())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), transaction.atomic():
            for kind, words in form.lists().items():
                set_reasons(kind=kind, words=words, by=request.user)
            toast(request, "Reasons are saved.")
            return redirect("billing:reasons")
    return page(request, "billing/reasons.html", {"form": form}, status=422 if form.errors else 200)


@guarded(DRAFT_INVOICES)
@require_GET
def offered(request: HttpRequest) -> HttpResponse:
    """What is offered for write-ups and write-downs, once somebody begins to edit a draft."""
    context = {"listed": "reasons-write", "reasons": reasons_of(Kind.WRITE)}
    return page(request, "billing/reason_list.html", context)

"""Invoices in review: what waits for the person, each with the paper as the client will see it."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.certifying import Signature, session_digest, signature_needed, steps_asked
from approvals.models import Step
from approvals.submitting import policy_for
from approvals.views.dialogues import ask_about, dialogue
from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.desk import INVOICES
from billing.draft_page import draft_page
from billing.forms import ReturnInvoiceForm, ReviewForm, VersionForm
from billing.models import Invoice
from billing.reviewing import approve_invoices, return_invoice, submit_for_review
from billing.reviews import KIND, waiting_invoices
from billing.views.draft import find, pdf_of_draft
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import guarded, is_confirmed, signed_by_passkey, staff_only
from people.second_factors import has_passkey

# A passkey or a code that was given so lately takes the place of the password.
CONFIRMED_MINUTES = 5


def _waiting(request: HttpRequest) -> Any:
    found = waiting_invoices(request.user, clock.today(request.user))
    return found.select_related("client", "project", "drafted_by")


@staff_only
@require_safe
def review(request: HttpRequest) -> HttpResponse:
    """The drafts that wait for the person, the oldest first."""
    return page(request, "billing/review.html", {"invoices": _waiting(request)[:200]})


@staff_only
@require_safe
def review_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft as the client will see it, with what stands behind it."""
    get_object_or_404(_waiting(request), pk=pk)
    invoice = find(pk)
    today = clock.date_in(invoice.entity.time_zone, clock.now())
    context = {"invoice": invoice, "draft": draft_page(invoice, today=today)}
    return page(request, "billing/review_invoice.html", context)


@staff_only
@require_safe
def review_pdf(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The PDF that issuing the draft would make, for whom it waits."""
    get_object_or_404(_waiting(request), pk=pk)
    return pdf_of_draft(request, find(pk))


@guarded(DRAFT_INVOICES)
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives the draft into review."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else None
    submit_for_review(invoice=find(pk), by=request.user, at=clock.now(), version=version)
    toast(request, "The draft is in review. A change of it ends the review.")
    return redirect("billing:draft", pk)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The statement, the signature where a step asks for it, and the approval."""
    invoice = get_object_or_404(_waiting(request), pk=pk)
    asks = _asks(request, invoice)
    form = _review_form(request, invoice, **asks)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            approve_invoices(
                ids=[pk],
                by=request.user,
                at=clock.now(),
                seen={pk: form.cleaned_data["version"]},
                signature=_signature(request, form, asks["is_signed"]),
            )
            return _done(request, f"{invoice.title} is approved.")
    context = {"invoice": invoice, "form": form, "policy": policy_for(KIND), "action": request.path, **asks}
    context["has_passkey"] = asks["asks_password"] and has_passkey(request.user)
    return page(request, "billing/review_approve.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the reason, and ends the review."""
    invoice = get_object_or_404(_waiting(request), pk=pk)
    form = ReturnInvoiceForm(request.POST or None, initial={"version": invoice.version})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            return_invoice(invoice=invoice, by=request.user, at=clock.now(), **form.cleaned_data)
            return _done(request, f"{invoice.title} is returned.")
    context = {"invoice": invoice, "form": form, "action": request.path}
    return page(request, "billing/review_return.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whoever drafted it; the draft stays in review."""
    return ask_about(request, INVOICES, [get_object_or_404(_waiting(request), pk=pk).pk])


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked about a draft: for its drafter to answer, and for those who may see it to read."""
    user = request.user
    found = Invoice.objects.all() if has_right(user, VIEW_BILLING) else _waiting(request)
    return dialogue(request, INVOICES, get_object_or_404(found, pk=pk).pk)


def _asks(request: HttpRequest, invoice: Invoice) -> dict[str, bool]:
    """What the steps ask for: a signature, its name, its password."""
    asking = [
        step for step in steps_asked(KIND, [invoice.pk]) if step.certification != Step.Certification.NONE
    ]
    session = session_digest(request.session.session_key)
    is_due = bool(asking) and signature_needed(request.user, asking, clock.now(), session)
    proved = is_due and is_confirmed(request, minutes=CONFIRMED_MINUTES)
    return {"is_signed": bool(asking), "asks_name": is_due, "asks_password": is_due and not proved}


def _review_form(
    request: HttpRequest, invoice: Invoice, *, is_signed: bool, asks_name: bool, asks_password: bool
) -> ReviewForm:
    by_passkey = bool(request.POST.get("credential"))
    return ReviewForm(
        request.POST or None,
        asks_name=asks_name,
        asks_password=asks_password and not by_passkey,
        initial={"version": invoice.version},
    )


def _signature(request: HttpRequest, form: ReviewForm, is_signed: bool) -> Signature | None:
    if not is_signed:
        return None
    proved = signed_by_passkey(request) or is_confirmed(request, minutes=CONFIRMED_MINUTES)
    return Signature(
        typed_name=form.cleaned_data.get("typed_name", ""),
        password=form.cleaned_data.get("password", ""),
        address=request.META.get("REMOTE_ADDR"),
        reauthenticated=proved and "typed_name" in form.fields,
        session=session_digest(request.session.session_key),
    )


def _done(request: HttpRequest, words: str) -> HttpResponse:
    toast(request, words)
    return HttpResponse(status=204, headers={"HX-Redirect": reverse("billing:review")})

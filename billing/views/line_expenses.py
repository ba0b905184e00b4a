"""Expenses behind a line of an invoice, and those of a project that are not billed: taken off, held, released."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.expense_lists import billed_expenses, unbilled_expenses
from billing.forms import ExpensesForm, ReadyFilters
from billing.holding import drop_expenses, hold_expenses, release_expenses
from billing.models import HeldExpense, Invoice, InvoiceLine
from billing.reasons_forms import Kind, listed, reasons_of
from core import clock
from core.pages import page, toast
from people.access import has_right
from people.guards import guarded
from projects.models import Project


def _line(pk: int) -> InvoiceLine:
    return get_object_or_404(
        InvoiceLine.objects.select_related("invoice__client", "expense_code"),
        pk=pk,
        expense_code__isnull=False,
    )


@guarded(VIEW_BILLING)
@require_GET
def expenses(request: HttpRequest, pk: int) -> HttpResponse:
    """What a line passes on, expense by expense."""
    line = _line(pk)
    context = {
        "line": line,
        "invoice": line.invoice,
        "currency": line.invoice.currency,
        "rows": billed_expenses(line),
        "can_edit": has_right(request.user, DRAFT_INVOICES) and line.invoice.state == Invoice.State.DRAFT,
        "listed": listed(Kind.HOLD),
        "reasons": reasons_of(Kind.HOLD),
    }
    return page(request, "billing/line_expenses.html", context)


@guarded(DRAFT_INVOICES)
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes expenses off the draft; with a reason they wait."""
    line, form = _line(pk), ExpensesForm(request.POST)
    if form.is_valid():
        ids, reason = form.cleaned_data["expense"], form.cleaned_data["reason"]
        holds = form.cleaned_data["action"] == "hold"
        if holds and not reason:
            toast(request, "Say why they are on hold.")
            return redirect("billing:line-expenses", pk)
        drop_expenses(
            invoice=line.invoice, expense_ids=ids, by=request.user, hold_reason=reason if holds else ""
        )
        toast(request, "Taken off, and on hold." if holds else "Taken off: ready to bill again.")
        return redirect("billing:draft", line.invoice_id)
    toast(request, "Choose at least one expense.")
    return redirect("billing:line-expenses", pk)


@guarded(VIEW_BILLING)
@require_GET
def unbilled(request: HttpRequest, project_id: int) -> HttpResponse:
    """What of a project's expenses is not billed: ready, on hold, not approved."""
    project = get_object_or_404(Project.objects.select_related("client"), pk=project_id)
    wanted = ReadyFilters(request.GET).wanted(clock.today(request.user))
    context = {
        "project": project,
        "through": wanted["through"],
        "rows": unbilled_expenses(project, wanted["through"]),
        "can_draft": has_right(request.user, DRAFT_INVOICES),
        "listed": listed(Kind.HOLD),
        "reasons": reasons_of(Kind.HOLD),
    }
    return page(request, "billing/unbilled_expenses.html", context)


@guarded(DRAFT_INVOICES)
@require_POST
def hold(request: HttpRequest, project_id: int) -> HttpResponse:
    """Holds expenses back with a reason, or releases them."""
    get_object_or_404(Project, pk=project_id)
    form = ExpensesForm(request.POST)
    if not form.is_valid():
        toast(request, "Choose at least one expense.")
    elif form.cleaned_data["action"] == "release":
        number = release_expenses(expense_ids=form.cleaned_data["expense"], by=request.user)
        toast(request, f"{number} released." if number else "None of them was on hold.")
    elif not form.cleaned_data["reason"]:
        toast(request, "Say why they are on hold.")
    else:
        found = HeldExpense.objects.filter(expense__in=form.cleaned_data["expense"])
        already = list(found.values_list("pk", flat=True))
        number = hold_expenses(
            expense_ids=form.cleaned_data["expense"], reason=form.cleaned_data["reason"], by=request.user
        )
        made = found.exclude(pk__in=already).first()
        undo = reverse("billing:hold-expenses-undo", args=[project_id, made.pk]) if made else None
        toast(request, f"{number} on hold: no draft takes them.", undo)
    return redirect("billing:unbilled-expenses", project_id)

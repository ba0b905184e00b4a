"""Undoing a hold from the toast that told of it: what was held together is released."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from billing.access import DRAFT_INVOICES
from billing.holding import undo_expense_hold
from billing.holding_work import undo_hold
from billing.holds import held_just_now
from billing.models import HeldExpense, WorkHold
from core import clock
from core.pages import toast
from people.guards import guarded
from projects.models import Project


def undo_url(request: HttpRequest, at: datetime) -> str | None:
    """Where a toast takes back what this person held at that instant; None when nothing was."""
    made = held_just_now(request.user, at)
    return reverse("billing:hold-undo", args=[made.pk]) if made else None


@guarded(DRAFT_INVOICES)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """The projects or entries are ready to bill again."""
    hold = get_object_or_404(WorkHold.objects.select_related("entry"), pk=pk)
    number = undo_hold(hold=hold, by=request.user, at=clock.now())
    toast(request, _words(number))
    return redirect("billing:work", hold.entry.project_id) if hold.entry else redirect("billing:ready")


@guarded(DRAFT_INVOICES)
@require_POST
def undo_expenses(request: HttpRequest, project_id: int, pk: int) -> HttpResponse:
    """The expenses are ready to bill again; somebody may have released them meanwhile."""
    get_object_or_404(Project, pk=project_id)
    hold = HeldExpense.objects.filter(pk=pk, expense__project=project_id).first()
    toast(request, _words(undo_expense_hold(hold=hold, by=request.user) if hold else 0))
    return redirect("billing:unbilled-expenses", project_id)


def _words(number: int) -> str:
    return "Ready to bill again." if number else "None of them was on hold any more."

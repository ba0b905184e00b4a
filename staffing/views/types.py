"""Settings of leave: its kinds and their rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.pages import page, refusals_into, toast
from people.guards import guarded
from staffing.access import MANAGE_LEAVE
from staffing.arranging import add_leave_type, edit_leave_type
from staffing.forms import LeaveTypeForm
from staffing.models import LeaveType


@guarded(MANAGE_LEAVE)
@require_safe
def leave_types(request: HttpRequest) -> HttpResponse:
    """All kinds of leave with their rules."""
    return page(
        request, "staffing/leave_types.html", {"types": LeaveType.objects.order_by("-is_active", "position")}
    )


@guarded(MANAGE_LEAVE)
@require_http_methods(["GET", "HEAD", "POST"])
def leave_type(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Adds a kind of leave, or changes one."""
    found = get_object_or_404(LeaveType, pk=pk) if pk else None
    initial = {} if found else {"counts_from": clock.today(request.user).replace(month=1, day=1)}
    form = LeaveTypeForm(
        request.POST if request.method == "POST" else None, leave_type=found, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        rules = form.cleaned_data["rules"]
        with refusals_into(form):
            if found:
                edit_leave_type(leave_type=found, rules=rules, by=request.user)
            else:
                add_leave_type(rules=rules, by=request.user)
            toast(request, f"{rules.name} is saved.")
            return redirect("staffing:leave-types")
    context = {"form": form, "kind": found}
    return page(request, "staffing/leave_type.html", context, status=422 if form.errors else 200)

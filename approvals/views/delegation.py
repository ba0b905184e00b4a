"""The page of delegations: who decides in whose place, one's own and, for administrators, everybody's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from approvals.access import MANAGE_POLICIES
from approvals.delegating import delegate, end_delegation
from approvals.delegation_list import delegations_visible_to, listed_delegations
from approvals.forms import DelegationForm
from core import clock
from core.pages import page, refusals_into, toast
from people.access import has_right
from people.guards import staff_only


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def delegation(request: HttpRequest) -> HttpResponse:
    """What is in force, and a form for the next; the address may bring days along (?starts_on=, ?ends_on=)."""
    member, chooses = request.user.staff_member, has_right(request.user, MANAGE_POLICIES)
    posted = request.POST if request.method == "POST" else None
    form = DelegationForm(posted, member=member, chooses=chooses, initial=request.GET.dict())
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = delegate(**({"approver": member} | form.cleaned_data), by=request.user, at=clock.now())
            toast(request, f"{made.delegate.name} may decide for {made.approver.name} on these days.")
            return redirect("approvals:delegation")
    shown = listed_delegations(request.user, clock.now())
    context = {"form": form, "shown": shown, "chooses": chooses}
    return page(request, "approvals/delegation.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends it now. What was decided stays."""
    found = get_object_or_404(delegations_visible_to(request.user), pk=pk)
    end_delegation(delegation=found, by=request.user, at=clock.now())
    toast(request, f"{found.delegate.name} does not decide for {found.approver.name} any more.")
    return redirect("approvals:delegation")

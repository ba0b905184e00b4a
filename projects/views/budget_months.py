"""The budget of a project by month: a grid in a dialog."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import staff_only
from projects.access import require_manage, visible_to
from projects.budget_months import months_of, split_of, spread
from projects.budgets import Limits, Measure, limits_of
from projects.models import Project
from projects.split_forms import SplitForm, sums_of
from projects.splitting import split_budget
from projects.views.change_orders import CHANGED


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def months(request: HttpRequest, project_id: int) -> HttpResponse:
    """What each month has; `spread` fills the grid evenly and `sum` adds it up, and neither saves."""
    project = get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)
    require_manage(request.user, project)
    limits, kept = limits_of([project])[project.pk], split_of(project)
    shown = months_of(project, kept, clock.today(request.user))
    if "spread" in request.POST:
        kept = kept | _even(project, limits, request)
    is_typed = request.method == "POST" and "spread" not in request.POST
    form = SplitForm(request.POST if is_typed else None, months=shown, split=kept, currency=project.currency)
    if is_typed and form.is_valid() and "sum" not in request.POST:
        with refusals_into(form):
            split_budget(project=project, split=form.split(), by=request.user)
            toast(request, "The budget by month is saved.")
            return dialog_done(CHANGED)
    sums = sums_of(limits, form.split() if is_typed else kept)
    context = {"form": form, "project": project, "action": request.path, "sums": sums}
    is_wrong = bool(form.errors) and "sum" not in request.POST
    return page(request, "projects/budget_months.html", context, status=422 if is_wrong else 200)


def _even(project: Project, limits: Limits, request: HttpRequest) -> dict[str, dict[date, Any]]:
    """Each budget over the months from start to end; what has no budget stays as it is."""
    over = months_of(project, {}, clock.today(request.user))
    budgets = {measure: limits.budget(measure) for measure in Measure}
    return {
        measure.value: spread(measure, budget, over, project.currency)
        for measure, budget in budgets.items()
        if budget is not None
    }

"""What a project's budget is made of."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from core.clock import today
from core.pages import page
from people.guards import staff_only
from projects.access import can_manage, visible_to
from reports.budget_months import budget_months
from reports.budget_parts import Lens, budget_parts, lenses_for


@staff_only
@require_GET
def budget_of_project(request: HttpRequest, project_id: int) -> HttpResponse:
    """Hours by task and person, with the chart; `?of=fees`, `expenses` or `cost` for those who may see them."""
    found = visible_to(request.user).select_related("client")
    project = get_object_or_404(found, pk=project_id)
    lenses = lenses_for(request.user)
    wanted = request.GET.get("of", "hours").upper()
    if wanted not in lenses:
        raise Http404("That is not shown.")
    shown = budget_parts(project, Lens(wanted), today=today(request.user))
    context = {"shown": shown, "project": project, "lenses": lenses}
    if wanted != Lens.COST:
        context["by_month"] = budget_months(project, Lens(wanted))
        context["can_split"] = can_manage(request.user, project)
    return page(request, "reports/budget_parts.html", context)

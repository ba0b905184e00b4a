"""The page of one project."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from clients.access import VIEW_CLIENTS
from core.clock import today
from core.pages import page
from people.access import has_right
from people.guards import staff_only
from projects.access import visible_to
from projects.task_forms import TaskLineForm
from reports.project_page import project_page


@staff_only
@require_GET
def project(request: HttpRequest, project_id: int) -> HttpResponse:
    """Tasks with hours and budgets, team, time, invoices, and who is billed at what."""
    found = visible_to(request.user).select_related("client", "lead", "type", "status", "category")
    known = get_object_or_404(found, pk=project_id)
    shown = project_page(known, by=request.user, today=today(request.user))
    context = {
        "project": known,
        "shown": shown,
        "currency": known.client.currency,
        "sees_client": has_right(request.user, VIEW_CLIENTS),
        "form": TaskLineForm(),
    }
    return page(request, "reports/project.html", context)

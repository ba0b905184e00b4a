"""Budgets of all projects."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core.clock import today
from core.pages import is_fragment, page
from people.guards import staff_only
from reports.budget_list import ORDERS, budget_list


@staff_only
@require_GET
def budgets(request: HttpRequest) -> HttpResponse:
    """Open projects with a budget; `?by=` orders the list, `?start=` continues it."""
    order, start = request.GET.get("by", "index"), request.GET.get("start", "0")
    order = order if order in ORDERS else "index"
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 10 else 0
    shown = budget_list(request.user, today=today(request.user), order=order, start=first)
    is_continued = first > 0 and is_fragment(request)
    template = "reports/budgets.html#rows" if is_continued else "reports/budgets.html"
    return page(request, template, {"shown": shown, "order": order})

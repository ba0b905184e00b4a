"""The approver's pages: the queue with one sheet beside it, what was decided, what is missing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from core import clock
from core.pages import page
from people.access import has_right
from people.guards import guarded
from projects.access import VIEW_RATES
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.approvals_lists import decided_lately, missing_weeks
from timesheets.approvals_queue import queue


def queue_context(request: HttpRequest, key: str = "") -> dict[str, Any]:
    """The queue of the person who asks, with the sheet of the key (or the first) beside it."""
    user = request.user
    mine_only = request.GET.get("mine") == "1"
    found = queue(user, clock.now(), clock.today(user), mine_only=mine_only)
    return {
        "queue": found,
        "sheet": found.find(key),
        "is_chosen": bool(key),
        "mine_only": mine_only,
        "decides_all": has_right(user, APPROVE_ALL),
        "sees_rates": has_right(user, VIEW_RATES),
        "tab": "waiting",
    }


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    tab = request.GET.get("tab", "waiting")
    if tab == "missing":
        context = {"tab": tab, "missing": missing_weeks(request.user, clock.today(request.user))}
        return page(request, "timesheets/approvals_missing.html", context)
    if tab == "decided":
        context = {"tab": tab, "decided": decided_lately(request.user, clock.now())}
        return page(request, "timesheets/approvals_decided.html", context)
    return page(request, "timesheets/approvals.html", queue_context(request, request.GET.get("sheet", "")))


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet, for the place beside the queue."""
    return page(request, "timesheets/approvals.html#detail", queue_context(request, key))

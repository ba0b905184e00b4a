"""The joint inbox of everything that waits for a person's decision."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core import clock
from core.pages import page
from people.access import has_right
from people.guards import staff_only
from reports.inbox import inbox
from timesheets.access import APPROVE_ALL


@staff_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Time, expenses, leave and invoices that wait, the oldest first; `?kind=` shows one of them."""
    user, mine_only = request.user, request.GET.get("mine") == "1"
    found = inbox(user, clock.today(user), clock.now(), mine_only=mine_only, only=request.GET.get("kind", ""))
    context = {
        "inbox": found,
        "kind": request.GET.get("kind", ""),
        "mine_only": mine_only,
        "decides_all": has_right(user, APPROVE_ALL),
    }
    return page(request, "reports/inbox.html", context)

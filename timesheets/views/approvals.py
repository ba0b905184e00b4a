"""The approver's pages: the queue with one sheet beside it, what was decided, what is missing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from core import clock
from core.pages import page
from people.access import has_right
from people.guards import guarded
from projects.access import VIEW_RATES
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.approvals_lists import count_decided, decided_lately, missing_weeks
from timesheets.approvals_queue import count_sheets, queue
from timesheets.approvals_sheets import Queue, Sheet, SheetKey
from timesheets.models import TimeRules


def reader_context(request: HttpRequest) -> dict[str, Any]:
    """What the reader may see, and whether only their own inbox is shown."""
    return {
        "mine_only": "1" in (request.GET.get("mine"), request.POST.get("mine")),
        "decides_all": has_right(request.user, APPROVE_ALL),
        "sees_rates": has_right(request.user, VIEW_RATES),
    }


def queue_context(request: HttpRequest, *keys: str) -> dict[str, Any]:
    """The queue with the first sheet of the keys that is still there beside it; on a phone only the first key opens."""
    user, at, on = request.user, clock.now(), clock.today(request.user)
    context = reader_context(request)
    found = queue(user, at, on, mine_only=context["mine_only"])
    sheet = found.find(keys)
    rules = TimeRules.objects.get(pk=1)
    return context | {
        "queue": found,
        "sheet": sheet,
        "then": sheet.then if sheet else "",
        "is_chosen": sheet is not None and sheet.key in keys[:1],
        "tab": "waiting",
        "counts": {
            "waiting": len(found.sheets),
            "missing": len(missing_weeks(user, on, rules)),
            "decided": count_decided(user, at),
        },
    }


def sheet_context(request: HttpRequest, key: SheetKey | None) -> tuple[dict[str, Any], Sheet | None]:
    """One sheet alone; None when nothing of it waits any more. `then` comes from the list beside it."""
    context = reader_context(request)
    found = Queue([])
    if key is not None:
        user = request.user
        found = queue(user, clock.now(), clock.today(user), mine_only=context["mine_only"], only=key)
    sheet = next((sheet for sheet in found.sheets if sheet.key == str(key)), None)
    then = SheetKey.parse(request.GET.get("then", "") or request.POST.get("then", ""))
    return context | {"sheet": sheet, "then": str(then or "")}, sheet


def queue_url(context: dict[str, Any]) -> str:
    """The address of the page as it stands in the context."""
    asked = {"sheet": context["sheet"].key} if context["is_chosen"] else {}
    asked |= {"mine": "1"} if context["mine_only"] else {}
    return reverse("timesheets:approvals") + (f"?{urlencode(asked)}" if asked else "")


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits, by person and week; `?tab=` shows the lists beside it."""
    tab = request.GET.get("tab", "waiting")
    if tab not in ("missing", "decided"):
        return page(
            request, "timesheets/approvals.html", queue_context(request, request.GET.get("sheet", ""))
        )
    user, at, on = request.user, clock.now(), clock.today(request.user)
    rules = TimeRules.objects.get(pk=1)
    missing = missing_weeks(user, on, rules)
    context: dict[str, Any] = {"tab": tab, "missing": missing}
    counts = {"waiting": count_sheets(user, on, rules), "missing": len(missing)}
    if tab == "decided":
        context["decided"] = decided_lately(user, at)
    context["counts"] = counts | {"decided": count_decided(user, at)}
    return page(request, f"timesheets/approvals_{tab}.html", context)


@guarded(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet, for the place beside the queue."""
    context, _ = sheet_context(request, SheetKey.parse(key))
    return page(request, "timesheets/approvals_sheet.html", context)

"""The approver's pages: the queue with one sheet beside it, who is missing, what was returned and approved."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from approvals.guards import deciders
from approvals.models import Decision
from core import clock
from core.pages import page
from people.access import has_right
from projects.access import VIEW_RATES
from timesheets.access import APPROVE_ALL, APPROVE_TEAM, EDIT_BILLABLE, EDIT_WORKED, UNAPPROVE
from timesheets.approvals_keys import Scope, SheetKey
from timesheets.approvals_lists import beside, board
from timesheets.approvals_queue import add_past, queue
from timesheets.approvals_sheets import Queue, Sheet
from timesheets.models import TimeRules
from timesheets.periods import period_of, previous_period

TABS = ("missing", "returned", "approved")
SCOPE = ("lens", "by", "on", "mine")


def scope_of(request: HttpRequest) -> Scope:
    """What the page shows: as the address says, or the form that goes with it."""
    posted = {name: value for name, value in request.POST.items() if name in SCOPE}
    return Scope.parse(request.GET.dict() | posted)


def reader_context(request: HttpRequest) -> dict[str, Any]:
    """What the reader may see and change, and what of the queue is shown. `query` goes on in addresses."""
    user, scope = request.user, scope_of(request)
    return {
        "scope": scope,
        "query": urlencode(scope.asked),
        "mine_only": scope.mine_only,
        "decides_all": has_right(user, APPROVE_ALL),
        "sees_rates": has_right(user, VIEW_RATES),
        "may_cut": has_right(user, EDIT_BILLABLE),
        "may_correct": has_right(user, EDIT_WORKED),
        "may_unapprove": has_right(user, UNAPPROVE),
    }


def nav_context(request: HttpRequest, scope: Scope, rules: TimeRules) -> dict[str, Any]:
    """The ways to other days and lenses; a tab stays."""
    today = clock.today(request.user)
    tab = request.GET.get("tab", "")
    tabs = {"tab": tab} if tab in TABS else {}

    def address(changed: dict[str, str]) -> str:
        return "?" + urlencode(tabs | {name: value for name, value in changed.items() if value})

    span, asked = scope.span(rules), scope.asked
    return {
        "span": span,
        "earlier": address(scope.earlier(rules, today).asked),
        "later": address(scope.later(rules, today).asked),
        "everything": address(asked | {"on": "", "by": ""}),
        "this_period": address(asked | {"by": "", "on": str(period_of(rules, today).first)}),
        "last_period": address(
            asked | {"by": "", "on": str(previous_period(rules, period_of(rules, today)).first)}
        ),
        "this_month": address(asked | {"by": "month", "on": today.isoformat()}),
        "by_person": address(asked | {"lens": ""}),
        "by_project": address(asked | {"lens": "project"}),
        "for_all": address(asked | {"mine": ""}),
        "for_me": address(asked | {"mine": "1"}),
    }


def queue_context(request: HttpRequest, *keys: str) -> dict[str, Any]:
    """The queue with the first sheet of the keys that is still there beside it; on a phone only the first key opens."""
    context = reader_context(request)
    scope = context["scope"]
    found = board(request.user, clock.now(), clock.today(request.user), scope)
    sheet = found.queue.find(keys)
    if sheet:
        add_past(sheet, found.rules, request.user)
    return context | {
        "queue": found.queue,
        "sheet": sheet,
        "then": sheet.then if sheet else "",
        "is_chosen": sheet is not None and sheet.key in keys[:1],
        "tab": "waiting",
        "counts": found.counts,
        "missing": found.missing,
        "nav": nav_context(request, scope, found.rules),
    }


def sheet_context(request: HttpRequest, key: SheetKey | None) -> tuple[dict[str, Any], Sheet | None]:
    """One sheet alone; None when nothing of it waits any more. `then` comes from the list beside it."""
    context = reader_context(request)
    scope: Scope = context["scope"]
    found = Queue([])
    if key is not None:
        own = Scope(key.lens, key.is_month, None, scope.mine_only)
        found = queue(request.user, clock.now(), clock.today(request.user), scope=own, only=key)
    sheet = next((sheet for sheet in found.sheets if sheet.key == str(key)), None)
    if sheet:
        add_past(sheet, TimeRules.objects.get(pk=1), request.user)
    then = SheetKey.parse(request.GET.get("then", "") or request.POST.get("then", ""))
    return context | {"sheet": sheet, "then": str(then or "")}, sheet


def queue_url(context: dict[str, Any]) -> str:
    """The address of the page as it stands in the context."""
    asked = {"sheet": context["sheet"].key} if context["is_chosen"] else {}
    asked |= context["scope"].asked
    return reverse("timesheets:approvals") + (f"?{urlencode(asked)}" if asked else "")


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits, by person or project; `?tab=` shows the lists beside it."""
    tab = request.GET.get("tab", "waiting")
    if tab not in TABS:
        return page(
            request, "timesheets/approvals.html", queue_context(request, request.GET.get("sheet", ""))
        )
    context = reader_context(request)
    scope = context["scope"]
    found = beside(request.user, clock.now(), clock.today(request.user), scope)
    context |= {"tab": tab, "counts": found.counts, "missing": found.missing}
    if tab != "missing":
        outcome = Decision.Outcome.APPROVED if tab == "approved" else Decision.Outcome.REJECTED
        context["decided"] = found.decided(outcome)
    context["nav"] = nav_context(request, scope, found.rules)
    template = "approvals_missing" if tab == "missing" else "approvals_decided"
    return page(request, f"timesheets/{template}.html", context)


@deciders(APPROVE_TEAM, APPROVE_ALL)
@require_GET
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """One sheet, for the place beside the queue."""
    context, _ = sheet_context(request, SheetKey.parse(key))
    return page(request, "timesheets/approvals_sheet.html", context)

"""Realised exchange differences: gains and losses of settlements in other currencies, and those without a rate."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from billing.access import RECORD_PAYMENTS, VIEW_BILLING
from billing.exchange import by_month, differences, missing_count
from billing.realising import work_out_missing
from billing.views.paging import first_row
from core.pages import page, toast
from people.access import has_right
from people.guards import guarded

ROWS = 50


@guarded(VIEW_BILLING)
@require_GET
def exchange(request: HttpRequest) -> HttpResponse:
    """The latest first; more rows come by htmx."""
    first, rows = first_row(request), differences()
    more = max(rows.count() - first - ROWS, 0)
    context = {
        "rows": rows[first : first + ROWS],
        "more": min(more, ROWS),
        "more_url": f"?from={first + ROWS}",
    }
    if first:
        return page(request, "billing/exchange.html#rows", context)
    context |= {"months": by_month(), "missing": missing_count()}
    context["can_record"] = has_right(request.user, RECORD_PAYMENTS)
    return page(request, "billing/exchange.html", context)


@guarded(RECORD_PAYMENTS)
@require_POST
def work_out(request: HttpRequest) -> HttpResponse:
    """Posts those whose rates have been entered since."""
    number = work_out_missing(by=request.user)
    words = f"{number} exchange difference{'' if number == 1 else 's'} posted."
    toast(request, words if number else "The rates are still missing. Enter those of the days first.")
    return redirect("billing:exchange")

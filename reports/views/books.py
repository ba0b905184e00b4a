"""The books: receivables by age, the trial balance that ties out with them, the journal of an account."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from billing.access import VIEW_BILLING
from billing.receivables import BUCKETS, SINCE_ISSUED, aging, in_base, ties_out
from core import clock
from core.pages import page
from ledger import balances
from ledger.access import VIEW_LEDGER
from ledger.models import Account
from people.entities import entities_to_choose
from people.guards import guarded
from people.models import LegalEntity

ROWS = 50


def _on(request: HttpRequest) -> date:
    """The day in the address, else the person's today. Raises Http404 for what is no date."""
    text = request.GET.get("on", "")
    if not text:
        return clock.today(request.user)
    try:
        day = parse_date(text)
    except ValueError as error:
        raise Http404 from error
    if day is None:
        raise Http404
    return day


def _entity(request: HttpRequest) -> tuple[list[LegalEntity], LegalEntity | None]:
    """What the page may be narrowed to, and to what it is. Raises Http404 for what is none of them."""
    entities, text = entities_to_choose(), request.GET.get("entity", "")
    if not text:
        return entities, None
    chosen = next((each for each in entities if str(each.pk) == text), None)
    if chosen is None:
        raise Http404
    return entities, chosen


@guarded(VIEW_BILLING)
@require_GET
def receivables(request: HttpRequest) -> HttpResponse:
    on = _on(request)
    since_issued = request.GET.get("age") == "invoice"
    entities, entity = _entity(request)
    of = entity.pk if entity else None
    clients = aging(on, since_issued=since_issued, entity_id=of)
    context = {"on": on, "clients": clients, "ties": ties_out(on, entity_id=of), "since_issued": since_issued}
    context |= {"entities": entities, "entity": entity}
    context["buckets"] = SINCE_ISSUED if since_issued else BUCKETS
    context["base_totals"] = in_base(clients)
    return page(request, "reports/receivables.html", context)


@guarded(VIEW_LEDGER)
@require_GET
def trial_balance(request: HttpRequest) -> HttpResponse:
    on = _on(request)
    entities, entity = _entity(request)
    of = entity.pk if entity else None
    context = {"on": on, "books": _by_currency(on, of), "ties": ties_out(on, entity_id=of)}
    context |= {"entities": entities, "entity": entity}
    return page(request, "reports/trial_balance.html", context)


def _by_currency(on: date, entity_id: int | None) -> list[dict[str, Any]]:
    """The trial balance of each currency with its totals; debits equal credits, or the books are broken."""
    found = balances.trial_balance(on, entity_id=entity_id)
    return [
        {
            "currency": currency,
            "lines": found.of(currency),
            "totals": found.totals(currency),
            "balances": found.balances(currency),
        }
        for currency in found.currencies
    ]


@guarded(VIEW_LEDGER)
@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """The entries of one account up to a day, the latest first."""
    number = request.GET.get("account", "")
    account = get_object_or_404(Account, pk=number if number.isdecimal() else 0)
    on = _on(request)
    lines = balances.account_lines(account, first=None, last=on, currency=request.GET.get("currency", ""))
    first = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    context = {
        "on": on,
        "account": account,
        "lines": lines[first : first + ROWS],
        "more": min(max(lines.count() - first - ROWS, 0), ROWS),
        "more_url": f"?account={account.pk}&on={on.isoformat()}&from={first + ROWS}",
    }
    template = "reports/journal.html#rows" if first else "reports/journal.html"
    return page(request, template, context)

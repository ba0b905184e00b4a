"""QuickBooks: what stands there, what waits, what needs a person; posting, trying again, leaving out."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.errors import NotAllowed, Refusal
from core.pages import is_fragment, page, toast
from integrations.access import MANAGE_CONNECTIONS, POST_ACCOUNTING
from integrations.forms import QuickBooksRulesForm
from integrations.models import Connection, QuickBooksRules
from integrations.quickbooks import centre, health
from integrations.quickbooks.centre import Board, Tab
from integrations.quickbooks.centre_figures import figures
from integrations.quickbooks.connecting import disconnect as disconnect_company
from integrations.quickbooks.connecting import finish_connecting, is_set_up, start_connecting
from integrations.quickbooks.papers import read_key
from integrations.quickbooks.posting import ignore, post, retry, unignore
from integrations.quickbooks.pulling import start_pull
from integrations.quickbooks.tokens import current_connection
from people.access import has_right
from people.guards import guarded
from timesheets.access import RECORD_FOR_OTHERS

# Changed there: what was deleted can be posted anew.
CHOOSABLE = ("attention", "pending", "changed", "ignored")
HEADS = {"attention": "What is wrong", "pending": "How it is", "changed": "What changed", "ignored": "Why"}
BLANKS = {
    "attention": "Whatever QuickBooks refuses, or a check beforehand finds, stands here with its fix.",
    "pending": "Issued invoices, received payments and approved time wait here until they are posted.",
    "posted": "What stands in QuickBooks is listed here, with a link to it.",
    "changed": "What is deleted or voided on one side only stands here.",
    "ignored": "What you leave out of QuickBooks stands here, and can be taken back.",
}


@guarded(MANAGE_CONNECTIONS, POST_ACCOUNTING)
@require_GET
def quickbooks(request: HttpRequest) -> HttpResponse:
    """The page; without a company yet, the way to connect one."""
    connection = centre.connection()
    if connection is None:
        return page(
            request,
            "integrations/quickbooks_connect.html",
            {"is_set_up": is_set_up(), "can_manage": has_right(request.user, MANAGE_CONNECTIONS)},
        )
    context = _desk(request, connection, clock.now())
    template = "integrations/quickbooks_rows.html" if is_fragment(request) else "integrations/quickbooks.html"
    return page(request, template, context)


@guarded(MANAGE_CONNECTIONS, POST_ACCOUNTING)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """The part that asks for itself while something is on its way."""
    connection = centre.connection()
    if connection is None:
        raise Http404
    return page(request, "integrations/quickbooks.html#desk", _desk(request, connection, clock.now()))


def _desk(request: HttpRequest, connection: Connection, at: datetime) -> dict[str, Any]:
    first = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    is_connected = current_connection() is not None
    board = centre.board(connection.account_id, is_connected=is_connected, first=first)
    stages = {tab.key: tab for tab in board.tabs()}
    tab = stages.get(request.GET.get("tab", ""), stages[board.first_tab])
    return {
        "connection": connection,
        "health": Connection.Health,
        "board": board,
        "tab": tab,
        "stages": stages.values(),
        "figures": figures(board, connection, clock.today(request.user), at),
        "checks": health.checks(connection, at),
        "rules_form": QuickBooksRulesForm(instance=QuickBooksRules.objects.get(pk=1)),
        "can_manage": has_right(request.user, MANAGE_CONNECTIONS),
        "is_connected": is_connected,
        "ready_count": len(board.ready) if is_connected else 0,
        **_rows(request, board, tab, first),
    }


def _rows(request: HttpRequest, board: Board, tab: Tab, first: int) -> dict[str, Any]:
    """Fifty rows of a tab, and what can be done with them."""
    can_post = has_right(request.user, POST_ACCOUNTING)
    rest = max(tab.count - first - centre.ROWS, 0)
    return {
        "papers": board.page(tab.key, first),
        "words_head": HEADS.get(tab.key, ""),
        "blank_text": BLANKS[tab.key],
        "can_post": can_post,
        "can_choose": can_post and tab.key in CHOOSABLE,
        "opens_weeks": has_right(request.user, RECORD_FOR_OTHERS),
        "more_count": min(rest, centre.ROWS),
        "more_url": f"{reverse('integrations:quickbooks')}?tab={tab.key}&from={first + centre.ROWS}",
    }


def _chosen(request: HttpRequest) -> dict[str, list[int]]:
    """The local ids by kind that the form named. Raises Http404 for a form of somebody else's making."""
    found: dict[str, list[int]] = {}
    for key in request.POST.getlist("paper"):
        try:
            kind, ids = read_key(key)
        except ValueError as error:
            raise Http404 from error
        found.setdefault(kind, []).extend(ids)
    return found


def _back(request: HttpRequest, tab: str) -> HttpResponse:
    return redirect(f"{reverse('integrations:quickbooks')}?tab={tab}")


def _send(request: HttpRequest, chosen: dict[str, list[int]]) -> HttpResponse:
    """Posts what nobody posted, tries again what was refused; says how many are on their way."""
    at = clock.now()
    queued = refused = 0
    for kind, ids in chosen.items():
        posted = post(kind=kind, ids=ids, by=request.user, at=at)
        queued += posted.queued
        refused += len(posted.refused)
        queued += retry(kind=kind, ids=ids, by=request.user, at=at)
    if queued:
        toast(request, f"{queued} on the way to QuickBooks.")
    if refused:
        messages.warning(request, f"{refused} cannot be posted yet. Each says why.")
    return _back(request, "pending" if queued else "attention")


@guarded(POST_ACCOUNTING)
@require_POST
def post_chosen(request: HttpRequest) -> HttpResponse:
    return _send(request, _chosen(request))


@guarded(POST_ACCOUNTING)
@require_POST
def post_all(request: HttpRequest) -> HttpResponse:
    """Everything that is checked and ready."""
    connection = centre.connection()
    if connection is None:
        raise Http404
    chosen: dict[str, list[int]] = {}
    for paper in centre.board(connection.account_id).ready:
        chosen.setdefault(paper.kind, []).extend(paper.ids)
    return _send(request, chosen)


@guarded(POST_ACCOUNTING)
@require_POST
def ignore_chosen(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    for kind, ids in chosen.items():
        ignore(kind=kind, ids=ids, reason="", by=request.user, at=clock.now())
    toast(request, f"{sum(map(len, chosen.values()))} left out of QuickBooks.")
    return _back(request, request.POST.get("tab", ""))


@guarded(POST_ACCOUNTING)
@require_POST
def unignore_chosen(request: HttpRequest) -> HttpResponse:
    for kind, ids in _chosen(request).items():
        unignore(kind=kind, ids=ids, by=request.user, at=clock.now())
    return _back(request, "pending")


@guarded(MANAGE_CONNECTIONS)
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Answers with a page that moves on: a form's redirect must not leave the host."""
    url = start_connecting(by=request.user, at=clock.now())
    return page(request, "core/leaving.html", {"url": url, "to": "QuickBooks"})


@guarded(MANAGE_CONNECTIONS)
@never_cache
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Where Intuit sends people back to, by way of the root host. The first time, the lists are read at once."""
    brought = request.GET
    try:
        connection = finish_connecting(
            code=brought.get("code", ""),
            realm=brought.get("realmId", ""),
            state=brought.get("state", ""),
            by=request.user,
            at=clock.now(),
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect("integrations:quickbooks")
    if connection.message:
        messages.warning(request, connection.message)
    return _pull(request) if connection.pulled_at is None else redirect("integrations:quickbooks")


def _pull(request: HttpRequest) -> HttpResponse:
    return redirect("core:job", start_pull(by=request.user).pk)


@guarded(MANAGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def disconnect(request: HttpRequest) -> HttpResponse:
    """The dialog that says what stays, and the disconnecting."""
    if request.method == "GET":
        context = {"connection": centre.connection(), "action": request.path}
        return page(request, "integrations/quickbooks_disconnect.html", context)
    disconnect_company(by=request.user, at=clock.now())
    toast(request, "Disconnected from QuickBooks. Links and mappings are kept.")
    return HttpResponse(headers={"HX-Refresh": "true"})


@guarded(MANAGE_CONNECTIONS)
@require_POST
def pull(request: HttpRequest) -> HttpResponse:
    """Reads QuickBooks's lists anew, in a job with progress."""
    return _pull(request)

"""Mapping: which QuickBooks record stands for which of ours, and how the firm posts. Each choice saves itself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from core.pages import page
from integrations.access import MANAGE_CONNECTIONS
from integrations.forms import ChoiceForm, QuickBooksRulesForm
from integrations.quickbooks import mapping as choosing
from integrations.quickbooks import mapping_page
from integrations.quickbooks.mapping import CATALOGUE_ITEM, Purpose
from integrations.quickbooks.tokens import current_connection
from people.guards import guarded

SAVED = 204


@guarded(MANAGE_CONNECTIONS)
@require_GET
def mapping(request: HttpRequest) -> HttpResponse:
    """Labor codes and our catalogue against items, the defaults, and what is linked to nobody yet."""
    connection = current_connection()
    if connection is None:
        return redirect("integrations:quickbooks")
    account = connection.account_id
    items = mapping_page.items(account)
    context = {
        "connection": connection,
        "codes": mapping_page.labor_codes(account),
        "catalogue": mapping_page.catalogue_items(account),
        "items": items,
        "default_lines": mapping_page.default_lines(account, items),
        "sections": mapping_page.sections(account),
    }
    return page(request, "integrations/quickbooks_mapping.html", context)


def _wish(request: HttpRequest) -> dict[str, Any]:
    """What the row's form asks for. Raises Http404 for a form of somebody else's making."""
    form = ChoiceForm(request.POST)
    if not form.is_valid():
        raise Http404
    return form.cleaned_data


@guarded(MANAGE_CONNECTIONS)
@require_POST
def map_one(request: HttpRequest) -> HttpResponse:
    """A labor code, or an item of our catalogue, and the item it is sold as."""
    wish = _wish(request)
    if wish["kind"] == CATALOGUE_ITEM:
        choosing.map_catalogue_item(catalogue_item_id=wish["id"], item_id=wish["remote"], by=request.user)
    else:
        choosing.map_labor_code(labor_code_id=wish["id"], item_id=wish["remote"], by=request.user)
    return HttpResponse(status=SAVED)


@guarded(MANAGE_CONNECTIONS)
@require_POST
def set_one_default(request: HttpRequest) -> HttpResponse:
    """What stands in where no record of ours decides."""
    wish = _wish(request)
    if wish["id"] not in Purpose.values:
        raise Http404
    choosing.set_default(purpose=wish["id"], remote_id=wish["remote"], by=request.user)
    return HttpResponse(status=SAVED)


@guarded(MANAGE_CONNECTIONS)
@require_POST
def link_one(request: HttpRequest) -> HttpResponse:
    """One client, person or term and its record there; an empty choice cuts the link."""
    wish = _wish(request)
    remote_type, _, remote_id = wish["remote"].partition(":")
    if remote_id:
        choosing.link_record(
            local_kind=wish["kind"],
            local_id=wish["id"],
            remote_type=remote_type,
            remote_id=remote_id,
            by=request.user,
        )
    else:
        choosing.unlink(local_kind=wish["kind"], local_id=wish["id"], by=request.user)
    return HttpResponse(status=SAVED)


@guarded(MANAGE_CONNECTIONS)
@require_POST
def rules(request: HttpRequest) -> HttpResponse:
    """How the firm posts."""
    form = QuickBooksRulesForm(request.POST)
    if not form.is_valid():
        raise Http404
    choosing.set_rules(by=request.user, **form.cleaned_data)
    return HttpResponse(status=SAVED)

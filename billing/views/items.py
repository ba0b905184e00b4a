"""Settings: the catalogue of what lines by hand are made of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import MANAGE_BILLING
from billing.cataloguing import ItemWish, save_item, set_item_active
from billing.item_forms import ItemForm
from billing.models import CatalogueItem
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from timesheets.expenses.worth import firm_currency

CHANGED = "items-changed"


@guarded(MANAGE_BILLING)
@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """All items; those that are not offered any more come last."""
    found = CatalogueItem.objects.select_related("income_account", "tax_code").order_by("-is_active", "name")
    return page(request, "billing/items.html", {"items": found})


@guarded(MANAGE_BILLING)
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, item_id: int | None = None) -> HttpResponse:
    """The dialog of an item, or of a new one."""
    known = get_object_or_404(CatalogueItem, pk=item_id) if item_id else None
    fresh = {} if known else {"initial": {"currency": firm_currency()}}
    form = ItemForm(request.POST or None, item=known, **fresh)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            saved = save_item(item=known, wanted=ItemWish(**form.cleaned_data), by=request.user)
            toast(request, f"{saved.name} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "item": known, "action": request.path}
    return page(request, "billing/item.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_POST
def activity(request: HttpRequest, item_id: int, word: str) -> HttpResponse:
    """Takes an item out of pick-lists, or brings it back."""
    found = get_object_or_404(CatalogueItem, pk=item_id)
    changed = set_item_active(item=found, is_active=word == "reactivate", by=request.user)
    toast(request, f"{changed.name} is {'offered again' if changed.is_active else 'not offered any more'}.")
    return dialog_done(CHANGED)

"""Settings: the catalogue of what lines by hand are made of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing.access import MANAGE_BILLING
from billing.cataloguing import ItemWish, save_item, set_item_active
from billing.item_forms import ItemForm, ItemPriceForm
from billing.models import CatalogueItem, ItemPrice
from billing.price_changing import drop_price, set_price
from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from timesheets.expenses.worth import firm_currency

CHANGED = "items-changed"


@guarded(MANAGE_BILLING)
@require_GET
def items(request: HttpRequest) -> HttpResponse:
    """All items; those that are not offered any more come last."""
    found = CatalogueItem.objects.select_related("income_account", "tax_code").prefetch_related("prices")
    today = clock.today(request.user)
    rows = [(each, each.price_on(today)) for each in found.order_by("-is_active", "name")]
    return page(request, "billing/items.html", {"rows": rows, "today": today})


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
@require_http_methods(["GET", "POST"])
def prices(request: HttpRequest, item_id: int) -> HttpResponse:
    """The dialog of an item's prices, and of one more from a day on."""
    found = get_object_or_404(CatalogueItem.objects.prefetch_related("prices"), pk=item_id)
    form = ItemPriceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_price(item=found, by=request.user, **form.cleaned_data)
            toast(request, f"The price of {found.name} is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "item": found, "action": request.path}
    return page(request, "billing/item_prices.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_BILLING)
@require_POST
def price_drop(request: HttpRequest, price_id: int) -> HttpResponse:
    """Takes a price back."""
    found = drop_price(price=get_object_or_404(ItemPrice, pk=price_id), by=request.user)
    toast(request, f"The price of {found.name} is taken back.")
    return dialog_done(CHANGED)


@guarded(MANAGE_BILLING)
@require_POST
def activity(request: HttpRequest, item_id: int, word: str) -> HttpResponse:
    """Takes an item out of pick-lists, or brings it back."""
    found = get_object_or_404(CatalogueItem, pk=item_id)
    changed = set_item_active(item=found, is_active=word == "reactivate", by=request.user)
    toast(request, f"{changed.name} is {'offered again' if changed.is_active else 'not offered any more'}.")
    return dialog_done(CHANGED)

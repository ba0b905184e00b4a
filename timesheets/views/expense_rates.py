"""Exchange rates: the table, one by hand, many from a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.exchange import MOST_DAYS, Row
from core.models import ExchangeRate
from core.pages import dialog_done, is_fragment, page, refusals_into, toast
from people.guards import guarded
from timesheets.access import MANAGE_EXPENSES
from timesheets.expense_code_forms import ExchangeFileForm, ExchangeRateForm
from timesheets.expenses.coding import enter_exchange_rates, import_exchange_rates, remove_exchange_rate
from timesheets.expenses.worth import firm_currency

CHANGED = "exchange-rates-changed"
PAGE_ROWS = 50


@guarded(MANAGE_EXPENSES)
@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """The rates, the newest first."""
    start = request.GET.get("start", "")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 9 else 0
    rows = list(ExchangeRate.objects.order_by("-on", "base", "quote")[first : first + PAGE_ROWS])
    count = ExchangeRate.objects.count()
    context = {
        "rows": rows,
        "count": count,
        "more": max(0, min(PAGE_ROWS, count - first - PAGE_ROWS)),
        "next_start": first + PAGE_ROWS,
        "most_days": MOST_DAYS,
    }
    part = "#rows" if first and is_fragment(request) else ""
    return page(request, f"timesheets/exchange_rates.html{part}", context)


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """One rate by hand."""
    start = {"on": clock.today(request.user), "base": "EUR", "quote": firm_currency()}
    form = ExchangeRateForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            enter_exchange_rates(rows=[Row(**form.cleaned_data)], by=request.user)
            toast(request, "The rate is saved.")
            return dialog_done(CHANGED)
    context = {"form": form, "action": request.path}
    return page(request, "timesheets/exchange_rate.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Rates of a CSV file, all or none."""
    form = ExchangeFileForm(request.POST, request.FILES) if request.method == "POST" else ExchangeFileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        with refusals_into(form):
            count = import_exchange_rates(name=file.name, content=file.read(), by=request.user)
            toast(request, f"{count} {'rate is' if count == 1 else 'rates are'} taken from {file.name}.")
            return dialog_done(CHANGED)
    context = {"form": form, "action": request.path}
    return page(request, "timesheets/exchange_rates_import.html", context, status=422 if form.errors else 200)


@guarded(MANAGE_EXPENSES)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes one rate."""
    rate = get_object_or_404(ExchangeRate, pk=pk)
    remove_exchange_rate(rate=rate, by=request.user)
    toast(request, f"The rate of {rate.base} in {rate.quote}, {rate.on.day} {rate.on:%b %Y}, is removed.")
    return dialog_done(CHANGED)

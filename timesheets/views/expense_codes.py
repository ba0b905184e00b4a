"""Settings of expenses: codes, unit rates, limits, markup."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.pages import dialog_done, page, refusals_into, toast
from people.guards import guarded
from people.public_holidays import countries
from timesheets.access import MANAGE_EXPENSES
from timesheets.expense_code_forms import (
    CodeForm,
    EndForm,
    LimitsForm,
    MarkupForm,
    PerDiemForm,
    UnitRateForm,
)
from timesheets.expenses.coding import (
    add_unit_rate,
    end_unit_rate,
    remove_markup,
    remove_unit_rate,
    save_code,
    set_active,
    set_limits,
    set_markup,
)
from timesheets.expenses.per_diems import remove_per_diem, set_per_diem
from timesheets.expenses.worth import firm_currency
from timesheets.models import ExpenseCode, ExpenseMarkup, ExpenseRate, PerDiem

CHANGED = "expense-codes-changed"


@guarded(MANAGE_EXPENSES)
@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """All codes with rates and limits, and the markups."""
    found = ExpenseCode.objects.prefetch_related("rates", "limits", "per_diems").order_by(
        "-is_active", "name"
    )
    markups = ExpenseMarkup.objects.select_related("code", "client", "project")
    context = {
        "codes": found,
        "markups": markups.order_by("project__name", "client__name", "code__name"),
        "currency": firm_currency(),
        "today": clock.today(request.user),
    }
    return page(request, "timesheets/expense_codes.html", context)


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, code_id: int | None = None) -> HttpResponse:
    """Adds or changes a code."""
    known = get_object_or_404(ExpenseCode, pk=code_id) if code_id else None
    form = CodeForm(request.POST or None, expense_code=known)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            save_code(expense_code=known, by=request.user, **form.cleaned_data)
            return _done(request, f"{form.cleaned_data['name']} is saved.")
    return _dialog(request, "timesheets/expense_code.html", form, code=known)


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, code_id: int) -> HttpResponse:
    """The limits of a code."""
    code = get_object_or_404(ExpenseCode.objects.prefetch_related("limits"), pk=code_id)
    form = LimitsForm(request.POST or None, expense_code=code)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_limits(expense_code=code, limits=form.limits(), by=request.user)
            return _done(request, f"The limits of {code.name} are saved.")
    return _dialog(request, "timesheets/expense_limits.html", form, code=code, currency=firm_currency())


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def per_diems(request: HttpRequest, code_id: int) -> HttpResponse:
    """The per diems of a code by country, and one more; the dialog stays open for the next."""
    code = get_object_or_404(ExpenseCode, pk=code_id)
    fresh = {"starts_on": clock.today(request.user).replace(month=1, day=1)}
    form = PerDiemForm(request.POST or None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_per_diem(expense_code=code, by=request.user, **form.cleaned_data)
            return _per_diems(
                request, code, PerDiemForm(initial={"starts_on": form.cleaned_data["starts_on"]})
            )
    return _per_diems(request, code, form)


@guarded(MANAGE_EXPENSES)
@require_POST
def per_diem_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Without it the one before counts, else what counts elsewhere."""
    found = get_object_or_404(PerDiem.objects.select_related("code"), pk=pk)
    remove_per_diem(per_diem=found, by=request.user)
    return _per_diems(request, found.code, PerDiemForm(initial={"starts_on": found.starts_on}))


def _per_diems(request: HttpRequest, code: ExpenseCode, form: PerDiemForm) -> HttpResponse:
    names = dict(countries())
    rows = [(names.get(row.country, row.country), row) for row in code.per_diems.all()]
    context = {"code": code, "rows": sorted(rows, key=lambda each: each[0]), "currency": firm_currency()}
    context |= {"form": form, "action": reverse("timesheets:per-diems", args=[code.pk])}
    response = page(request, "timesheets/per_diems.html", context, status=422 if form.errors else 200)
    if request.method == "POST" and not form.errors:
        response["HX-Trigger"] = CHANGED
    return response


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, code_id: int) -> HttpResponse:
    """A new rate from a day on; the one before ends the day before."""
    code = get_object_or_404(ExpenseCode.objects.prefetch_related("rates"), pk=code_id)
    start = {"starts_on": clock.today(request.user), "currency": firm_currency()}
    form = UnitRateForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            add_unit_rate(expense_code=code, by=request.user, **form.cleaned_data)
            return _done(request, f"The rate of {code.name} is saved.")
    rates = sorted(code.rates.all(), key=lambda each: each.starts_on, reverse=True)
    return _dialog(request, "timesheets/expense_rate.html", form, code=code, rates=rates)


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, rule_id: int) -> HttpResponse:
    """The last day of a rate."""
    found = get_object_or_404(ExpenseRate.objects.select_related("code"), pk=rule_id)
    form = EndForm(request.POST or None, initial={"ends_on": found.ends_on})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            end_unit_rate(rate=found, by=request.user, **form.cleaned_data)
            return _done(request, "The last day is saved.")
    return _dialog(request, "timesheets/expense_rate_end.html", form, rate=found, code=found.code)


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Asks, and removes a rate that nothing was counted at."""
    found = get_object_or_404(ExpenseRate.objects.select_related("code"), pk=rule_id)
    form: Any = Form(request.POST or None)
    if request.method == "POST":
        with refusals_into(form):
            remove_unit_rate(rate=found, by=request.user)
            return _done(request, "The rate is removed.")
    return _dialog(request, "timesheets/expense_rate_remove.html", form, rate=found, code=found.code)


@guarded(MANAGE_EXPENSES)
@require_POST
def deactivate(request: HttpRequest, code_id: int) -> HttpResponse:
    """Takes it out of pick-lists; Undo brings it back."""
    code = get_object_or_404(ExpenseCode, pk=code_id)
    set_active(expense_code=code, is_active=False, by=request.user)
    back = reverse("timesheets:expense-code-reactivate", args=[code.pk])
    return _done(request, f"{code.name} is no longer offered. Lines that have it keep it.", back)


@guarded(MANAGE_EXPENSES)
@require_POST
def reactivate(request: HttpRequest, code_id: int) -> HttpResponse:
    """The way back."""
    code = get_object_or_404(ExpenseCode, pk=code_id)
    set_active(expense_code=code, is_active=True, by=request.user)
    return _done(request, f"{code.name} is offered again.")


@guarded(MANAGE_EXPENSES)
@require_http_methods(["GET", "HEAD", "POST"])
def markup(request: HttpRequest) -> HttpResponse:
    """Sets what is added to costs of a code, a client or a project."""
    form = MarkupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_markup(by=request.user, **form.cleaned_data)
            return _done(request, "The markup is saved.")
    return _dialog(request, "timesheets/expense_markup.html", form)


@guarded(MANAGE_EXPENSES)
@require_POST
def markup_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Without it the next in line counts."""
    remove_markup(markup=get_object_or_404(ExpenseMarkup, pk=pk), by=request.user)
    return _done(request, "The markup is removed. Lines that are submitted keep theirs.")


def _dialog(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    context |= {"form": form, "action": request.path}
    return page(request, template, context, status=422 if form.errors else 200)


def _done(request: HttpRequest, words: str, undo_url: str | None = None) -> HttpResponse:
    toast(request, words, undo_url)
    return dialog_done(CHANGED)

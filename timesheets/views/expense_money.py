"""What finance does with expenses: paying back, and reversing what was paid."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.pages import is_fragment, page, refusals_into, toast
from people.guards import guarded
from timesheets.access import REIMBURSE
from timesheets.expense_forms import ReimburseForm, ReverseForm
from timesheets.expenses.reimbursements import owed, paid, totals
from timesheets.expenses.reimbursing import Reimbursed, mark_reimbursed, reverse_expense
from timesheets.expenses.values import total
from timesheets.forms import parse_versions
from timesheets.models import Expense
from timesheets.views.expenses import go


@guarded(REIMBURSE)
@require_GET
def reimbursements(request: HttpRequest) -> HttpResponse:
    """Approved lines by person; `?is=paid` shows the payments."""
    if request.GET.get("is") == "paid":
        start = request.GET.get("start", "")
        first = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 0
        rows, more = paid(first)
        template = (
            "timesheets/reimbursed.html#rows"
            if first and is_fragment(request)
            else "timesheets/reimbursed.html"
        )
        return page(request, template, {"rows": rows, "more": more, "next_start": first + len(rows)})
    groups = owed()
    return page(request, "timesheets/reimbursements.html", {"groups": groups, "totals": totals(groups)})


@guarded(REIMBURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest) -> HttpResponse:
    """The dialog with sum, day and reference; and noting the payment."""
    on = clock.today(request.user)
    form = ReimburseForm(request.POST or None, initial={"paid_on": on})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            done = mark_reimbursed(
                expense_ids=list(form.cleaned_data["lines"]),
                paid_on=form.cleaned_data["paid_on"],
                reference=form.cleaned_data["reference"],
                by=request.user,
                on=on,
                at=clock.now(),
            )
            toast(request, _paid_words(done))
            return go(request, reverse("timesheets:reimbursements"))
    context = _to_pay(request) | {"form": form, "action": request.path}
    return page(request, "timesheets/reimburse.html", context, status=422 if form.errors else 200)


def _paid_words(done: Reimbursed) -> str:
    people = len({payment.staff_id for payment in done.reimbursements})
    skipped = f" {len(done.skipped)} skipped: {next(iter(done.skipped.values()))}" if done.skipped else ""
    return f"{'1 person is' if people == 1 else f'{people} people are'} paid back.{skipped}"


def _to_pay(request: HttpRequest) -> dict[str, Any]:
    """The dialog's lines: those posted or ticked, as far as they are still to be paid back."""
    asked = request.POST if request.method == "POST" else request.GET
    ids = [each for text in asked.getlist("lines") for each in parse_versions(text)]
    found = Expense.objects.to_reimburse().filter(pk__in=ids).select_related("report__staff")
    lines = list(found.order_by("pk"))
    by_currency: dict[str, list[Expense]] = {}
    for line in lines:
        by_currency.setdefault(line.report.currency, []).append(line)
    return {
        "count": len(lines),
        "lines": ",".join(f"{line.pk}.{line.version}" for line in lines),
        "names": sorted({line.report.staff.name for line in lines}),
        "sums": [
            (code, total(line.base_amount for line in each)) for code, each in sorted(by_currency.items())
        ],
    }


@guarded(REIMBURSE)
@require_http_methods(["GET", "HEAD", "POST"])
def reverse_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks why, and makes the line that takes this one back."""
    line = get_object_or_404(Expense.objects.select_related("report__staff", "code"), pk=pk)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            twin = reverse_expense(
                expense=line,
                reason=form.cleaned_data["reason"],
                by=request.user,
                on=clock.today(request.user),
                at=clock.now(),
            )
            toast(request, "The line is reversed.")
            url = reverse("timesheets:expense-report", args=[line.report_id])
            return go(request, f"{url}?line={twin.pk}")
    context = {"form": form, "expense": line, "action": request.path}
    return page(request, "timesheets/expense_reverse.html", context, status=422 if form.errors else 200)

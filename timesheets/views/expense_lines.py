"""Lines of a report: adding, changing, removing."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.pages import is_fragment, page, refusals_into, toast
from people.guards import staff_only
from people.models import User
from timesheets.expense_forms import ExpenseForm, RemoveForm, UploadForm
from timesheets.expenses.access import visible_to
from timesheets.expenses.closed_days import is_locked, opens_closed
from timesheets.expenses.receipts import file_expense
from timesheets.expenses.recording import remove_expense
from timesheets.expenses.restoring import removed_from, restore_expense
from timesheets.models import Expense, ExpenseReport
from timesheets.reasons import giving
from timesheets.views.expenses import go, own_or_visible, report_context


def line_of(request: HttpRequest, pk: int) -> Expense:
    """The line if the person may read it; 404 else."""
    user: User = request.user  # type: ignore[assignment]
    found = visible_to(user, clock.today(user)).select_related(
        "report__staff__user", "code", "project__client", "task", "work_class"
    )
    return get_object_or_404(found, pk=pk)


def version_of(request: HttpRequest) -> int:
    """The version of the line that the page showed; one that no line has for a damaged page."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new line, with its receipts; the form sent twice makes one."""
    report = own_or_visible(request, pk)
    if request.method != "POST":
        return redirect(f"{reverse('timesheets:expense-report', args=[pk])}?line=new")
    form = ExpenseForm(request.POST, request.FILES, report=report, by=request.user)
    if form.is_valid():
        with refusals_into(form), giving(by=request.user, text=form.cleaned_data["reason"]):
            made = file_expense(
                report=report,
                wanted=form.wanted(),
                uploads=form.cleaned_data["receipt"],
                by=request.user,
                on=clock.today(request.user),
                once=form.cleaned_data["once"],
            )
            return _saved(request, report, made)
    return show(request, report, is_new=True, form=form)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: shown in its report, and saved."""
    found = line_of(request, pk)
    if request.method != "POST":
        return redirect(f"{reverse('timesheets:expense-report', args=[found.report_id])}?line={pk}")
    form = ExpenseForm(request.POST, request.FILES, report=found.report, by=request.user, line=found)
    if form.is_valid():
        with refusals_into(form), giving(by=request.user, text=form.cleaned_data["reason"]):
            file_expense(
                report=found.report,
                expense=found,
                version=version_of(request),
                wanted=form.wanted(),
                uploads=form.cleaned_data["receipt"],
                by=request.user,
                on=clock.today(request.user),
            )
            return _saved(request, found.report, found)
    return show(request, found.report, chosen=pk, form=form)


def _saved(request: HttpRequest, report: ExpenseReport, saved: Expense) -> HttpResponse:
    """The report with the saved line, or with a new one where *Save and next* was pressed."""
    toast(request, "The line is saved.")
    if "next" in request.POST:
        return show(request, report, is_new=True)
    return show(request, report, chosen=saved.pk)


def show(
    request: HttpRequest,
    report: ExpenseReport,
    chosen: int | None = None,
    *,
    is_new: bool = False,
    form: ExpenseForm | None = None,
    upload: UploadForm | None = None,
) -> HttpResponse:
    """The report as it is now: in place for htmx, else by a redirect; with what is wrong in a form."""
    context = report_context(request.user, report, chosen, is_new=is_new, form=form, upload=upload)
    is_wrong = bool((form and form.errors) or (upload and upload.errors))
    url = f"{reverse('timesheets:expense-report', args=[report.pk])}?line={'new' if is_new else chosen or ''}"
    if not is_fragment(request):
        if is_wrong:
            return page(request, "timesheets/expense_report.html", context, status=422)
        return redirect(url)
    response = page(request, "timesheets/expense_report.html#body", context, status=422 if is_wrong else 200)
    response["HX-Push-Url"] = url
    return response


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes the line with its receipts, which can be undone; of a locked day the dialog asks why."""
    found = line_of(request, pk)
    form = RemoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form), giving(by=request.user, text=form.cleaned_data["reason"]):
            remove_expense(expense=found, version=version_of(request), by=request.user)
            toast(request, "The line is removed.", _undo_url(pk, form.cleaned_data["reason"]))
            return go(request, reverse("timesheets:expense-report", args=[found.report_id]))
    context = {"form": form, "expense": found, "count": found.receipts.count(), "action": request.path}
    context["asks_reason"] = is_locked(found) and opens_closed(request.user)
    return page(request, "timesheets/expense_remove.html", context, status=422 if form.errors else 200)


def _undo_url(pk: int, reason: str) -> str:
    query = f"?{urlencode({'reason': reason})}" if reason else ""
    return reverse("timesheets:expense-line-restore", args=[pk]) + query


@staff_only
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Brings a removed line back, with its receipts."""
    report = own_or_visible(request, removed_from(pk) or 0)
    with giving(by=request.user, text=request.GET.get("reason", "")):
        restore_expense(expense_id=pk, by=request.user)
    toast(request, "The line is back.")
    return go(request, f"{reverse('timesheets:expense-report', args=[report.pk])}?line={pk}")

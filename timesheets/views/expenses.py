"""Reports of expenses: the person's list, one report with its lines, submitting and recalling."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.money import format_amount
from core.pages import is_fragment, page, refusals_into, toast
from people.access import has_right
from people.guards import staff_only
from people.models import User
from people.public_holidays import countries
from timesheets.access import REIMBURSE, can_record
from timesheets.expense_forms import ExpenseForm, SnapForm, SubmitForm, TitleForm, UploadForm
from timesheets.expenses.access import reports_visible_to
from timesheets.expenses.closed_days import is_locked, opens_closed
from timesheets.expenses.recording import Wanted, open_report, remove_report, rename_report
from timesheets.expenses.reports import reports_of
from timesheets.expenses.sheet import Line, seen_text, sheet_of
from timesheets.expenses.submitting import Submission, next_approvers, recall_report, submit_report
from timesheets.models import ExpenseReport


def own_or_visible(request: HttpRequest, pk: int) -> ExpenseReport:
    """The report if the person may read it; 404 else."""
    user: User = request.user  # type: ignore[assignment]
    found = reports_visible_to(user, clock.today(user)).select_related("staff__user")
    return get_object_or_404(found, pk=pk)


@staff_only
@require_GET
def expenses(request: HttpRequest) -> HttpResponse:
    """The person's own reports."""
    user = request.user
    tab = "all" if request.GET.get("is") == "all" else "open"
    start = request.GET.get("start", "")
    first = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 0
    listed = reports_of(user.staff_member, clock.today(user), tab=tab, start=first)
    template = (
        "timesheets/expenses.html#rows" if first and is_fragment(request) else "timesheets/expenses.html"
    )
    return page(request, template, {"list": listed, "tab": tab, "snap": SnapForm()})


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begins a report."""
    on = clock.today(request.user)
    form = TitleForm(request.POST or None, initial={"title": f"{on:%B %Y}"})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = open_report(staff=request.user.staff_member, by=request.user, **form.cleaned_data)
            return go(request, reverse("timesheets:expense-report", args=[made.pk]))
    context = {"form": form, "action": request.path}
    return page(request, "timesheets/expense_title.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another title."""
    found = own_or_visible(request, pk)
    form = TitleForm(request.POST or None, initial={"title": found.title})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            rename_report(report=found, by=request.user, **form.cleaned_data)
            return go(request, reverse("timesheets:expense-report", args=[pk]))
    context = {"form": form, "report": found, "action": request.path}
    return page(request, "timesheets/expense_title.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes an empty report."""
    found = own_or_visible(request, pk)
    remove_report(report=found, by=request.user)
    toast(request, f"The report {found.title} is removed.")
    return redirect("timesheets:expenses")


@staff_only
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report with its lines; `?line=` is the one to edit, `?line=new` a new one."""
    found = own_or_visible(request, pk)
    wish = request.GET.get("line", "")
    chosen = int(wish) if wish.isascii() and wish.isdecimal() and len(wish) < 19 else None
    context = report_context(request.user, found, chosen, is_new=wish == "new")
    part = "#body" if is_fragment(request) else ""
    return page(request, f"timesheets/expense_report.html{part}", context)


def report_context(
    user: User,
    report: ExpenseReport,
    chosen: int | None = None,
    *,
    is_new: bool = False,
    form: ExpenseForm | None = None,
    upload: UploadForm | None = None,
) -> dict[str, Any]:
    """What the report's page shows: its lines, and the chosen one to edit or to read."""
    sheet = sheet_of(report)
    may_edit = can_record(user, report.staff)
    is_new = may_edit and (is_new or not sheet.lines)
    line = None if is_new else sheet.line(chosen)
    locked = line is not None and line.expense.is_open and is_locked(line.expense)
    is_shut = locked and not opens_closed(user)
    if may_edit and form is None and not is_shut and (is_new or (line and line.expense.is_open)):
        known, wanted = (line.expense, None) if line else (None, _next(sheet.lines, user))
        form = ExpenseForm(report=report, by=user, line=known, wanted=wanted)
    return {
        "sheet": sheet,
        "report": report,
        "line": line,
        "is_new": is_new,
        "form": form,
        "upload": upload or UploadForm(),
        "snap": SnapForm(),
        "may_edit": may_edit,
        "is_own": user.staff_member == report.staff,
        "is_shut": is_shut,
        "country_name": dict(countries()).get(line.expense.country, "") if line else "",
        "asks_reason": (locked and not is_shut) or (form is not None and "reason" in form.errors),
        "can_reverse": has_right(user, REIMBURSE),
        "shows_detail": (is_new and bool(sheet.lines)) or line is not None,
    }


def _next(lines: list[Line], user: User) -> Wanted:
    """A new line begins where the last one was: its day and project."""
    last = lines[-1].expense if lines else None
    if last is None:
        return Wanted(spent_on=clock.today(user))
    is_open = last.project is not None and last.project.state == "OPEN"
    return Wanted(
        spent_on=last.spent_on,
        project=last.project if is_open else None,
        is_billable=last.is_billable if is_open else None,
        is_reimbursable=last.is_reimbursable,
        kind=last.kind,
    )


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialog with sum and findings, and the submission of the lines that were read there."""
    found = own_or_visible(request, pk)
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            done = submit_report(
                report=found,
                by=request.user,
                at=clock.now(),
                acknowledged=form.cleaned_data["acknowledged"],
                expense_ids=list(form.cleaned_data["lines"]),
            )
            toast(request, _submitted_words(done), reverse("timesheets:expense-recall", args=[pk]))
            return go(request, reverse("timesheets:expense-report", args=[pk]))
    context = _to_submit(found) | {"form": form, "action": request.path}
    return page(request, "timesheets/expense_submit.html", context, status=422 if form.errors else 200)


def _submitted_words(done: Submission) -> str:
    whom = f" to {' and '.join(done.waits_for)}" if done.waits_for else ""
    return f"{format_amount(done.amount, done.currency)} submitted{whom}."


def _to_submit(report: ExpenseReport) -> dict[str, Any]:
    sheet = sheet_of(report)
    findings = {line.expense.pk: line.findings for line in sheet.ready}
    return {
        "sheet": sheet,
        "report": report,
        "seen": seen_text(sheet.ready),
        "next": next_approvers([line.expense for line in sheet.ready], findings),
    }


@staff_only
@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes what waits back to drafts."""
    found = own_or_visible(request, pk)
    ids = recall_report(report=found, by=request.user, at=clock.now())
    toast(request, f"{len(ids)} {'line is a draft' if len(ids) == 1 else 'lines are drafts'} again.")
    return go(request, reverse("timesheets:expense-report", args=[pk]))


def go(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, also from a dialog."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)

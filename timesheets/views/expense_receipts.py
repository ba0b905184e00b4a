"""Receipts: from a phone's camera to a line, more of them on a line, and the files themselves."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.models import StoredFile
from core.pages import page, refusals_into, toast
from core.responses import file_response
from people.guards import staff_only
from people.models import User
from timesheets.expense_forms import SnapForm, UploadForm
from timesheets.expenses.access import visible_to
from timesheets.expenses.receipts import add_receipts, remove_receipt, snap_receipt
from timesheets.models import Receipt
from timesheets.views.expense_lines import line_of, show
from timesheets.views.expenses import go, own_or_visible


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def snap(request: HttpRequest) -> HttpResponse:
    """A photograph becomes a line of this month's report, or of `?report=`; what was paid is typed next."""
    form = SnapForm(request.POST, request.FILES) if request.method == "POST" else SnapForm()
    wish = request.GET.get("report", "")
    into = (
        own_or_visible(request, int(wish)) if wish.isascii() and wish.isdecimal() and len(wish) < 19 else None
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            made = snap_receipt(
                staff=into.staff if into else request.user.staff_member,
                uploads=form.cleaned_data["receipt"],
                by=request.user,
                on=clock.today(request.user),
                report=into,
                once=form.cleaned_data["once"],
            )
            return go(
                request, f"{reverse('timesheets:expense-report', args=[made.report_id])}?line={made.pk}"
            )
    context = {"form": form, "into": into}
    return page(request, "timesheets/expense_snap.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """More files on a line."""
    found = line_of(request, pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_into(form):
            kept = add_receipts(expense=found, uploads=form.cleaned_data["receipt"], by=request.user)
            toast(request, "The receipt is added." if len(kept) == 1 else f"{len(kept)} receipts are added.")
            return show(request, found.report, chosen=pk)
    return show(request, found.report, chosen=pk, upload=form)


@staff_only
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a file off an open line."""
    found = _receipt(request, pk)
    expense = line_of(request, found.expense_id)
    found.expense = expense
    remove_receipt(receipt=found, by=request.user)
    toast(request, f"{found.file.name} is removed.")
    return show(request, expense.report, chosen=expense.pk)


@staff_only
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, or with `?shown` what a browser can show of it; `?download` keeps it as it came."""
    found = _receipt(request, pk)
    if "shown" in request.GET and found.preview is not None:
        return _file(found.preview)
    return _file(found.file, download="download" in request.GET)


@staff_only
@require_safe
def thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The small picture."""
    found = _receipt(request, pk)
    if found.thumbnail is None:
        raise Http404
    return _file(found.thumbnail)


def _receipt(request: HttpRequest, pk: int) -> Receipt:
    """The receipt if the person may read its line; 404 else."""
    user: User = request.user  # type: ignore[assignment]
    lines = visible_to(user, clock.today(user))
    rows = Receipt.objects.filter(expense__in=lines).select_related("file", "thumbnail", "preview")
    return get_object_or_404(rows, pk=pk)


def _file(stored: StoredFile, *, download: bool = False) -> HttpResponseBase:
    try:
        return file_response(stored, download=download)
    # A backup was restored without its files.
    except FileNotFoundError as error:
        raise Http404 from error

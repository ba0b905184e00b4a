"""Filling a week: last week's rows or rows and hours, favourites, tasks of the person's projects."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from core.pages import page, toast
from people.guards import staff_only
from timesheets.clearing import clear_lines
from timesheets.copying import copy_hours, copy_rows
from timesheets.forms import parse_versions
from timesheets.prefill import assigned_rows, favourite_rows
from timesheets.rows import Place, RowKey
from timesheets.views.frames import Frame, frame_of


@staff_only
@require_POST
def copy(request: HttpRequest, on: date) -> HttpResponse:
    """Adds last week's rows; a dialog names those that were left out and why."""
    frame = frame_of(request, on)
    present = [row.key for row in frame.week().rows]
    copied = copy_rows(staff=frame.staff, period=frame.period, present=present, by=frame.by)
    return _added(frame, copied.rows, copied.skipped, "from last week", before=frame.period.previous())


@staff_only
@require_POST
def hours(request: HttpRequest, on: date) -> HttpResponse:
    """Writes last week's hours into this one; a dialog names the cells that were left out and why."""
    frame = frame_of(request, on)
    with frame.reasoned():
        copied = copy_hours(staff=frame.staff, period=frame.period, by=frame.by, on=frame.today)
    lines = ",".join(f"{entry.pk}.{entry.version}" for entry in copied.entries)
    context = {
        "frame": frame,
        "copied": copied,
        "before": frame.period.previous(),
        "undo_url": frame.url("undo-copy", frame.period.first, lines) if lines else "",
    }
    return page(request, "timesheets/hours_copied.html", context)


@staff_only
@require_POST
def undo_copy(request: HttpRequest, on: date, lines: str) -> HttpResponse:
    """Takes copied hours away again, as long as nothing was changed about them."""
    frame = frame_of(request, on)
    with frame.reasoned():
        clear_lines(staff=frame.staff, versions=parse_versions(lines), by=frame.by, on=frame.today)
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


@staff_only
@require_POST
def favourites(request: HttpRequest, on: date) -> HttpResponse:
    """Adds the person's favourites; a dialog names those that were left out and why."""
    frame = frame_of(request, on)
    found = favourite_rows(frame.staff, [row.key for row in frame.week().rows], frame.rules)
    return _added(frame, found.rows, found.skipped, "from your favourites")


@staff_only
@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest, on: date) -> HttpResponse:
    """Offers the open tasks of the person's projects, and adds those that are chosen."""
    frame = frame_of(request, on)
    places = assigned_rows(frame.staff, [row.key for row in frame.week().rows], frame.today)
    if request.method == "GET":
        context = {"frame": frame, "places": places, "action": frame.url("week-tasks")}
        return page(request, "timesheets/row_tasks.html", context)
    chosen = {RowKey.parse(text) for text in request.POST.getlist("row")}
    return _added(frame, [place for place in places if place.key in chosen], [], "from your projects")


def _added(
    frame: Frame, places: Sequence[Place], skipped: Sequence[tuple[Place, str]], whence: str, **more: Any
) -> HttpResponse:
    """The rows for the end of the grid, kept for this session, and what was left out."""
    keys = [place.key for place in places]
    frame.show(keys)
    if keys and not skipped:
        toast(frame.request, f"{'1 row' if len(keys) == 1 else f'{len(keys)} rows'} added {whence}.")
    week = frame.new_rows(keys)
    context = {"frame": frame, "week": week, "rows": week.rows, "skipped": skipped, "whence": whence}
    return page(frame.request, "timesheets/rows_copied.html", context | more)

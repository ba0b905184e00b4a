"""Rows of the week: finding, adding, hiding, copying, clearing, moving."""

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotAllowed, Refusal
from core.pages import page, toast
from people.guards import staff_only
from timesheets.clearing import clear_lines
from timesheets.copying import copy_rows
from timesheets.forms import NotReadable, parse_versions
from timesheets.moving import move_entries
from timesheets.row_search import codes_for, find_rows
from timesheets.rows import RowKey, place_for
from timesheets.views.answers import fragments
from timesheets.views.frames import Frame, frame_of


@staff_only
@require_GET
def search(request: HttpRequest, on: date) -> HttpResponse:
    """Rows that match what was typed: for the grid's picker as a list, for the picker of a dialog as JSON."""
    frame = frame_of(request, on)
    asked = request.GET.get("q", "")[:80]
    if request.GET.get("task", ""):
        choices = codes_for(frame.staff, RowKey.parse(request.GET["task"]))
    else:
        choices = find_rows(frame.staff, asked, on=frame.today, by=frame.by)
    if not request.accepts("text/html"):
        options = [choice.as_option() for choice in choices]
        groups = [{"value": name, "label": name} for name in dict.fromkeys(c.group for c in choices)]
        return JsonResponse({"options": options, "groups": groups})
    context = {"choices": choices, "asked": asked, "has_tasks": not request.GET.get("task")}
    return page(request, "timesheets/row_choices.html", context)


@staff_only
@require_POST
def add(request: HttpRequest, on: date) -> HttpResponse:
    """Adds a row to the week on the screen; it is stored with its first hours."""
    frame = frame_of(request, on)
    key = RowKey.parse(request.POST.get("row", ""))
    place = place_for(frame.staff, key)
    if place.refusal is not None:
        raise place.refusal
    frame.show([key])
    context = {"frame": frame, "week": (week := frame.week(only=[key])), "rows": week.rows}
    return page(request, "timesheets/rows_added.html", context)


@staff_only
@require_POST
def hide(request: HttpRequest, on: date) -> HttpResponse:
    """Takes a blank row from the screen."""
    frame_of(request, on).hide(RowKey.parse(request.POST.get("row", "")))
    return HttpResponse(status=204)


@staff_only
@require_POST
def copy(request: HttpRequest, on: date) -> HttpResponse:
    """Adds last week's rows; a dialog names those that were left out and why."""
    frame = frame_of(request, on)
    present = [row.key for row in frame.week().rows]
    copied = copy_rows(staff=frame.staff, period=frame.period, present=present, by=frame.by)
    keys = [place.key for place in copied.rows]
    frame.show(keys)
    lines = "1 row" if len(keys) == 1 else f"{len(keys)} rows"
    if keys and not copied.skipped:
        toast(request, f"{lines} copied from last week.")
    week = frame.week(only=keys)
    context = {
        "frame": frame,
        "week": week,
        "rows": week.rows,
        "copied": copied,
        "before": frame.period.previous(),
    }
    return page(request, "timesheets/rows_copied.html", context)


@staff_only
@require_POST
def clear(request: HttpRequest, on: date) -> HttpResponse:
    """Clears the open lines of a row, with undo."""
    frame = frame_of(request, on)
    lines = request.POST.get("lines", "")
    versions = parse_versions(lines)
    if not versions:
        raise NotReadable
    cleared = clear_lines(staff=frame.staff, versions=versions, by=frame.by, on=frame.today)
    count = "1 line" if len(cleared) == 1 else f"{len(cleared)} lines"
    toast(request, f"{count} cleared.", frame.url("undo-clear", on, lines))
    return fragments(
        frame, [(RowKey(entry.task_id, entry.labor_code_id), entry.worked_on) for entry in cleared]
    )


@staff_only
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, on: date) -> HttpResponse:
    """Moves lines to another row. An undo brings everything in the address."""
    frame = frame_of(request, on)
    asked = request.GET.dict() | request.POST.dict()
    source = RowKey.parse(asked.get("row", ""))
    versions = parse_versions(asked.get("lines", ""))
    if request.method == "GET":
        return _move_dialog(frame, source, asked["lines"])
    try:
        target = RowKey.parse(asked.get("to", ""))
        move_entries(staff=frame.staff, versions=versions, to=target, by=frame.by, on=frame.today)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _move_dialog(frame, source, asked["lines"], refusal)
    return _moved(frame, source, target, versions)


def _moved(frame: Frame, source: RowKey, target: RowKey, versions: dict[int, int]) -> HttpResponse:
    """Shows the week anew, with the undo that moves the lines back."""
    place = place_for(frame.staff, target)
    lines = ",".join(f"{pk}.{version + 1}" for pk, version in versions.items())
    undo = f"{frame.move_url}row={target}&lines={lines}&to={source}"
    count = "1 line" if len(versions) == 1 else f"{len(versions)} lines"
    toast(frame.request, f"{count} moved to {place.task.name}.", undo)
    frame.show([target])
    return HttpResponse(status=204, headers={"HX-Refresh": "true"})


def _move_dialog(frame: Frame, source: RowKey, lines: str, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "frame": frame,
        "place": place_for(frame.staff, source),
        "row": source,
        "lines": lines,
        "count": len(parse_versions(lines)),
        "refusal": refusal,
        "action": frame.url("move"),
    }
    return page(frame.request, "timesheets/move.html", context, status=refusal.status if refusal else 200)

"""Rows of the week: finding, adding, hiding, copying, clearing, moving."""

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import NotAllowed, Refusal
from core.pages import page, toast
from people.guards import staff_only
from timesheets.clearing import clear_lines
from timesheets.forms import NotReadable, parse_versions
from timesheets.moving import move_entries
from timesheets.row_search import find_rows, steps_of, variants_for
from timesheets.rows import RowKey, place_for
from timesheets.starring import star_row, unstar_row
from timesheets.views.answers import asks_reason, fragments
from timesheets.views.frames import Frame, frame_of
from timesheets.week import Row


@staff_only
@require_GET
def search(request: HttpRequest, on: date) -> HttpResponse:
    """Rows that match what was typed: for the grid's picker as a list, for the picker of a dialog as JSON."""
    frame = frame_of(request, on)
    asked, task = request.GET.get("q", "")[:80], request.GET.get("task", "")
    step = request.GET.get("step", "code")
    if task:
        choices = variants_for(frame.staff, RowKey.parse(task), step)
    else:
        choices = find_rows(frame.staff, asked, on=frame.today, by=frame.by, rules=frame.rules)
    if not request.accepts("text/html"):
        options = [choice.as_option() for choice in choices]
        groups = [{"value": name, "label": name} for name in dict.fromkeys(c.group for c in choices)]
        return JsonResponse({"options": options, "groups": groups})
    steps = steps_of(frame.rules)
    next_steps = steps[steps.index(step) + 1 :] if task and step in steps else steps
    context = {"choices": choices, "asked": asked, "next_step": next_steps[0] if next_steps else ""}
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
    context = {"frame": frame, "week": (week := frame.new_rows([key])), "rows": week.rows}
    return page(request, "timesheets/rows_added.html", context)


@staff_only
@require_POST
def hide(request: HttpRequest, on: date) -> HttpResponse:
    """Takes blank rows from the screen."""
    frame_of(request, on).hide([RowKey.parse(text) for text in request.POST.getlist("row")[:200]])
    return HttpResponse(status=204)


@staff_only
@require_POST
def star(request: HttpRequest, on: date, row: str) -> HttpResponse:
    """Keeps a row at hand, or with `off` no longer; says so, with the way back."""
    frame, key = frame_of(request, on), RowKey.parse(row)
    is_off = "1" in (request.GET.get("off"), request.POST.get("off"))
    place = (unstar_row if is_off else star_row)(staff=frame.staff, row=key, by=frame.by)
    words = "no longer a favourite" if is_off else "a favourite now"
    toast(request, f"{place.task.name} is {words}.", frame.star_url(place.key, is_off=not is_off))
    starred = Row(place, place.key, is_favourite=not is_off)
    context = {"frame": frame, "row": starred, "oob": True}
    return page(request, "timesheets/week_parts.html#star_answer", context)


@staff_only
@require_POST
def clear(request: HttpRequest, on: date) -> HttpResponse:
    """Clears the open lines of a row, with undo."""
    frame = frame_of(request, on)
    lines = request.POST.get("lines", "")
    versions = parse_versions(lines)
    if not versions:
        raise NotReadable
    with frame.reasoned():
        cleared = clear_lines(staff=frame.staff, versions=versions, by=frame.by, on=frame.today)
    count = "1 line" if len(cleared) == 1 else f"{len(cleared)} lines"
    toast(request, f"{count} cleared.", frame.url("undo-clear", on, lines))
    return fragments(frame, [(RowKey.of_entry(entry, frame.rules), entry.worked_on) for entry in cleared])


@staff_only
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, on: date) -> HttpResponse:
    """Moves lines to another row. An undo brings everything in the address."""
    frame = frame_of(request, on)
    asked = request.GET.dict() | request.POST.dict()
    source = RowKey.parse(asked.get("row", ""))
    versions = parse_versions(asked.get("lines", ""))
    if not versions:
        raise NotReadable
    if request.method == "GET":
        return _move_dialog(frame, source, asked["lines"])
    try:
        target = RowKey.parse(asked.get("to", ""))
        with frame.reasoned():
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
        "asks_reason": asks_reason(frame, refusal),
    }
    return page(frame.request, "timesheets/move.html", context, status=refusal.status if refusal else 200)

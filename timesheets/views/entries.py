"""The dialog of one cell: its lines, each with duration and note."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from core.errors import NotAllowed, Refusal
from core.pages import page
from people.guards import staff_only
from timesheets.days import CellChanged
from timesheets.forms import LineFields, parse_lines
from timesheets.models import TimeRules
from timesheets.rows import NoSuchRow, RowKey
from timesheets.splitting import save_lines
from timesheets.views.answers import asks_reason, fragments
from timesheets.views.frames import Frame, frame_of


@staff_only
@require_http_methods(["GET", "POST"])
def entries(request: HttpRequest, on: date, row: str) -> HttpResponse:
    """Shows the lines of a cell, and saves them all at once."""
    frame, key = frame_of(request, on), RowKey.parse(row)
    if request.method == "GET":
        return _dialog(frame, key, on)
    lines = parse_lines(request.POST)
    try:
        wishes = [line.wish(frame.rules) for line in lines]
        with frame.reasoned():
            save_lines(staff=frame.staff, row=key, worked_on=on, lines=wishes, by=frame.by, on=frame.today)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _dialog(frame, key, on, lines, refusal)
    return fragments(frame, [(key, on)])


def _dialog(
    frame: Frame,
    key: RowKey,
    on: date,
    lines: list[LineFields] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    week = frame.week(only=[key])
    if not week.rows:
        raise NoSuchRow
    cell = week.rows[0].cells[(on - frame.period.first).days]
    there = [
        LineFields.of(
            entry, frame.by.hours_style, is_open=entry in cell.open_entries and not cell.is_day_closed
        )
        for entry in cell.entries
    ]
    may_add = not cell.is_day_closed and cell.place.refusal is None
    shown = _typed(lines, there, refusal, frame.rules) if lines is not None else there
    if may_add and not shown:
        shown = [LineFields(text=frame.request.GET.get("text", "")[:40])]
    context = {
        "frame": frame,
        "cell": cell,
        "lines": shown,
        "may_add": may_add,
        "may_save": may_add or any(line.is_open for line in shown),
        "refusal": "" if any(line.error for line in shown) else refusal,
        "action": frame.url("week-entries", on, str(key)),
        "asks_reason": asks_reason(frame, refusal),
        "needs_note": cell.needs_note,
        "shows_times": frame.rules.shows_times,
    }
    return page(frame.request, "timesheets/entries.html", context, status=refusal.status if refusal else 200)


def _typed(
    typed: list[LineFields], there: list[LineFields], refusal: Refusal | None, rules: TimeRules
) -> list[LineFields]:
    """What was typed, with its errors. After a conflict what is there now comes first, the person's new lines after."""
    if isinstance(refusal, CellChanged):
        return [*there, *(line for line in typed if not line.entry_id)]
    for line in typed:
        try:
            line.wish(rules)
        except Refusal as wrong:
            line.error = wrong.message
    open_ids = {line.entry_id for line in there if line.is_open}
    for line in typed:
        line.is_open = not line.entry_id or line.entry_id in open_ids
    return typed

"""The week grid: the page, and the cell that saves itself."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from core.errors import Refusal
from core.pages import page, toast
from people.access import has_right
from people.guards import staff_only
from timesheets.access import LOCK_TIME
from timesheets.forms import parse_cell, parse_versions
from timesheets.recording import save_cell
from timesheets.restoring import restore_lines
from timesheets.row_search import tab_words
from timesheets.rows import RowKey
from timesheets.views.answers import fragments, refused
from timesheets.views.frames import frame_of


@staff_only
@require_GET
def week(request: HttpRequest, on: date | None = None) -> HttpResponse:
    """The week of a day, this week without one."""
    frame = frame_of(request, on)
    shown = frame.week()
    context = {
        "frame": frame,
        "week": shown,
        "previous": frame.url("week", frame.period.previous().first),
        "next": frame.url("week", frame.period.next().first),
        "week_url": frame.view_url(frame.on, is_day=False),
        "day_url": frame.view_url(shown.shown_day.on, is_day=True),
        "tab_words": tab_words(frame.rules),
        "may_lock": has_right(request.user, LOCK_TIME),
    }
    return page(request, "timesheets/week.html", context)


@staff_only
@require_GET
def cell_now(request: HttpRequest, on: date, row: str) -> HttpResponse:
    """One cell as it is now, after something else on the page wrote to it."""
    return fragments(frame_of(request, on), [(RowKey.parse(row), on)])


@staff_only
@require_POST
def cell(request: HttpRequest, on: date) -> HttpResponse:
    """Saves one cell with the version that was seen; answers 409 with both values, 422 with the reason."""
    frame = frame_of(request, on)
    wish = parse_cell(request.POST)
    try:
        with frame.reasoned():
            saved = save_cell(
                staff=frame.staff,
                row=wish.row,
                worked_on=on,
                by=frame.by,
                on=frame.today,
                text=wish.text,
                version=wish.version,
                entry_id=wish.entry_id,
            )
    except Refusal as refusal:
        return refused(frame, wish.row, on, wish.text, refusal)
    if saved.entry is None and wish.entry_id:
        seen = f"{wish.entry_id}.{wish.version}"
        toast(request, f"{on:%a} {on.day} cleared.", frame.url("undo-clear", on, seen))
    return fragments(frame, [(wish.row, on)], saved.day, shape=wish.shape)


@staff_only
@require_POST
def undo_clear(request: HttpRequest, on: date, lines: str) -> HttpResponse:
    """Brings cleared lines of the week back."""
    frame = frame_of(request, on)
    versions = parse_versions(lines)
    with frame.reasoned():
        restored = restore_lines(staff=frame.staff, versions=versions, by=frame.by, on=frame.today)
    return fragments(frame, [(RowKey.of_entry(entry, frame.rules), entry.worked_on) for entry in restored])

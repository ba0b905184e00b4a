"""What a saved cell answers: the cell, its row's total, the sums of day and week, each with an id."""

import time
from collections.abc import Collection
from datetime import date

from django.http import HttpResponse

from core.errors import NotAllowed, Refusal
from core.pages import page
from timesheets.cells import Cell
from timesheets.days import CellChanged, DayIsLocked, NoteIsMissing, OpenDay, ReasonIsNeeded
from timesheets.recording import SeveralLines
from timesheets.rows import NoSuchRow, RowKey
from timesheets.views.frames import Frame


def fragments(
    frame: Frame,
    places: Collection[tuple[RowKey, date]],
    opened: OpenDay | None = None,
    *,
    shape: str = "",
) -> HttpResponse:
    """The cells at these places with all sums that they change. `stamp` tells a late answer from a newer one.

    `opened` is the day that was just written to, where only one was. `shape` is that of the bar on the page
    (Week.shape): what it shows besides sums is left out while it stays the same.
    """
    stamp = opened.stamp if opened is not None else time.time_ns() // 1000
    if opened is not None:
        frame.know(opened.rules)
    week = frame.week(only=list(dict.fromkeys(row for row, _ in places)), opened=opened)
    wanted = {(row.shown(frame.rules), on) for row, on in places}
    cells = [
        cell
        for row in week.rows
        for cell in row.cells
        if (row.key, cell.on) in wanted or (row.line_key, cell.on) in wanted
    ]
    days = [day for day in week.days if any(day.on == on for _, on in wanted)]
    context = {
        "frame": frame,
        "week": week,
        "cells": cells,
        "days": days,
        "stamp": str(stamp),
        "shape": shape,
    }
    context["oob"] = True
    return page(frame.request, "timesheets/week_parts.html#answer", context)


def refused(frame: Frame, row: RowKey, on: date, text: str, refusal: Refusal) -> HttpResponse:
    """The message row of one cell: what was wrong, or both values of a conflict; what was typed stays in the cell."""
    if isinstance(refusal, NotAllowed | NoSuchRow):
        raise refusal
    week = frame.week(only=[row])
    if not week.rows:
        raise refusal
    cell = week.rows[0].cells[(on - frame.period.first).days]
    is_conflict = isinstance(refusal, CellChanged)
    context = {
        "frame": frame,
        "cell": cell,
        "yours": text,
        "message": refusal.message,
        "is_conflict": is_conflict,
        "has_theirs": is_conflict or not cell.is_editable,
        "can_keep": is_conflict and cell.is_editable and not isinstance(refusal, SeveralLines),
        "saved_by": _saved_by(frame, cell),
        "asks_reason": asks_reason(frame, refusal),
        "asks_note": isinstance(refusal, NoteIsMissing),
        "oob": False,
    }
    return page(frame.request, "timesheets/week_refused.html", context, status=refusal.status)


def asks_reason(frame: Frame, refusal: Refusal | None) -> bool:
    """Whether a reason would do: for a day that is over, or one that is locked and open to this person."""
    if isinstance(refusal, DayIsLocked):
        return frame.enters_closed
    return isinstance(refusal, ReasonIsNeeded)


def _saved_by(frame: Frame, cell: Cell) -> str:
    """Who saved what is there now: a name, or empty for the person in another window."""
    names = {entry.recorded_by_name for entry in cell.entries} - {frame.by.name, ""}
    return ", ".join(sorted(names))

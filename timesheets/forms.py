"""What the pages of timesheets send: parsed and cleaned, never written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from django import forms
from django.http import QueryDict

from core.errors import Refusal
from core.minutes import Style, format_minutes, parse_minutes
from timesheets.models import TimeEntry, TimeRules
from timesheets.rows import RowKey
from timesheets.splitting import LineWish
from timesheets.times import Times, parse_time

VERSION = re.compile(r"0|[0-9]{1,18}\.[0-9]{1,9}")
MOST_LINES = 24


class NotReadable(Refusal):
    """Something that only a damaged page sends."""

    sentence = "This page is out of date. Load it again."


def parse_versions(text: str, *, most: int = 500) -> dict[int, int]:
    """`5.1,6.2` → {5: 1, 6: 2}; empty and `0` name no line. Raises NotReadable, also for more than `most` lines."""
    parts = [part for part in text.split(",") if part and part != "0"]
    if len(parts) > most or not all(VERSION.fullmatch(part) for part in parts):
        raise NotReadable
    pairs = (part.split(".") for part in parts)
    return {int(pk): int(version) for pk, version in pairs}


@dataclass(frozen=True)
class CellWish:
    """What was typed into a cell, which line was seen there, and what the bar below the grid showed (Week.shape)."""

    row: RowKey
    text: str
    entry_id: int | None
    version: int
    shape: str = ""


def parse_cell(posted: Mapping[str, str]) -> CellWish:
    """The cell that was posted. Raises NotReadable, NoSuchRow. What the text means is for `record_time`."""
    seen = posted.get("version", "0")
    if not VERSION.fullmatch(seen):
        raise NotReadable
    entry_id, _, version = seen.partition(".")
    return CellWish(
        row=RowKey.parse(posted.get("row", "")),
        text=posted.get("text", ""),
        entry_id=int(entry_id) or None,
        version=int(version or 0),
        shape=posted.get("shape", ""),
    )


@dataclass
class LineFields:
    """One line of the entries dialog as it was typed, with what is wrong about it."""

    entry_id: str = ""
    version: str = "0"
    text: str = ""
    note: str = ""
    internal: str = ""
    starts: str = ""
    ends: str = ""
    is_removed: bool = False
    is_open: bool = True
    error: str = ""
    # Somebody else who entered or changed it for the person.
    entered_by: str = ""
    # The day of the work, where that was locked.
    original_on: date | None = None

    @classmethod
    def of(cls, entry: TimeEntry, style: Style, *, is_open: bool) -> Self:
        """A line that is there, as its person reads durations."""
        return cls(
            entry_id=str(entry.pk),
            version=str(entry.version),
            text=format_minutes(entry.worked_minutes, style),
            note=entry.note,
            internal=entry.internal_note,
            starts=f"{entry.starts_at:%H:%M}" if entry.starts_at else "",
            ends=f"{entry.ends_at:%H:%M}" if entry.ends_at else "",
            is_open=is_open,
            entered_by=entry.entered_by_name,
            original_on=entry.original_on,
        )

    def wish(self, rules: TimeRules) -> LineWish:
        """What the line shall be; times only where the firm shows them.

        Raises NotADuration, NotATime, HalfAPair, EndsBeforeStart, NotReadable.
        """
        if not re.fullmatch(r"[0-9]{0,18}", self.entry_id) or not re.fullmatch(r"[0-9]{1,9}", self.version):
            raise NotReadable
        times = None
        if rules.shows_times and not self.is_removed:
            starts, ends = parse_time(self.starts, field="starts"), parse_time(self.ends, field="ends")
            times = Times.of(starts, ends, field="ends")
        if self.is_removed:
            minutes = None
        elif times is not None and times.minutes is not None:
            minutes = times.minutes
        else:
            minutes = parse_minutes(self.text, field="text")
        entry_id = int(self.entry_id or 0) or None
        return LineWish(entry_id, int(self.version), minutes, self.note[:1000], self.internal[:1000], times)


def parse_lines(posted: QueryDict) -> list[LineFields]:
    """The lines of the dialog in their order. Raises NotReadable."""
    names = ("entry", "version", "text", "note", "removed", "internal", "starts", "ends")
    columns = {name: posted.getlist(name) for name in names}
    count = len(columns["entry"])
    # Times are sent where the firm shows them, internal notes by pages that know them.
    for name in ("internal", "starts", "ends"):
        columns[name] = columns[name] or [""] * count
    if count > MOST_LINES or any(len(column) != count for column in columns.values()):
        raise NotReadable
    return [
        LineFields(entry, version, text, note, internal, starts, ends, removed == "1")
        for entry, version, text, note, removed, internal, starts, ends in zip(*columns.values(), strict=True)
    ]


class LockForm(forms.Form):
    """Up to which day time is locked."""

    locked_through = forms.DateField(
        label="Locked through",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Nobody can add, change or remove time up to this day. Approval goes on. Empty: nothing is locked.",
    )
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        help_text="Needed where days that are locked now are opened again.",
    )

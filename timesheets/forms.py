"""What the pages of timesheets send: parsed and cleaned, never written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from core.errors import Refusal
from core.minutes import parse_minutes
from timesheets.rows import RowKey
from timesheets.splitting import LineWish

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
    """What was typed into a cell, and which line was seen there."""

    row: RowKey
    text: str
    entry_id: int | None
    version: int


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
    )


@dataclass
class LineFields:
    """One line of the entries dialog as it was typed, with what is wrong about it."""

    entry_id: str = ""
    version: str = "0"
    text: str = ""
    note: str = ""
    is_removed: bool = False
    is_open: bool = True
    error: str = ""

    def wish(self) -> LineWish:
        """Raises NotADuration, NotReadable."""
        if not re.fullmatch(r"[0-9]{0,18}", self.entry_id) or not re.fullmatch(r"[0-9]{1,9}", self.version):
            raise NotReadable
        minutes = None if self.is_removed else parse_minutes(self.text, field="text")
        return LineWish(int(self.entry_id or 0) or None, int(self.version), minutes, self.note[:1000])


def parse_lines(posted: QueryDict) -> list[LineFields]:
    """The lines of the dialog in their order. Raises NotReadable."""
    columns = [posted.getlist(name) for name in ("entry", "version", "text", "note", "removed")]
    if len({len(column) for column in columns}) != 1 or len(columns[0]) > MOST_LINES:
        raise NotReadable
    return [
        LineFields(entry, version, text, note, removed == "1")
        for entry, version, text, note, removed in zip(*columns, strict=True)
    ]


class SubmitForm(forms.Form):
    """The dialog that submits a week. `seen` is the sum that the person read."""

    certified = forms.BooleanField(error_messages={"required": "Tick the statement to submit."})
    seen = forms.CharField(widget=forms.HiddenInput)


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

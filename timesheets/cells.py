"""One cell of the week grid: what it shows, and whether it can be typed into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from approvals.history import Return
from approvals.models import Message
from timesheets.days import OPEN_STATES
from timesheets.models import TimeEntry
from timesheets.ports import EntryMark
from timesheets.rows import Place, RowKey
from timesheets.week_days import Day

State = TimeEntry.State


class Look(NamedTuple):
    """Class, icon and words of a cell. Words say the same as the icon."""

    css: str = ""
    icon: str = ""
    words: str = ""


@dataclass(frozen=True)
class CellFacts:
    """By the id of a line: its mark from above, its last return, for whom it waits, the question about it."""

    marks: Mapping[int, EntryMark] = field(default_factory=dict)
    returns: Mapping[int, Return] = field(default_factory=dict)
    waits_for: Mapping[int, str] = field(default_factory=dict)
    questions: Mapping[int, Message] = field(default_factory=dict)


@dataclass
class Cell:
    """The lines of one row on one day."""

    place: Place
    day: Day
    entries: Sequence[TimeEntry]
    facts: CellFacts
    is_locked: bool
    needs_note: bool

    @property
    def on(self) -> date:
        return self.day.on

    @property
    def index(self) -> int:
        return self.day.index

    @property
    def column(self) -> str:
        """The classes of its column."""
        return self.day.css

    @cached_property
    def key(self) -> RowKey:
        return self.place.key

    @cached_property
    def id(self) -> str:
        """12-3-20261125: stable, part of element ids."""
        return f"{self.key}-{self.on:%Y%m%d}"

    @property
    def iso(self) -> str:
        """2026-11-25, as addresses have it."""
        return self.on.isoformat()

    @property
    def day_name(self) -> str:
        return f"{self.on:%a}".lower()

    @cached_property
    def minutes(self) -> int:
        return sum(entry.worked_minutes for entry in self.entries)

    @cached_property
    def version(self) -> str:
        """Which line was seen and in which version: `5.2`; `0` for none."""
        return ",".join(f"{entry.pk}.{entry.version}" for entry in self.entries) or "0"

    @property
    def is_day_closed(self) -> bool:
        return self.is_locked or self.day.is_too_far

    @property
    def has_several(self) -> bool:
        return len(self.entries) > 1

    @cached_property
    def open_entries(self) -> list[TimeEntry]:
        return [entry for entry in self.entries if entry.state in OPEN_STATES]

    @cached_property
    def is_editable(self) -> bool:
        """Whether it can be typed into: empty where time can be logged, or one open line."""
        if self.is_day_closed or len(self.entries) > 1:
            return False
        return bool(self.open_entries) if self.entries else self.place.refusal is None

    @property
    def has_list(self) -> bool:
        """Whether the list of its lines can be opened."""
        return bool(self.entries) or self.is_editable

    @property
    def returned(self) -> list[tuple[TimeEntry, Return | None]]:
        """Its returned lines, each with why, by whom and when."""
        lines = [entry for entry in self.entries if entry.state == State.REJECTED]
        return [(entry, self.facts.returns.get(entry.pk)) for entry in lines]

    @property
    def asked(self) -> list[tuple[TimeEntry, Message]]:
        """Its waiting lines about which an approver asks something."""
        known = self.facts.questions
        return [(entry, known[entry.pk]) for entry in self.entries if entry.pk in known]

    @cached_property
    def look(self) -> Look:
        """The most important thing about the cell."""
        if not self.entries:
            return self._closed_look() if self.is_locked or self.place.refusal else Look()
        if self.returned:
            return Look("is-returned", "arrow-back-up", "Returned")
        if self.asked:
            return Look("is-locked is-asked", "message-question", "Question")
        if not self.open_entries:
            return self._decided_look()
        if self.needs_note and any(not entry.note for entry in self.open_entries):
            return Look("is-noteless", "note-off", "Note required")
        if len(self.entries) > 1:
            return Look("is-several", "stack-2", f"{len(self.entries)} entries")
        if self.is_locked:
            return Look("is-locked", "lock", "Locked")
        return Look("has-note", "note", "Has a note") if self.entries[0].note else Look()

    def _closed_look(self) -> Look:
        return Look("is-locked", "", "Locked" if self.is_locked else self.place.refusal.message)  # type: ignore[union-attr]

    def _decided_look(self) -> Look:
        """Submitted, approved, billed: the least of what its lines have reached."""
        waiting = [entry for entry in self.entries if entry.state == State.SUBMITTED]
        if waiting:
            names = sorted({self.facts.waits_for.get(entry.pk, "") for entry in waiting} - {""})
            return Look("is-locked", "clock", f"Waits for {', '.join(names)}" if names else "Submitted")
        marks = [self.facts.marks.get(entry.pk) for entry in self.entries]
        if all(marks) and marks[0] is not None:
            return Look("is-locked", marks[0].icon, marks[0].words)
        return Look("is-locked", "check", "Approved")

    @property
    def open_versions(self) -> str:
        """Its draft and returned lines, where they can be changed: what moving and clearing ask for."""
        return (
            ""
            if self.is_day_closed
            else ",".join(f"{entry.pk}.{entry.version}" for entry in self.open_entries)
        )

    @cached_property
    def label(self) -> str:
        """What a screen reader says of the field: project, task, day."""
        return f"{self.place.project.name}, {self.place.task.name}, {self.on:%A} {self.on.day} {self.on:%B}"

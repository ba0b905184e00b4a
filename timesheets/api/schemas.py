"""Time as JSON: minutes are whole numbers, dates and instants ISO texts, ids numbers."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Self

from ninja import Schema
from pydantic import Field, model_validator

from approvals.history import last_returns, waits_for_names
from core.api import Amount, Day, Id, Wish, words_of
from core.minutes import DAY_MINUTES, LONGEST_TEXT
from people.access import has_right
from people.models import User
from projects.access import VIEW_RATES
from timesheets.models import SubmitRule, TimeEntry
from timesheets.ports import marks_of
from timesheets.reasons import LONGEST
from timesheets.subjects import KIND
from timesheets.times import Times

State = TimeEntry.State
TimeState = Annotated[State, words_of(State)]
CheckKind = Annotated[SubmitRule.Kind, words_of(SubmitRule.Kind)]
CheckSeverity = Annotated[SubmitRule.Severity, words_of(SubmitRule.Severity)]

Minutes = Annotated[int, Field(ge=0, le=DAY_MINUTES)]
Note = Annotated[str, Field(max_length=1000)]
Version = Annotated[int, Field(ge=0, le=2_147_483_647)]
Typed = Annotated[
    str,
    Field(max_length=LONGEST_TEXT, description="As typed into a cell of the week: 1.5, 1:30, 90m, 1h30m."),
]
Today = Annotated[
    Day | None, Field(description="The person's today; by default the date in their time zone.")
]


class EntryReturn(Schema):
    reason: str
    by: str
    at: datetime


class EntryRate(Schema):
    """The price of so many `minutes`: 60 is an hour."""

    amount: Amount
    currency: str
    minutes: int
    source: str


class TimeEntryRow(Schema):
    """One line of work. `rate` is there for those who may see rates; `mark` says why a line cannot change any more."""

    id: int
    staff_id: int
    staff_name: str
    client_id: int
    client_name: str
    project_id: int
    project_name: str
    task_id: int
    task_name: str
    labor_code_id: int | None
    labor_code_name: str
    work_class_id: int | None
    work_class_name: str
    worked_on: date
    original_on: date | None = Field(
        description="The day of the work, where that was locked and the line is dated to the first open day."
    )
    starts_at: time | None = Field(
        description="Start in the day; lines with times take their minutes from them."
    )
    ends_at: time | None = Field(description="00:00 is midnight after the day.")
    worked_minutes: int
    billable_minutes: int
    is_billable: bool
    note: str = Field(description="What the client may read.")
    internal_note: str = Field(description="Never leaves the firm.")
    entered_by_name: str = Field(
        description="Somebody else who entered or changed it for the person; kept for ever."
    )
    state: TimeState
    version: int
    rate: EntryRate | None
    waits_for: str
    returned: EntryReturn | None
    mark: str
    created_at: datetime
    updated_at: datetime


RELATED = ("staff", "project__client", "task", "labor_code", "work_class")


def entry_rows(entries: Sequence[TimeEntry], user: User) -> list[TimeEntryRow]:
    """The lines as JSON, with what approvals and the rooms above know of them. Four statements at most."""
    returned = [entry.pk for entry in entries if entry.state == State.REJECTED]
    submitted = [entry.pk for entry in entries if entry.state == State.SUBMITTED]
    returns = last_returns(KIND, returned)
    waits = waits_for_names(KIND, submitted) if submitted else {}
    marks = marks_of([entry.pk for entry in entries if entry.state == State.APPROVED])
    sees_rates = has_right(user, VIEW_RATES)
    found = []
    for entry in entries:
        why, mark = returns.get(entry.pk), marks.get(entry.pk)
        found.append(
            TimeEntryRow(
                id=entry.pk,
                staff_id=entry.staff_id,
                staff_name=entry.staff.name,
                client_id=entry.project.client_id,
                client_name=entry.project.client.name,
                project_id=entry.project_id,
                project_name=entry.project.name,
                task_id=entry.task_id,
                task_name=entry.task.name,
                labor_code_id=entry.labor_code_id,
                labor_code_name=entry.labor_code.name if entry.labor_code else "",
                work_class_id=entry.work_class_id,
                work_class_name=entry.work_class.name if entry.work_class else "",
                worked_on=entry.worked_on,
                original_on=entry.original_on,
                starts_at=entry.starts_at,
                ends_at=entry.ends_at,
                worked_minutes=entry.worked_minutes,
                billable_minutes=entry.billable_minutes,
                is_billable=entry.is_billable,
                note=entry.note,
                internal_note=entry.internal_note,
                entered_by_name=entry.entered_by_name,
                state=State(entry.state),
                version=entry.version,
                rate=_rate(entry) if sees_rates else None,
                waits_for=waits.get(entry.pk, ""),
                returned=EntryReturn(reason=why.reason, by=why.by_name, at=why.at) if why else None,
                mark=mark.words if mark else "",
                created_at=entry.created_at,
                updated_at=entry.updated_at,
            )
        )
    return found


def entry_row(entry_id: int, user: User) -> TimeEntryRow:
    """One line as it stands in the database now."""
    entry = TimeEntry.objects.select_related(*RELATED).get(pk=entry_id)
    return entry_rows([entry], user)[0]


def _rate(entry: TimeEntry) -> EntryRate | None:
    if entry.rate_amount is None:
        return None
    return EntryRate(
        amount=entry.rate_amount,
        currency=entry.rate_currency,
        minutes=entry.rate_minutes,
        source=entry.rate_source,
    )


class ReasonWish(Wish):
    """Why somebody writes to a day that asks for a reason."""

    reason: Annotated[str, Field(max_length=LONGEST)] = Field(
        "",
        description="For a locked day, by whoever may enter in closed periods; under rules of government contracts for "
        "a day that is over.",
    )


class OwnerWish(Wish):
    """Whose time it is."""

    staff_id: Id | None = Field(None, description="Left out: the person of the token.")


class PlaceWish(OwnerWish):
    """Where work belongs."""

    task_id: Id
    labor_code_id: Id | None = Field(None, description="Left out: the task's own labor code, if it has one.")
    work_class_id: Id | None = None
    is_billable: bool | None = Field(
        None,
        description="Left out: as project, task and labor code say. Chosen only where the firm shows it.",
    )


class DurationWish(Wish):
    """A duration, either in minutes or as a person types it."""

    minutes: Minutes | None = None
    text: Typed | None = None

    @model_validator(mode="after")
    def one_of_both(self) -> Self:
        if self.minutes is not None and self.text is not None:
            raise ValueError("Give either minutes or text, not both.")
        return self


class TimesWish(DurationWish):
    """A duration, or start and end, which then make the duration."""

    starts_at: time | None = Field(None, description="In whole minutes, as 09:00.")
    ends_at: time | None = Field(None, description="00:00 is midnight after the day.")

    def times(self) -> Times | None:
        """None where no times were given. Raises HalfAPair, EndsBeforeStart."""
        if not {"starts_at", "ends_at"} & self.model_fields_set:
            return None
        return Times.of(_to_minute(self.starts_at), _to_minute(self.ends_at), field="ends_at")


def _to_minute(at: time | None) -> time | None:
    return at and at.replace(second=0, microsecond=0, tzinfo=None)


class TimeEntryWish(PlaceWish, TimesWish, ReasonWish):
    worked_on: Day
    dates_late: bool = Field(
        False,
        description="For a locked day: date the line to the first open one, where the firm allows it. Without times.",
    )
    note: Note = ""
    internal_note: Note = ""
    on: Today = None


class TimeEntryChange(TimesWish, ReasonWish):
    version: Version | None = Field(None, description="The version that was read; if it is another now: 409.")
    note: Note | None = None
    internal_note: Note | None = None
    on: Today = None


class CellWish(PlaceWish, ReasonWish):
    """A cell of the week as a person types it; empty or zero clears it."""

    worked_on: Day
    text: Typed
    entry_id: Id | None = Field(None, description="The line that was seen in the cell.")
    version: Version = Field(0, description="Its version; 0 for an empty cell.")
    note: Note | None = None
    internal_note: Note | None = None
    on: Today = None


class LineWished(TimesWish):
    """One line of a cell. Without `id` a new one; without a duration the line is removed."""

    id: Id | None = None
    version: Version = 0
    note: Note = ""
    internal_note: Note | None = None


class CellLinesWish(PlaceWish, ReasonWish):
    worked_on: Day
    lines: list[LineWished] = Field(max_length=24)
    on: Today = None


class Seen(Wish):
    """A line in the version that was read."""

    id: Id
    version: Version


SeenLines = Annotated[list[Seen], Field(min_length=1, max_length=500)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]


class MoveWish(PlaceWish, ReasonWish):
    entries: SeenLines
    on: Today = None


class RestoreWish(OwnerWish, ReasonWish):
    entries: SeenLines
    on: Today = None


class LinesWish(OwnerWish):
    entry_ids: Ids


class CellAnswer(Schema):
    entry: TimeEntryRow | None


class TimeEntries(Schema):
    items: list[TimeEntryRow]


class Submitted(Schema):
    entry_ids: list[int]
    minutes: int
    waits_for: list[str] = Field(description="Names of those who decide next.")


class Recalled(Schema):
    entry_ids: list[int]

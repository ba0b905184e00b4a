"""Three months of time: each person's days, filled with the tasks that are theirs.

Written in bulk, by the rules of a cell: whole minutes, billable as project, task and labor code say, and the rate that
applies to the person and the day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core import audit
from core.periods import week_of
from people.models import StaffMember
from psa.demo.cast import Stage
from psa.demo.story import Person
from staffing.required import required_for
from timesheets.models import TimeEntry
from timesheets.rating import put_rates
from timesheets.rows import Place, RowKey, places_for

MEETING, MEETING_MINUTES = "Team meeting", 30
OFFICE = "Administration"
# What goes to the office itself on most days.
OFFICE_NOTES = ("Mails and planning", "Team call", "Review with a colleague", "Files and records")
OFFICE_MINUTES = (0, 0, 30, 30, 60, 90)
# How far a day strays from the hours that it asks for.
STRAY = (-30, 0, 0, 0, 0, 0, 30, 60)
HALF_HOUR = 30
# One line in so many has no note.
BARE = 12


@dataclass(frozen=True)
class Piece:
    """A part of somebody's day."""

    task_id: int
    minutes: int
    note: str


@dataclass(frozen=True)
class Duty:
    """A task that somebody works on, how much, and what can be said about it."""

    task_id: int
    weight: float
    notes: tuple[str, ...]


def work(stage: Stage) -> list[TimeEntry]:
    """Writes everybody's time from the first day through today, as drafts."""
    people = [stage.staff[person.key] for person in stage.story.people]
    required = required_for(people, stage.calendar.first_day, stage.calendar.today)
    entries: list[TimeEntry] = []
    with audit.acting("time.import", by=stage.owner):
        for person in stage.story.people:
            staff = stage.staff[person.key]
            days = _days(stage, person, required[staff.pk])
            entries += _entries(stage, staff, days)
        return TimeEntry.objects.bulk_create(entries)


def _days(stage: Stage, person: Person, required: dict[date, int]) -> list[tuple[date, list[Piece]]]:
    duties = _duties(stage, person)
    odd = _odd_days(stage, person)
    focus: list[Duty] = []
    days = []
    for day, minutes in required.items():
        if day.weekday() == 0 or not focus:
            focus = _focus(stage, duties)
        if day in odd:
            days.append((day, odd[day]))
        elif minutes:
            days.append((day, _day(stage, day, _so_far(stage, day, minutes), focus)))
    return _bare(stage, person, days)


def _duties(stage: Stage, person: Person) -> list[Duty]:
    """The tasks that the story gives to the person."""
    return [
        Duty(stage.tasks[project.name, task.name].pk, task.crew[person.key], task.notes)
        for project, task in stage.told_tasks()
        if person.key in task.crew
    ]


def _odd_days(stage: Stage, person: Person) -> dict[date, list[Piece]]:
    monday = stage.calendar.last_week.first
    return {
        monday + timedelta(days=odd.weekday): [
            Piece(stage.task(name).pk, m, note) for name, m, note in odd.lines
        ]
        for odd in stage.story.odd_days
        if odd.person == person.key
    }


def _focus(stage: Stage, duties: Sequence[Duty]) -> list[Duty]:
    """The two to four tasks of one week."""
    wanted = min(len(duties), stage.dice.choice((2, 3, 3, 4)))
    found: list[Duty] = []
    while len(found) < wanted:
        duty = stage.dice.choices(duties, [duty.weight for duty in duties])[0]
        if duty not in found:
            found.append(duty)
    return found


def _so_far(stage: Stage, day: date, minutes: int) -> int:
    """The day's minutes; of today only what can have happened, and not everybody has written it down."""
    if day in stage.calendar.last_week:
        return minutes  # what is unusual there is told, so that the rest is clean
    if day < stage.calendar.today:
        return max(HALF_HOUR * 2, minutes + stage.dice.choice(STRAY))
    past = min(stage.calendar.minutes_since_nine, minutes // 2) // HALF_HOUR * HALF_HOUR
    return past if stage.dice.random() < 0.6 else 0


def _day(stage: Stage, day: date, minutes: int, focus: Sequence[Duty]) -> list[Piece]:
    """One to three tasks in whole half hours, and a little for the office; on Mondays the meeting comes first."""
    pieces = []
    if day.weekday() == 0 and minutes > MEETING_MINUTES:
        pieces.append(Piece(stage.task(MEETING).pk, MEETING_MINUTES, "Monday meeting"))
        minutes -= MEETING_MINUTES
    office = stage.task(OFFICE).pk
    aside = stage.dice.choice(OFFICE_MINUTES)
    if minutes > aside * 3 and aside and all(duty.task_id != office for duty in focus):
        pieces.append(Piece(office, aside, stage.dice.choice(OFFICE_NOTES)))
        minutes -= aside
    number = min(len(focus), max(1, minutes // 120), stage.dice.choice((1, 2, 2, 3)))
    for left, duty in zip(range(number, 0, -1), stage.dice.sample(list(focus), number), strict=True):
        share = minutes if left == 1 else _part(stage, minutes, left)
        if share > 0:
            pieces.append(Piece(duty.task_id, share, _note(stage, duty)))
        minutes -= share
    return pieces


def _part(stage: Stage, minutes: int, left: int) -> int:
    even = minutes // left // HALF_HOUR
    return max(1, even + stage.dice.choice((-1, 0, 1, 2))) * HALF_HOUR


def _note(stage: Stage, duty: Duty) -> str:
    note = stage.dice.choice(duty.notes) if duty.notes else ""
    return "" if stage.dice.randrange(BARE) == 0 else note


def _bare(
    stage: Stage, person: Person, days: list[tuple[date, list[Piece]]]
) -> list[tuple[date, list[Piece]]]:
    """Notes of last week are missing where the story says so, and only there."""
    missing = stage.story.without_notes.get(person.key, 0)
    odd = _odd_days(stage, person)
    told_notes = {duty.task_id: duty.notes for duty in _duties(stage, person)}
    changed = []
    for day, pieces in days:
        if day in stage.calendar.last_week and day not in odd:
            for place, piece in enumerate(pieces):
                notes = told_notes.get(piece.task_id, ())
                note = piece.note or (notes[0] if notes else "")
                if missing and notes:
                    note, missing = "", missing - 1
                pieces[place] = Piece(piece.task_id, piece.minutes, note)
        changed.append((day, pieces))
    return changed


def _entries(stage: Stage, staff: StaffMember, days: Iterable[tuple[date, list[Piece]]]) -> list[TimeEntry]:
    """Unsaved lines of one person with their rates; one statement for the places, one for the rates."""
    tasks = {task.pk: RowKey(task.pk, task.labor_code_id) for task in stage.tasks.values()}
    places = places_for(staff, tasks.values())
    lines = [
        (_line(stage, staff, places[tasks[piece.task_id]], day, piece), places[tasks[piece.task_id]])
        for day, pieces in days
        for piece in pieces
    ]
    put_rates(lines, staff)
    return [entry for entry, _ in lines]


def _line(stage: Stage, staff: StaffMember, place: Place, day: date, piece: Piece) -> TimeEntry:
    return TimeEntry(
        staff=staff,
        project=place.project,
        task=place.task,
        labor_code=place.labor_code,
        worked_on=day,
        worked_minutes=piece.minutes,
        billable_minutes=0,
        is_billable=place.is_billable,
        note=piece.note,
        recorded_by_name=staff.name,
        created_at=stage.calendar.moment(day, 17, stage.dice.randrange(60)),
    )


def lines_by_week(entries: Iterable[TimeEntry]) -> dict[tuple[int, date], list[TimeEntry]]:
    """The lines of each person and week, by the person's id and the week's Monday."""
    found: dict[tuple[int, date], list[TimeEntry]] = {}
    for entry in entries:
        found.setdefault((entry.staff_id, week_of(entry.worked_on).first), []).append(entry)
    return found

"""Timers: started, stopped, given a place. They run on the server, one for a person."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from core import clock
from core.api import Id, Routes, Wish
from core.errors import NotAllowed
from people.guards import signed_in
from people.models import StaffMember
from timesheets import timers
from timesheets.access import can_record
from timesheets.api.entries import shown as shown_entries
from timesheets.api.schemas import Minutes, Note, OwnerWish, PlaceWish, TimeEntryRow
from timesheets.api.whose import row_of, staff_of, user_of
from timesheets.models import TimeEntry, Timer
from timesheets.reasons import giving
from timesheets.rows import RowKey
from timesheets.timer_list import shown, timers_of

routes = Routes("time")


class TimerOwner(Schema):
    staff_id: Annotated[Id | None, Field(description="Left out: the person of the token.")] = None


class TimerRow(Schema):
    """A timer. `seconds` have passed on its day by now; `why_kept` says why they are not in the week yet."""

    id: int
    staff_id: int
    task_id: int | None
    task_name: str
    project_id: int | None
    project_name: str
    labor_code_id: int | None
    work_class_id: int | None
    is_billable: bool | None
    note: str
    worked_on: date
    started_at: datetime
    is_running: bool
    seconds: int
    written_minutes: int = Field(description="What stands in the week already.")
    why_kept: str
    entry_id: int | None


class Timers(Schema):
    """The running one first."""

    items: list[TimerRow]


class StoppedTimers(Schema):
    """The lines that the timer became, one for each day, and what was kept because it was refused."""

    entries: list[TimeEntryRow]
    kept: list[TimerRow]


class StartWish(OwnerWish):
    """Without a task: it is filled in later."""

    task_id: Id | None = None
    labor_code_id: Id | None = Field(None, description="Left out: the task's own labor code, if it has one.")
    work_class_id: Id | None = None
    is_billable: bool | None = None
    note: Note = ""


class TimerWish(Wish):
    """What the timer is for. `minutes` corrects what it has measured on its day."""

    task_id: Id | None = None
    labor_code_id: Id | None = None
    work_class_id: Id | None = None
    is_billable: bool | None = None
    note: Note | None = None
    minutes: Minutes | None = None
    reason: Annotated[str, Field(max_length=300)] = Field(
        "", description="Where closed or past days ask for one."
    )


@routes.read("/timers", Timers)
@signed_in
def list_timers(request: HttpRequest, wanted: Query[TimerOwner]) -> dict[str, Any]:
    """Lists the timers of today, and what was kept of earlier days."""
    staff = staff_of(request, wanted.staff_id)
    at = clock.now()
    listed = timers_of(staff, timers.today_of(staff, at), at)
    return {"items": [_row(one.timer) for one in listed]}


@routes.write("/timers/start", TimerRow, status=201)
@signed_in
def start_timer(request: HttpRequest, wish: StartWish) -> TimerRow:
    """Starts a timer, or goes on with the one of today on the same row with the same note. Stops the one that runs."""
    staff, at = staff_of(request, wish.staff_id), clock.now()
    return _row(timers.start(staff=staff, row=_place(wish), note=wish.note, by=user_of(request), at=at))


@routes.write("/timers/stop", StoppedTimers)
@signed_in
def stop_timer(request: HttpRequest, wish: OwnerWish) -> dict[str, Any]:
    """Stops the running timer; its minutes become lines of the week, one for each day it ran."""
    staff = staff_of(request, wish.staff_id)
    entries = timers.stop(staff=staff, by=user_of(request), at=clock.now())
    return _stopped(request, staff, entries)


@routes.write("/timers/pause", TimerRow)
@signed_in
def pause_timer(request: HttpRequest, wish: OwnerWish) -> TimerRow:
    """Stops the clock of the running timer and writes nothing; when the day is over it is written."""
    staff = staff_of(request, wish.staff_id)
    return _row(timers.pause(staff=staff, by=user_of(request), at=clock.now()))


@routes.write("/timers/{int:timer_id}", TimerRow, method="PATCH")
@signed_in
def assign_timer(request: HttpRequest, timer_id: int, wish: TimerWish) -> TimerRow:
    """Says what a timer is for, or corrects what it measured. One that was kept is written at once, if it can be."""
    timer, by = _timer(request, timer_id), user_of(request)
    row = _place(wish) if "task_id" in wish.model_fields_set else timers.row_of(timer)
    with giving(by=by, text=wish.reason):
        return _row(
            timers.assign(timer=timer, row=row, note=wish.note, minutes=wish.minutes, by=by, at=clock.now())
        )


@routes.write("/timers/{int:timer_id}/resume", TimerRow)
@signed_in
def resume_timer(request: HttpRequest, timer_id: int) -> TimerRow:
    """Goes on with a timer of today; from one of an earlier day a new one starts."""
    return _row(timers.resume(timer=_timer(request, timer_id), by=user_of(request), at=clock.now()))


@routes.write("/timers/{int:timer_id}/finish", StoppedTimers)
@signed_in
def finish_timer(request: HttpRequest, timer_id: int) -> dict[str, Any]:
    """Writes what a timer holds into the week; another try for one that was kept."""
    timer = _timer(request, timer_id)
    entries = timers.finish(timer=timer, by=user_of(request), at=clock.now())
    return _stopped(request, timer.staff, entries)


@routes.write("/timers/{int:timer_id}", method="DELETE")
@signed_in
def discard_timer(request: HttpRequest, timer_id: int) -> None:
    """Throws a timer away; lines that it became stay."""
    timers.discard(timer=_timer(request, timer_id), by=user_of(request), at=clock.now())


def _timer(request: HttpRequest, timer_id: int) -> Timer:
    timer = get_object_or_404(Timer.objects.with_place().select_related("staff__user"), pk=timer_id)
    if not can_record(user_of(request), timer.staff):
        raise NotAllowed("You see and record your own time only. Ask the owner of your firm for the right.")
    return timer


def _place(wish: StartWish | TimerWish) -> RowKey | None:
    if wish.task_id is None:
        return None
    place = {
        "task_id": wish.task_id,
        "labor_code_id": wish.labor_code_id,
        "work_class_id": wish.work_class_id,
    }
    return row_of(PlaceWish.model_validate(place | {"is_billable": wish.is_billable}))


def _stopped(request: HttpRequest, staff: StaffMember, entries: list[TimeEntry]) -> dict[str, Any]:
    kept = Timer.objects.filter(staff=staff).exclude(refusal="").with_place().order_by("worked_on", "pk")
    return {
        "entries": shown_entries(request, entries)["items"] if entries else [],
        "kept": [_row(timer) for timer in kept],
    }


def _row(timer: Timer) -> TimerRow:
    task = timer.task
    return TimerRow(
        id=timer.pk,
        staff_id=timer.staff_id,
        task_id=timer.task_id,
        task_name=task.name if task else "",
        project_id=task.project_id if task else None,
        project_name=task.project.name if task else "",
        labor_code_id=timer.labor_code_id,
        work_class_id=timer.work_class_id,
        is_billable=timer.is_billable,
        note=timer.note,
        worked_on=timer.worked_on,
        started_at=timer.started_at,
        is_running=timer.is_running,
        seconds=shown(timer, clock.now(), timer.worked_on).seconds,
        written_minutes=timer.written_minutes,
        why_kept=timer.refusal,
        entry_id=timer.entry_id,
    )

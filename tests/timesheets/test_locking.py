"""Locked days: refused by the database too, whoever writes; approval goes on."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed
from core.models import Action, Change
from core.promises import promises
from tests.cast import NOW, TODAY, Cast
from timesheets.days import DayIsLocked
from timesheets.locking import LockIsComputed, ReasonIsMissing, advance_lock, lock_through
from timesheets.models import TimeEntry, TimeRules


def test_locking_needs_the_right_and_is_audited(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        lock_through(on=TODAY, by=cast.member)
    lock_through(on=TODAY, by=cast.owner)
    assert TimeRules.objects.get().locked_through == TODAY
    assert Action.objects.get(verb="time.lock").actor_name == cast.owner.name
    assert Change.objects.get(table_name="timesheets_timerules").new["locked_through"] == "2026-11-25"
    with pytest.raises(ReasonIsMissing):
        lock_through(on=None, by=cast.owner)
    with pytest.raises(ReasonIsMissing):
        lock_through(on=TODAY - timedelta(days=1), by=cast.owner, reason=" ")
    lock_through(on=TODAY + timedelta(days=1), by=cast.owner)
    lock_through(on=None, by=cast.owner, reason="A sheet came late.")
    assert TimeRules.objects.get().locked_through is None
    assert Action.objects.filter(verb="time.lock").latest("pk").why == "A sheet came late."


def test_the_database_refuses_work_on_locked_days(record: Any, cast: Cast) -> None:
    entry, later = record("1"), record("1", worked_on=TODAY + timedelta(days=1))
    lock_through(on=TODAY, by=cast.owner)
    TimeEntry.objects.filter(pk=later.pk).update(worked_minutes=90)
    copy = TimeEntry.objects.get(pk=entry.pk)
    copy.pk = None
    writes = [
        lambda: copy.save(force_insert=True),
        lambda: TimeEntry.objects.all().update(worked_minutes=30),
        lambda: TimeEntry.objects.all().update(note="Changed"),
        lambda: TimeEntry.objects.all().update(billable_minutes=0),
        lambda: TimeEntry.objects.filter(pk=later.pk).update(worked_on=TODAY),
        lambda: TimeEntry.objects.filter(pk=entry.pk).update(worked_on=TODAY + timedelta(days=2)),
        lambda: TimeEntry.objects.all().delete(),
    ]
    for write in writes:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    with pytest.raises(DayIsLocked, match="Wed 25 Nov is locked"), promises(), transaction.atomic():
        TimeEntry.objects.all().delete()


def test_approval_goes_on_after_the_lock(record: Any, cast: Cast) -> None:
    record("1")
    lock_through(on=TODAY, by=cast.owner)
    TimeEntry.objects.update(state="SUBMITTED", version=2)
    TimeEntry.objects.update(state="APPROVED", rate_source="Explained anew")
    assert TimeEntry.objects.get().state == "APPROVED"


def test_the_lock_follows_the_grace_days_and_writes_only_when_it_moves(cast: Cast) -> None:
    assert advance_lock(on=TODAY, at=NOW) is None
    TimeRules.objects.update(grace_days=3)
    assert advance_lock(on=TODAY, at=NOW) == TODAY - timedelta(days=10)
    advance_lock(on=TODAY, at=NOW)
    assert Action.objects.filter(verb="time.advance_lock").count() == 1
    assert advance_lock(on=TODAY + timedelta(days=1), at=NOW) == TODAY - timedelta(days=3)
    with pytest.raises(LockIsComputed, match="Sun 22 Nov are locked 3 days after"):
        lock_through(on=TODAY - timedelta(days=20), by=cast.owner, reason="A sheet came late.")
    assert lock_through(on=None, by=cast.owner).locked_through == TODAY - timedelta(days=3)  # as it was


def test_a_lock_by_hand_never_goes_back_by_itself(cast: Cast) -> None:
    lock_through(on=TODAY, by=cast.owner)
    TimeRules.objects.update(grace_days=3)
    assert advance_lock(on=TODAY, at=NOW) == TODAY
    assert TimeRules.objects.get().locked_by_grace_through == TODAY - timedelta(days=10)
    lock_through(on=TODAY - timedelta(days=10), by=cast.owner, reason="Opened again")
    assert advance_lock(on=TODAY, at=NOW) == TODAY - timedelta(days=10)

"""Moving lines to another row, and bringing cleared ones back."""

from decimal import Decimal
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from core.errors import NotAllowed
from projects.loggable import TaskIsClosed
from projects.models import RateRule, Task
from tests.cast import TODAY, Cast
from timesheets.days import CellChanged, DayIsLocked, LineIsNotOpen, NoteIsMissing
from timesheets.models import TimeEntry, TimeRules
from timesheets.moving import NothingToMove, move_entries
from timesheets.restoring import NothingToRestore, restore_lines
from timesheets.rows import RowKey
from timesheets.splitting import LineWish, save_lines


@pytest.fixture
def move(cast: Cast) -> Any:
    def call(versions: dict[int, int], to: RowKey | None = None, by: Any = None) -> list[TimeEntry]:
        return move_entries(
            staff=cast.member.staff_member,
            versions=versions,
            to=to or RowKey.of(cast.review, None),
            by=by or cast.member,
            on=TODAY,
        )

    return call


def test_a_returned_line_moves_and_gets_the_rate_of_its_new_task(move: Any, record: Any, cast: Cast) -> None:
    entry = record("1.5", note="Site walk")
    TimeEntry.objects.update(state="REJECTED")
    RateRule.objects.create(
        card=cast.card, task=cast.review, rate_amount=Decimal(120), effective=DateRange(TODAY, None)
    )
    move({entry.pk: 1})
    entry.refresh_from_db()
    assert (entry.task, entry.labor_code, entry.rate_amount) == (cast.review, None, Decimal("120.0000"))
    assert (entry.state, entry.note, entry.worked_minutes, entry.version) == ("REJECTED", "Site walk", 90, 2)


def test_whether_it_is_billable_follows_the_new_task(move: Any, record: Any, cast: Cast) -> None:
    entry = record("1.5")
    Task.objects.filter(pk=cast.review.pk).update(is_billable=False)
    move({entry.pk: 1})
    entry.refresh_from_db()
    assert (entry.is_billable, entry.billable_minutes) == (False, 0)


def test_what_cannot_move_is_refused(move: Any, record: Any, cast: Cast) -> None:
    entry = record("1.5")
    with pytest.raises(NotAllowed):
        move({entry.pk: 1}, by=cast.finance)
    with pytest.raises(CellChanged):
        move({entry.pk: 9})
    with pytest.raises(NothingToMove):
        move({10**9: 1})
    Task.objects.filter(pk=cast.review.pk).update(state="CLOSED")
    with pytest.raises(TaskIsClosed):
        move({entry.pk: 1})
    TimeRules.objects.update(locked_through=TODAY)
    with pytest.raises(DayIsLocked):
        move({entry.pk: 1})
    TimeRules.objects.update(locked_through=None)
    TimeEntry.objects.update(state="APPROVED")
    with pytest.raises(LineIsNotOpen):
        move({entry.pk: 1})


def test_a_row_that_asks_for_notes_takes_no_line_without_one(move: Any, record: Any, cast: Cast) -> None:
    entry = record("1.5")
    Task.objects.filter(pk=cast.review.pk).update(requires_notes=True)
    TimeRules.objects.update(notes_checked=TimeRules.NotesChecked.SAVE)
    with pytest.raises(NoteIsMissing, match=r"Write it first \(Wed 25 Nov\), then move"):
        move({entry.pk: 1})
    record("1.5", note="Flows", version=1)
    assert [line.task for line in move({entry.pk: 2})] == [cast.review]
    # Where notes are checked when time is submitted, lines move without.
    TimeRules.objects.update(notes_checked=TimeRules.NotesChecked.SUBMIT)
    record("1", worked_on=TODAY.replace(day=24))
    move({TimeEntry.objects.get(worked_on=TODAY.replace(day=24)).pk: 1})


def test_many_lines_move_by_a_constant_number_of_statements(
    move: Any, record: Any, django_assert_max_num_queries: Any
) -> None:
    entries = [record("1", worked_on=TODAY.replace(day=day)) for day in (23, 24, 25, 26)]
    with django_assert_max_num_queries(12):
        move({entry.pk: 1 for entry in entries})


def test_a_cleared_line_comes_back_under_its_id(record: Any, cast: Cast) -> None:
    entry = record("1.5", note="Flows")
    TimeEntry.objects.update(state="REJECTED")
    record("", version=1)
    (back,) = restore_lines(staff=cast.member.staff_member, versions={entry.pk: 1}, by=cast.member, on=TODAY)
    back.refresh_from_db()
    assert (back.pk, back.worked_minutes, back.note, back.version) == (entry.pk, 90, "Flows", 2)
    assert (back.state, back.rate_amount) == ("REJECTED", Decimal(190))
    with pytest.raises(CellChanged):
        restore_lines(staff=cast.member.staff_member, versions={entry.pk: 1}, by=cast.member, on=TODAY)


def test_two_lines_of_one_cell_come_back_together(record: Any, cast: Cast) -> None:
    entry = record("1.5")
    row = RowKey.of(cast.design, cast.engineering)
    staff = cast.member.staff_member
    both = save_lines(
        staff=staff, row=row, worked_on=TODAY, by=cast.member, on=TODAY,
        lines=[LineWish(entry.pk, 1, 90), LineWish(None, 0, 30)],
    )  # fmt: skip
    gone = [LineWish(line.pk, 1, None) for line in both]
    save_lines(staff=staff, row=row, worked_on=TODAY, by=cast.member, on=TODAY, lines=gone)
    restore_lines(staff=staff, versions={line.pk: 1 for line in both}, by=cast.member, on=TODAY)
    assert sorted(TimeEntry.objects.values_list("worked_minutes", flat=True)) == [30, 90]


def test_a_cell_that_was_filled_again_is_left_alone(record: Any, cast: Cast) -> None:
    entry = record("1.5")
    record("", version=1)
    record("2")
    with pytest.raises(CellChanged):
        restore_lines(staff=cast.member.staff_member, versions={entry.pk: 1}, by=cast.member, on=TODAY)


def test_nobody_brings_back_what_was_not_theirs(record: Any, cast: Cast) -> None:
    entry = record("1.5")
    record("", version=1)
    for staff, by, pk in (
        (cast.manager.staff_member, cast.manager, entry.pk),
        (cast.member.staff_member, cast.member, 10**9),
    ):
        with pytest.raises(NothingToRestore):
            restore_lines(staff=staff, versions={pk: 1}, by=by, on=TODAY)

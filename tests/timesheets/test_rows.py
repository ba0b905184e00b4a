"""Rows: what names them, what they say, and which dimensions the firm shows."""

from collections.abc import Callable
from typing import Any

import pytest

from core.periods import week_of
from projects.models import LaborCode, Project, WorkClass
from tests.cast import TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.models import TimeEntry, TimeRules
from timesheets.moving import move_entries
from timesheets.rows import (
    BillableIsFixed,
    CannotBeBillable,
    ClassIsInactive,
    NoSuchRow,
    RowKey,
    place_for,
    places_for,
)
from timesheets.week import Week, week_page

Record = Callable[..., Any]


@pytest.fixture
def all_columns(firm: Any) -> None:
    TimeRules.objects.update(shows_class=True, shows_billable=True)


@pytest.fixture
def denver(firm: Any) -> WorkClass:
    return WorkClass.objects.create(name="Denver")


def page(cast: Cast, **options: Any) -> Week:
    return week_page(cast.member.staff_member, week_of(TODAY), TODAY, **options)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (RowKey(12), "12-0"),
        (RowKey(12, 3), "12-3"),
        (RowKey(12, 3, 7), "12-3-7"),
        (RowKey(12, None, None, True), "12-0-0-b"),
        (RowKey(12, 3, 7, False), "12-3-7-n"),
    ],
)
def test_a_key_and_its_text(key: RowKey, text: str) -> None:
    assert str(key) == text
    assert RowKey.parse(text) == key


@pytest.mark.parametrize(
    "text", ["", "12", "12-", "-3", "12-3-", "12-3-7-x", "12-3-b", "１２-3", "1" * 20 + "-0"]
)
def test_what_names_no_row(text: str) -> None:
    with pytest.raises(NoSuchRow):
        RowKey.parse(text)


def test_a_choice_that_is_the_default_anyway_is_the_same_row(cast: Cast) -> None:
    staff, key = cast.member.staff_member, RowKey(cast.design.pk, cast.engineering.pk)
    assert place_for(staff, RowKey(key.task_id, key.labor_code_id, None, True)).key == key
    other = place_for(staff, RowKey(key.task_id, key.labor_code_id, None, False))
    assert str(other.key) == f"{key}-0-n"
    assert not other.is_billable


def test_lines_differ_by_class_and_billable_where_the_firm_shows_them(
    cast: Cast, all_columns: None, denver: WorkClass
) -> None:
    add_time(cast, minutes=60)
    add_time(cast, minutes=30, work_class=denver)
    add_time(cast, minutes=15, is_billable=False, billable_minutes=0)
    rows = page(cast).rows
    key = RowKey(cast.design.pk, cast.engineering.pk)
    assert [(str(row.key), row.minutes) for row in rows] == [
        (str(key), 60),
        (f"{key}-0-n", 15),
        (f"{key}-{denver.pk}", 30),
    ]
    assert rows[2].place.second_line == "Hydraulic design · Engineering · Denver · City of Larkspur"
    TimeRules.objects.update(shows_class=False, shows_billable=False)
    (row,) = page(cast).rows
    assert (row.key, row.minutes, row.cells[2].look.words) == (key, 105, "3 entries")


def test_a_cell_of_a_class_is_recorded_and_found_again(
    record: Record, cast: Cast, row: RowKey, all_columns: None, denver: WorkClass
) -> None:
    by_class = RowKey(row.task_id, row.labor_code_id, denver.pk)
    entry = record("1", row=by_class)
    assert entry.work_class == denver
    other = record("2", row=row)
    assert other.work_class is None
    assert record("3", row=by_class, version=1, entry_id=entry.pk).pk == entry.pk
    denver.is_active = False
    denver.save()
    with pytest.raises(ClassIsInactive):
        record("4", row=by_class, version=2, entry_id=entry.pk)
    # What stands there can still be taken away.
    assert record("", row=by_class, version=2, entry_id=entry.pk) is None


def test_billable_is_chosen_only_where_the_firm_lets_people(
    record: Record, cast: Cast, row: RowKey, all_columns: None
) -> None:
    free = RowKey(row.task_id, row.labor_code_id, None, False)
    entry = record("1", row=free)
    assert (entry.is_billable, entry.billable_minutes) == (False, 0)
    assert record("2", row=row).is_billable
    overhead = LaborCode.objects.create(name="Overhead", is_billable=False)
    assert record("1", row=RowKey(row.task_id, overhead.pk, None, True)).billable_minutes == 60
    Project.objects.update(is_billable=False)
    with pytest.raises(CannotBeBillable):
        record("1", row=RowKey(cast.review.pk, None, None, True))
    Project.objects.update(is_billable=True)
    TimeRules.objects.update(shows_billable=False)
    with pytest.raises(BillableIsFixed):
        record("1", row=RowKey(cast.review.pk, None, None, False))


def test_moving_to_another_class_and_to_not_billable(
    record: Record, cast: Cast, row: RowKey, all_columns: None, denver: WorkClass
) -> None:
    entry = record("1")
    to = RowKey(row.task_id, row.labor_code_id, denver.pk, False)
    (moved,) = move_entries(
        staff=cast.member.staff_member, versions={entry.pk: 1}, to=to, by=cast.member, on=TODAY
    )
    moved.refresh_from_db()
    assert (moved.work_class, moved.is_billable, moved.billable_minutes) == (denver, False, 0)


def test_codes_and_classes_of_many_rows_take_two_statements(
    cast: Cast, denver: WorkClass, django_assert_num_queries: Any
) -> None:
    codes = [LaborCode.objects.create(name=f"Code {n}", requires_notes=n == 1) for n in range(3)]
    keys = [RowKey(cast.design.pk, code.pk, denver.pk) for code in codes]
    with django_assert_num_queries(2):
        places = places_for(cast.member.staff_member, keys)
    assert [places[key].labor_code.requires_notes for key in keys] == [False, True, False]
    assert {str(place.work_class) for place in places.values()} == {"Denver"}


def test_what_is_left_of_a_budget_counts_everybody(cast: Cast, django_assert_max_num_queries: Any) -> None:
    cast.design.budget_minutes = 600
    cast.design.save()
    add_time(cast, minutes=120)
    add_time(cast, cast.manager, minutes=420)
    assert page(cast).rows[0].minutes_left is None
    TimeRules.objects.update(shows_budget=True)
    (row,) = page(cast).rows
    assert (row.minutes_left, row.is_over) == (60, False)
    add_time(cast, cast.manager, minutes=120)
    with django_assert_max_num_queries(10):
        (row,) = page(cast).rows
    assert (row.minutes_left, row.minutes_over) == (-60, 60)
    assert TimeEntry.objects.count() == 3

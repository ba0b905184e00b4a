"""Rows of the week by the API: favourites, class and billable, times and notes, last week's hours."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from projects.models import WorkClass
from tests.api.conftest import Program
from tests.cast import TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.models import FavouriteRow, TimeEntry, TimeRules

Api = Callable[..., Program]
DAY = TODAY.isoformat()


@pytest.fixture
def priya(cast: Cast, api: Api) -> Program:
    return api(cast.member)


def test_rows_are_kept_at_hand(cast: Cast, priya: Program) -> None:
    row = priya.put("/favourite-rows", {"task_id": cast.review.pk})
    assert (row["task_name"], row["labor_code_id"]) == ("Structural review", cast.engineering.pk)
    assert [each["task_id"] for each in priya.get("/favourite-rows")["items"]] == [cast.review.pk]
    assert priya.get("/loggable-rows")["items"][0]["is_favourite"]
    priya.post("/favourite-rows/remove", {"task_id": cast.review.pk})
    assert not FavouriteRow.objects.exists()


def test_a_line_with_class_times_and_two_notes(cast: Cast, priya: Program) -> None:
    TimeRules.objects.update(shows_class=True, shows_billable=True)
    denver = WorkClass.objects.create(name="Denver")
    wish = {
        "task_id": cast.design.pk,
        "work_class_id": denver.pk,
        "is_billable": False,
        "worked_on": DAY,
        "starts_at": "09:00",
        "ends_at": "10:45",
        "note": "Flows",
        "internal_note": "Ask Dana",
        "on": DAY,
    }
    line = priya.post("/time-entries", wish)
    assert (line["worked_minutes"], line["billable_minutes"], line["starts_at"][:5]) == (105, 0, "09:00")
    assert (line["work_class_name"], line["internal_note"]) == ("Denver", "Ask Dana")
    line = priya.patch(f"/time-entries/{line['id']}", {"ends_at": "11:00", "starts_at": "09:00", "on": DAY})
    assert line["worked_minutes"] == 120
    (row,) = priya.get(f"/weeks/{DAY}?on={DAY}")["rows"]
    assert (row["work_class_name"], row["is_billable"], row["minutes"]) == ("Denver", False, 120)
    priya.patch(f"/time-entries/{line['id']}", {"starts_at": "09:00", "ends_at": None, "on": DAY})
    assert priya.status == 422


def test_last_weeks_hours_are_copied(cast: Cast, priya: Program) -> None:
    add_time(cast, minutes=90, on=TODAY - timedelta(days=7), note="Stays behind")
    add_time(cast, minutes=30, on=TODAY - timedelta(days=8))
    add_time(cast, minutes=15, on=TODAY - timedelta(days=1))
    copied = priya.post(f"/weeks/{DAY}/copy-hours", {"on": DAY})
    assert [(line["worked_on"], line["worked_minutes"], line["note"]) for line in copied["entries"]] == [
        (DAY, 90, "")
    ]
    assert [left["why"] for left in copied["left_out"]] == ["There is time already."]
    assert TimeEntry.objects.count() == 4

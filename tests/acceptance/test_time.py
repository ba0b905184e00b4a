"""Acceptance cases of time, each from a real failure of another product (product reference, 5.3: 1, 2, 3, 10)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from approvals.certifying import Signature
from approvals.models import Decision
from core.minutes import format_decimal
from core.periods import Period, week_of
from staffing.deciding_leave import decide_leave
from staffing.models import LeaveType
from staffing.requesting import LeaveDays, request_leave
from tests.cast import NOW, PASSWORD, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.approving import approve_time, return_time
from timesheets.days import DayIsLocked
from timesheets.locking import lock_through
from timesheets.models import TimeEntry
from timesheets.periods import needs_submission
from timesheets.recording import record_time
from timesheets.rows import RowKey
from timesheets.submitting import submit_time
from timesheets.week import week_page

MONDAY = TODAY - timedelta(days=2)


@pytest.fixture
def row(cast: Cast) -> RowKey:
    return RowKey.of(cast.design, cast.engineering)


def type_hours(cast: Cast, row: RowKey, on: Any, text: str, version: int = 0) -> TimeEntry | None:
    """What the grid does with a cell."""
    staff = cast.member.staff_member
    return record_time(
        staff=staff, row=row, worked_on=on, by=cast.member, on=TODAY, text=text, version=version
    )


def leave(cast: Cast, first: Any, last: Any) -> None:
    """Approved vacation of the member."""
    days = LeaveDays(LeaveType.objects.get(name="Vacation"), first, last)
    asked = request_leave(staff=cast.member.staff_member, days=days, by=cast.member, on=TODAY, at=NOW)
    decide_leave(request_ids=[asked.pk], outcome=Decision.Outcome.APPROVED, by=cast.manager, at=NOW)


def week_of_member(cast: Cast, week: Period) -> Any:
    return week_page(cast.member.staff_member, week, TODAY)


def test_1_submitting_one_week_leaves_the_others_alone(cast: Cast, row: RowKey) -> None:
    """OCA#831, OCA#720, NP#1621: weeks before and after were deleted, blocked or closed by submitting one."""
    weeks = [MONDAY - timedelta(days=7 * back) for back in (2, 1, 0)]
    entries = [
        add_time(cast, on=monday + timedelta(days=day))
        for monday in weeks
        for day in range(5 if monday < MONDAY else 3)
    ]
    second = [entry for entry in entries if entry.worked_on in week_of(weeks[1])]
    before = list(TimeEntry.objects.exclude(pk__in=[e.pk for e in second]).order_by("pk").values())
    ids = [entry.pk for entry in second]
    submit_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW)
    assert list(TimeEntry.objects.exclude(pk__in=ids).order_by("pk").values()) == before
    assert {entry.state for entry in TimeEntry.objects.filter(pk__in=ids)} == {"SUBMITTED"}
    for monday in (weeks[0], weeks[2]):
        entry = type_hours(cast, row, monday, "7.5", version=1)
        assert entry is not None
        assert entry.worked_minutes == 450
        assert week_of_member(cast, week_of(monday)).state[2] == "Open"
    return_time(entry_ids=ids[:1], reason="Wrong task", by=cast.manager, at=NOW)
    type_hours(cast, row, weeks[0] + timedelta(days=5), "1")
    assert week_of_member(cast, week_of(weeks[1])).state[2] == "Partly returned"


def test_2_a_week_across_a_closed_month_takes_time_on_its_open_days(cast: Cast, row: RowKey) -> None:
    """KI#4703: one locked day rejected the whole week."""
    last_of_month = TODAY.replace(month=10, day=31)
    week = week_of(last_of_month - timedelta(days=2))  # Mon 26 Oct to Sun 1 Nov 2026
    early = type_hours(cast, row, week.first, "8")
    lock_through(on=last_of_month, by=cast.finance)
    with pytest.raises(DayIsLocked):
        type_hours(cast, row, week.first + timedelta(days=1), "8")
    open_day = type_hours(cast, row, week.last, "2")
    assert early is not None
    assert open_day is not None
    page = week_of_member(cast, week)
    assert [day.is_locked for day in page.days] == [True] * 6 + [False]
    assert page.is_open
    ids = [early.pk, open_day.pk]
    done = submit_time(
        staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW, acknowledged=True
    )
    assert done.entry_ids == ids  # approval goes on behind the lock


def test_3_leave_makes_a_week_not_required_and_half_a_week_approved_by_its_lines(
    cast: Cast, row: RowKey
) -> None:
    """NP#226, NP#358: people on leave were chased, and half a week on leave never became approved."""
    away = week_of(MONDAY + timedelta(days=7))
    leave(cast, away.first, away.first + timedelta(days=4))
    page = week_of_member(cast, away)
    assert page.state[2] == "Not required"
    assert not needs_submission(day.workday for day in page.days)
    half = week_of(MONDAY - timedelta(days=7))
    leave(cast, half.first, half.first + timedelta(days=1))
    entries = [add_time(cast, on=half.first + timedelta(days=day)) for day in (2, 3, 4)]
    ids = [entry.pk for entry in entries]
    # Nothing is short: leave counts.
    submit_time(staff=cast.member.staff_member, entry_ids=ids, by=cast.member, at=NOW, days=half.days())
    assert week_of_member(cast, half).state[2] == "Submitted"
    approve_time(entry_ids=ids, by=cast.manager, at=NOW, signature=Signature("Dana Ruiz", PASSWORD))
    page = week_of_member(cast, half)
    assert page.state[2] == "Approved"
    assert page.total_minutes == page.required_minutes == 2400


@pytest.mark.parametrize("text", ["1.5", "1,5", "1:30", "90m", "1h30m"])
def test_10_ninety_minutes_stay_ninety(cast: Cast, row: RowKey, text: str) -> None:
    """ST#994: rounding up to a quarter made 90 into 105. KI#3561: a decimal typed at hh:mm:37 gained a minute."""
    entry = type_hours(cast, row, TODAY, text)
    assert entry is not None
    entry.refresh_from_db()
    assert (entry.worked_minutes, entry.billable_minutes) == (90, 90)
    assert format_decimal(entry.worked_minutes) == "1.50"
    at = datetime.combine(TODAY, NOW.time().replace(minute=59, second=37), NOW.tzinfo)
    submit_time(
        staff=cast.member.staff_member, entry_ids=[entry.pk], by=cast.member, at=at, acknowledged=True
    )
    approve_time(entry_ids=[entry.pk], by=cast.manager, at=at, signature=Signature("Dana Ruiz", PASSWORD))
    entry.refresh_from_db()
    assert (entry.worked_minutes, entry.billable_minutes, entry.state) == (90, 90, "APPROVED")

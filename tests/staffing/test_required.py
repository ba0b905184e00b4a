"""Required minutes: pattern, holidays by office, leave, first and last day of employment."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from core.promises import promises
from people.models import Holiday, Office, PatternAssignment, StaffMember, WorkingPattern
from people.timing import WEEKDAYS
from staffing.models import LeaveRequest, LeaveType
from staffing.promises import LeaveOverlaps
from staffing.required import required_for, required_minutes, workdays_for
from tests.cast import NOW

MONDAY, WEDNESDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 29)
WORKDAYS = WEEKDAYS[:5]
THURSDAY, FRIDAY = date(2026, 11, 26), date(2026, 11, 27)


def test_the_default_pattern_counts_where_a_person_has_none(cast: Any) -> None:
    required = required_minutes(cast.member.staff_member, MONDAY, SUNDAY)
    assert list(required.values()) == [480, 480, 480, 480, 480, 0, 0]
    assert next(iter(required)) == MONDAY
    assert list(required)[-1] == SUNDAY


def test_a_pattern_of_ones_own_replaces_it(cast: Any) -> None:
    staff = cast.member.staff_member
    staff.working_pattern = WorkingPattern.objects.create(name="Four days", friday_minutes=0)
    staff.save()
    assert required_minutes(staff, FRIDAY, FRIDAY) == {FRIDAY: 0}
    assert required_minutes(staff, THURSDAY, THURSDAY) == {THURSDAY: 480}


def test_holidays_of_the_firm_and_of_ones_office_are_free(cast: Any) -> None:
    north, south = Office.objects.create(name="North"), Office.objects.create(name="South")
    Holiday.objects.create(name="Thanksgiving", on=THURSDAY)
    Holiday.objects.create(name="Day after", on=FRIDAY, office=north)
    staff = cast.member.staff_member
    for office, friday in ((north, 0), (south, 480), (None, 480)):
        staff.office = office
        staff.save()
        required = required_minutes(staff, MONDAY, SUNDAY)
        assert (required[THURSDAY], required[FRIDAY]) == (0, friday)


def test_a_holiday_keeps_what_it_counts_and_its_name(cast: Any) -> None:
    Holiday.objects.create(name="Thanksgiving", on=THURSDAY)
    days = workdays_for([cast.member.staff_member], THURSDAY, SUNDAY)[cast.member.staff_member.pk]
    thursday, _, saturday, _ = days
    assert (thursday.holiday, thursday.holiday_minutes, thursday.required_minutes) == ("Thanksgiving", 480, 0)
    assert not saturday.is_workday


def test_nothing_is_required_before_the_first_and_after_the_last_day(cast: Any) -> None:
    staff = cast.member.staff_member
    staff.starts_on, staff.ends_on = date(2026, 11, 24), THURSDAY
    staff.save()
    assert list(required_minutes(staff, MONDAY, SUNDAY).values()) == [0, 480, 480, 480, 0, 0, 0]


def test_many_people_cost_one_statement(cast: Any, django_assert_num_queries: Any) -> None:
    people = list(StaffMember.objects.all())
    assert len(people) > 3
    with django_assert_num_queries(1):
        required = required_for(people, MONDAY, SUNDAY)
    assert all(sum(days.values()) == 5 * 480 for days in required.values())


def leave(staff: StaffMember, first: date, last: date, **told: Any) -> LeaveRequest:
    """Approved vacation, unless told otherwise."""
    told = {"leave_type": LeaveType.objects.get(name="Vacation"), "state": LeaveRequest.State.APPROVED} | told
    return LeaveRequest.objects.create(
        staff=staff, starts_on=first, ends_on=last, requested_at=NOW, requested_by_name=staff.name, **told
    )


def test_approved_leave_reduces_what_is_required(cast: Any) -> None:
    Holiday.objects.create(name="Thanksgiving", on=THURSDAY)
    staff = cast.member.staff_member
    leave(staff, WEDNESDAY, FRIDAY, starts_at_noon=True)
    days = workdays_for([staff], MONDAY, SUNDAY)[staff.pk]
    assert [day.required_minutes for day in days] == [480, 480, 240, 0, 0, 0, 0]
    assert [day.leave_minutes for day in days] == [0, 0, 240, 0, 480, 0, 0]
    assert [day.leave_name for day in days] == ["", "", "Vacation", "", "Vacation", "", ""]
    assert [day.is_off for day in days] == [False, False, False, True, True, False, False]


@pytest.mark.parametrize("state", ["SUBMITTED", "REJECTED", "WITHDRAWN", "CANCELED", "REPLACED"])
def test_leave_that_is_not_approved_reduces_nothing(cast: Any, state: str) -> None:
    staff = cast.member.staff_member
    leave(staff, MONDAY, FRIDAY, state=state)
    assert sum(required_minutes(staff, MONDAY, SUNDAY).values()) == 5 * 480


def test_an_approved_cancellation_is_no_leave(cast: Any) -> None:
    staff = cast.member.staff_member
    gone = leave(staff, MONDAY, FRIDAY, state="CANCELED")
    leave(staff, MONDAY, FRIDAY, kind="CANCELLATION", replaces=gone)
    assert sum(required_minutes(staff, MONDAY, SUNDAY).values()) == 5 * 480


def test_a_week_wholly_on_leave_or_holiday_requires_nothing(cast: Any) -> None:
    Holiday.objects.create(name="Thanksgiving", on=THURSDAY)
    staff = cast.member.staff_member
    leave(staff, MONDAY, SUNDAY)
    assert set(required_minutes(staff, MONDAY, SUNDAY).values()) == {0}


def test_morning_and_afternoon_add_up_to_an_odd_day(cast: Any) -> None:
    staff = cast.member.staff_member
    staff.working_pattern = WorkingPattern.objects.create(name="Odd", monday_minutes=455)
    staff.save()
    leave(staff, MONDAY, MONDAY, ends_at_noon=True)
    assert required_minutes(staff, MONDAY, MONDAY) == {MONDAY: 227}
    leave(staff, MONDAY, MONDAY, starts_at_noon=True, leave_type=LeaveType.objects.get(name="Sick leave"))
    (day,) = workdays_for([staff], MONDAY, MONDAY)[staff.pk]
    # Nobody but whoever manages leave learns of sick leave.
    assert (day.leave_minutes, day.required_minutes, day.leave_name) == (455, 0, "Vacation and Leave")


def test_two_requests_for_the_same_half_day_are_refused_by_the_database(cast: Any) -> None:
    staff = cast.member.staff_member
    leave(staff, MONDAY, WEDNESDAY, ends_at_noon=True)
    leave(staff, WEDNESDAY, FRIDAY, starts_at_noon=True)
    with pytest.raises(LeaveOverlaps), promises(), transaction.atomic():
        leave(staff, WEDNESDAY, WEDNESDAY, state="SUBMITTED", ends_at_noon=True)
    leave(staff, WEDNESDAY, WEDNESDAY, state="WITHDRAWN")
    leave(cast.manager.staff_member, MONDAY, FRIDAY)


def test_a_pattern_counts_from_its_day_on(cast: Any) -> None:
    staff = cast.member.staff_member
    short = WorkingPattern.objects.create(name="Short", **{f"{day}_minutes": 300 for day in WORKDAYS})
    half = WorkingPattern.objects.create(name="Half", **{f"{day}_minutes": 240 for day in WORKDAYS})
    staff.working_pattern = short
    staff.save()
    PatternAssignment.objects.create(staff=staff, pattern=half, starts_on=FRIDAY)
    PatternAssignment.objects.create(
        staff=staff, pattern=WorkingPattern.objects.get(is_default=True), starts_on=WEDNESDAY
    )
    assert list(required_minutes(staff, MONDAY, FRIDAY).values()) == [300, 300, 480, 480, 240]
    assert required_minutes(staff, SUNDAY + timedelta(days=1), SUNDAY + timedelta(days=1)).popitem()[1] == 240

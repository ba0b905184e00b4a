"""Required minutes: pattern, holidays by office, first and last day of employment."""

from datetime import date
from typing import Any

from people.models import Holiday, Office, StaffMember, WorkingPattern
from staffing.required import required_for, required_minutes, workdays_for

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)
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

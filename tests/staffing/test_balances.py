"""Balances as of a day, for one person and for a whole team, by a constant number of statements."""

from datetime import date
from typing import Any

from people.models import Holiday, PatternAssignment, StaffMember, WorkingPattern
from staffing.arranging import adjust_balance
from staffing.balances import Balance, balances_for
from staffing.models import LeaveType
from tests.cast import TODAY, Cast
from tests.staffing.deciding import approve
from tests.staffing.leave import DAY, FRIDAY, MONDAY, TUESDAY, ask, kind


def vacation(staff: StaffMember, on: date = TODAY) -> Balance:
    (balance,) = balances_for([staff], on, types=[LeaveType.objects.get(name="Vacation")])[staff.pk]
    return balance


def test_taken_planned_and_waiting_are_told_apart(cast: Cast) -> None:
    Holiday.objects.create(name="Thanksgiving", on=date(2026, 11, 26))
    # Monday to Friday with a holiday, of which three days are over on Wednesday evening.
    past = ask(cast.member, date(2026, 11, 23), date(2026, 11, 27))
    ahead = ask(cast.member, MONDAY, TUESDAY, ends_at_noon=True)
    approve(cast.manager, past, ahead)
    ask(cast.member, FRIDAY)
    found = vacation(cast.member.staff_member)
    assert (found.granted, found.taken) == (20 * DAY, 3 * DAY)
    assert (found.planned, found.waiting) == (DAY + DAY + DAY // 2, DAY)
    assert (found.minutes, found.left) == (17 * DAY, 17 * DAY - 5 * DAY // 2 - DAY)
    assert found.day_minutes == DAY


def test_as_of_another_day(cast: Cast) -> None:
    approve(cast.manager, ask(cast.member, MONDAY, FRIDAY))
    staff = cast.member.staff_member
    assert (vacation(staff).minutes, vacation(staff, FRIDAY).minutes) == (20 * DAY, 15 * DAY)
    # Of fifteen days five go over, and are lost at the end of March.
    assert vacation(staff, date(2026, 12, 31)).expired == 10 * DAY
    january = vacation(staff, date(2027, 1, 1))
    assert (january.carried, january.granted, january.minutes) == (5 * DAY, 20 * DAY, 25 * DAY)
    assert january.expires is not None
    assert (january.expires.on, january.expires.minutes) == (date(2027, 3, 31), -5 * DAY)
    assert vacation(staff, date(2027, 4, 1)).minutes == 20 * DAY
    assert vacation(staff, date(2025, 12, 31)).minutes == 0


def test_part_time_and_a_change_of_hours(cast: Cast) -> None:
    staff = cast.member.staff_member
    part = WorkingPattern.objects.create(name="Three days", thursday_minutes=0, friday_minutes=0)
    PatternAssignment.objects.create(staff=staff, pattern=part, starts_on=date(2026, 7, 1))
    # 181 of 365 days of 9600 minutes and 184 of 5760.
    assert vacation(staff).granted == 7664
    # A week off takes three days.
    approve(cast.manager, ask(cast.member, MONDAY, FRIDAY))
    assert vacation(staff).planned == 3 * DAY


def test_what_is_earned_by_months(cast: Cast) -> None:
    kind(accrual="MONTHLY")
    found = vacation(cast.member.staff_member)
    assert (found.granted, found.to_come) == (10 * 800, 2 * 800)


def test_corrections_are_part_of_the_story(cast: Cast) -> None:
    staff = cast.member.staff_member
    adjust_balance(
        staff=staff, leave_type=kind(), minutes=-90, on=TODAY, reason="Closed early twice", by=cast.owner
    )
    found = vacation(staff)
    assert found.granted == 20 * DAY - 90
    last, after = next((each, after) for each, after in found.year_story if each.kind == "adjusted")
    assert (last.words, last.minutes, after) == ("Closed early twice", -90, 20 * DAY - 90)


def test_a_team_costs_as_many_statements_as_one(cast: Cast, django_assert_num_queries: Any) -> None:
    approve(cast.manager, ask(cast.member, MONDAY, FRIDAY))
    ask(cast.manager, TUESDAY)
    people = list(StaffMember.objects.all())
    assert len(people) > 3
    with django_assert_num_queries(4):
        team = balances_for(people, TODAY)
    for person in people:
        alone = balances_for([person], TODAY)[person.pk]
        assert [(each.leave_type, each.minutes, each.left) for each in alone] == [
            (each.leave_type, each.minutes, each.left) for each in team[person.pk]
        ]

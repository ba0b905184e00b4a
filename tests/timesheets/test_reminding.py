"""Reminders: who, when, of which days; one mail a day; a constant number of statements."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import NotAllowed
from core.models import Mail, OutboxRow
from core.periods import Period
from people.arranging import RoleIsAsked, remove_role
from people.models import Department, Role, StaffMember, User
from people.organising import StillUsed, remove_named
from tenants.models import Firm
from tests.cast import TODAY, Cast, add_cast, add_person
from tests.timesheets.work import add_time
from tests.two_connections import at_once
from timesheets.claiming import MAIL_KIND
from timesheets.missing import missing_days
from timesheets.models import Reminder, ReminderRule, ReminderSettings, TimeRules
from timesheets.reminder_ruling import remove_rule
from timesheets.reminding import Reminded, remind, remind_due

# The week of the cast's Wednesday; due on the Monday after it.
MONDAY = date(2026, 11, 23)
WEEK = Period(MONDAY, date(2026, 11, 29), "week")
DUE = date(2026, 11, 30)


def at(on: date, hour: int, minute: int = 5) -> datetime:
    """That time in New York, where the cast lives (five hours behind UTC in November)."""
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC) + timedelta(hours=5)


@pytest.fixture
def people(cast: Cast) -> Cast:
    """All in New York, employed for long; only the member lacks anything."""
    settle(cast)
    return cast


def settle(cast: Cast) -> None:
    User.objects.update(time_zone="America/New_York")
    StaffMember.objects.update(starts_on=date(2025, 1, 1))
    StaffMember.objects.exclude(pk=cast.member.staff_member.pk).update(starts_on=date(2027, 1, 1))


@pytest.fixture
def rule(people: Cast) -> Callable[..., ReminderRule]:
    """The only rule: on the due day at nine, unless told otherwise."""
    ReminderRule.objects.all().delete()

    def make(**fields: Any) -> ReminderRule:
        return ReminderRule.objects.create(**({"moment": "ON", "days": 0, "hour": 9} | fields))

    return make


def letters() -> list[Mail]:
    return list(Mail.objects.filter(kind=MAIL_KIND).order_by("pk"))


def full_week(cast: Cast, *, but: int | None = None, **fields: Any) -> None:
    for day in range(5):
        if day != but:
            add_time(cast, on=MONDAY + timedelta(days=day), **fields)


def test_missing_days_are_minutes_there_of_minutes_required(people: Cast) -> None:
    add_time(people, on=MONDAY)
    add_time(people, on=MONDAY + timedelta(days=1), minutes=300)
    member = people.member.staff_member
    [tuesday, wednesday] = missing_days([member], WEEK, TODAY)[member.pk]
    assert (tuesday.words, tuesday.lacking_minutes) == ("Tue 24 Nov: 5.00 of 8.00 h", 180)
    assert wednesday.words == "Wed 25 Nov: 0.00 of 8.00 h"
    assert missing_days([member], WEEK, MONDAY) == {}
    assert missing_days([member], WEEK, MONDAY - timedelta(days=1)) == {}


def test_more_on_one_day_makes_up_for_less_on_another(people: Cast) -> None:
    member = people.member.staff_member
    full_week(people, but=4)
    add_time(people, on=MONDAY, minutes=420)
    add_time(people, on=MONDAY + timedelta(days=4), minutes=60)
    assert missing_days([member], WEEK, WEEK.last) == {}
    assert len(missing_days([member], WEEK, WEEK.last, counts="SUBMITTED")[member.pk]) == 5


def test_the_mail_names_the_days_and_leads_to_the_week(people: Cast, rule: Callable[..., Any]) -> None:
    rule()
    full_week(people, but=1)
    assert remind_due(at=at(DUE, 9)) == 1
    [mail] = letters()
    assert (mail.to, mail.subject) == (["priya@hm.example"], "1 day lacks time: 8.00 h")
    assert "Tue 24 Nov: 0.00 of 8.00 h" in mail.text
    assert "/time/2026-11-23/" in mail.text
    assert "/time/2026-11-23/" in mail.html
    assert (mail.is_reminder, mail.state) == (True, "QUEUED")
    claim = Reminder.objects.get()
    assert (claim.period_first, claim.day, claim.minutes, claim.by_name) == (MONDAY, DUE, 480, "")
    assert mail.related_id == str(claim.pk)


@pytest.mark.parametrize(
    ("fields", "on", "hour", "comes"),
    [
        ({}, DUE, 8, False),
        ({}, DUE, 9, True),
        ({}, DUE, 14, True),  # the schedule stood still since nine
        ({}, DUE, 15, False),
        ({}, DUE + timedelta(days=1), 9, False),
        ({"moment": "BEFORE", "days": 3}, date(2026, 11, 27), 9, True),
        ({"moment": "BEFORE", "days": 3}, date(2026, 11, 28), 9, False),
        ({"moment": "BEFORE", "days": 3, "times": 3}, date(2026, 11, 29), 9, True),
        ({"moment": "BEFORE", "days": 3, "times": 3}, DUE, 9, False),
        ({"moment": "AFTER", "days": 2, "times": 2}, DUE + timedelta(days=1), 9, False),
        ({"moment": "AFTER", "days": 2, "times": 2}, DUE + timedelta(days=2), 9, True),
        ({"moment": "AFTER", "days": 2, "times": 2}, DUE + timedelta(days=3), 9, True),
        ({"moment": "AFTER", "days": 2, "times": 2}, DUE + timedelta(days=4), 9, False),
        ({"is_active": False}, DUE, 9, False),
    ],
)
def test_it_comes_at_its_day_and_hour(
    rule: Callable[..., Any], fields: dict[str, Any], on: date, hour: int, comes: bool
) -> None:
    rule(**fields)
    assert remind_due(at=at(on, hour)) == int(comes)


def test_the_hour_is_that_of_the_persons_own_clock(people: Cast, rule: Callable[..., Any]) -> None:
    rule()
    User.objects.filter(pk=people.member.pk).update(time_zone="Asia/Kolkata")
    # Nine in New York is half past seven in the evening there.
    assert remind_due(at=at(DUE, 9)) == 0
    assert remind_due(at=datetime(2026, 11, 30, 3, 30, tzinfo=UTC)) == 1


def test_whoever_has_enough_gets_none(people: Cast, rule: Callable[..., Any]) -> None:
    made = rule()
    full_week(people)
    assert remind_due(at=at(DUE, 9)) == 0
    made.counts = "SUBMITTED"
    made.save()
    assert remind_due(at=at(DUE, 9)) == 1


def test_a_share_of_what_is_required_may_be_enough(people: Cast, rule: Callable[..., Any]) -> None:
    made = rule(threshold_percent=80)
    full_week(people, but=1)
    assert remind_due(at=at(DUE, 9)) == 0
    made.threshold_percent = 81
    made.save()
    assert remind_due(at=at(DUE, 9)) == 1


def test_days_of_grace_and_weeks_looked_back(people: Cast, rule: Callable[..., Any]) -> None:
    friday = date(2026, 11, 27)
    full_week(people, but=4)
    for day in range(4):
        add_time(people, on=MONDAY - timedelta(days=7 - day))
    made = rule(moment="BEFORE", days=3, grace_days=1)
    assert remind_due(at=at(friday, 9)) == 0
    made.look_back_weeks = 1
    made.save()
    assert remind_due(at=at(friday, 9)) == 1
    [mail] = letters()
    assert "Fri 20 Nov: 0.00 of 8.00 h" in mail.text
    assert "Fri 27 Nov" not in mail.text


def test_roles_and_departments_choose_whom(people: Cast, rule: Callable[..., Any]) -> None:
    made, design = rule(), Department.objects.create(name="Design")
    made.roles.add(Role.objects.get(name="Manager"))
    assert remind_due(at=at(DUE, 9)) == 0
    made.roles.set([Role.objects.get(name="Staff")])
    made.departments.add(design)
    assert remind_due(at=at(DUE, 9)) == 0
    StaffMember.objects.filter(pk=people.member.staff_member.pk).update(department=design)
    assert remind_due(at=at(DUE, 9)) == 1


def test_what_a_rule_names_cannot_be_removed_under_it(people: Cast, rule: Callable[..., Any]) -> None:
    """Without its only role or department the rule would be for everybody."""
    made, surveyors = rule(), Role.objects.create(name="Surveyors")
    made.roles.set([surveyors])
    made.departments.set([Department.objects.create(name="Design")])
    with pytest.raises(RoleIsAsked, match="Surveyors stays: a rule of reminders names it"):
        remove_role(role=surveyors, by=people.owner)
    with pytest.raises(StillUsed, match="Design is still used by 1 reminder rule"):
        remove_named(thing=Department.objects.get(name="Design"), by=people.owner)
    assert remind_due(at=at(DUE, 9)) == 0
    remove_rule(rule=made, by=people.owner)
    remove_role(role=surveyors, by=people.owner)
    remove_named(thing=Department.objects.get(name="Design"), by=people.owner)


def test_two_rules_and_two_rounds_make_one_mail_a_day(rule: Callable[..., Any]) -> None:
    rule()
    rule(hour=10, look_back_weeks=1)
    assert remind_due(at=at(DUE, 9)) == 1
    assert remind_due(at=at(DUE, 9, 15)) == remind_due(at=at(DUE, 10)) == 0
    assert len(letters()) == OutboxRow.objects.filter(kind="core.mail").count() == 1


def test_locked_days_and_days_before_joining_are_not_asked_for(
    people: Cast, rule: Callable[..., Any]
) -> None:
    rule()
    TimeRules.objects.filter(pk=1).update(locked_through=date(2026, 11, 26))
    remind_due(at=at(DUE, 9))
    assert "1 day lacks" in letters()[0].subject
    TimeRules.objects.filter(pk=1).update(locked_through=WEEK.last)
    assert remind_due(at=at(DUE, 9)) == 0
    Reminder.objects.all().delete()
    TimeRules.objects.filter(pk=1).update(locked_through=None)
    StaffMember.objects.filter(pk=people.member.staff_member.pk).update(starts_on=DUE)
    assert remind_due(at=at(DUE, 9)) == 0


def test_a_month_is_due_after_its_last_day(people: Cast, rule: Callable[..., Any]) -> None:
    rule()
    TimeRules.objects.filter(pk=1).update(period_kind="MONTHLY")
    ReminderSettings.objects.update(due_after_days=2)
    assert remind_due(at=at(date(2026, 12, 1), 9)) == 0
    assert remind_due(at=at(date(2026, 12, 2), 9)) == 1
    assert Reminder.objects.get().period_first == date(2026, 11, 1)


def test_reminders_of_many_are_the_same_number_of_statements(people: Cast, rule: Callable[..., Any]) -> None:
    rule()
    counts = []
    for number in (1, 30):
        for index in range(number):
            add_person(f"Person {number}.{index}", f"p{number}-{index}@hm.example", "Staff")
        settle(people)
        StaffMember.objects.update(starts_on=date(2025, 1, 1))
        Reminder.objects.all().delete()
        Mail.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            sent = remind_due(at=at(DUE, 9))
        counts.append(len(captured))
    assert sent == 35
    assert counts[0] == counts[1] <= 20


def test_by_hand_it_is_one_mail_a_day_too(people: Cast) -> None:
    full_week(people, but=1)
    who = {"staff_ids": [people.member.staff_member.pk, people.owner.staff_member.pk], "period": WEEK}
    sent = remind(**who, by=people.owner, at=at(DUE, 11))
    assert (sent.sent, sent.already, sent.complete) == (1, 0, 1)
    [mail] = letters()
    assert "Not submitted yet: 32.00 h" in mail.text
    assert mail.reply_to == ["olu@hm.example"]
    assert remind(**who, by=people.owner, at=at(DUE, 16)) == Reminded(0, 1, 1)
    assert remind(**who, by=people.owner, at=at(DUE + timedelta(days=1), 8)).sent == 1


def test_whose_time_is_only_unsubmitted_is_told_so(people: Cast) -> None:
    full_week(people)
    remind(staff_ids=[people.member.staff_member.pk], period=WEEK, by=people.owner, at=at(DUE, 11))
    assert letters()[0].subject == "Your time is not submitted yet"


def test_today_is_not_asked_for_by_hand(people: Cast) -> None:
    add_time(people, on=MONDAY, state="SUBMITTED")
    add_time(people, on=MONDAY + timedelta(days=1), state="SUBMITTED")
    sent = remind(staff_ids=[people.member.staff_member.pk], period=WEEK, by=people.owner, at=at(TODAY, 11))
    assert sent == Reminded(0, 0, 1)


def test_more_in_another_week_does_not_make_up_for_a_week(people: Cast) -> None:
    full_week(people, but=1, state="SUBMITTED")
    for day in range(5):
        add_time(people, on=MONDAY - timedelta(days=7 - day), minutes=600, state="SUBMITTED")
    both = Period(MONDAY - timedelta(days=7), WEEK.last)
    assert (
        remind(staff_ids=[people.member.staff_member.pk], period=both, by=people.owner, at=at(DUE, 11)).sent
        == 1
    )
    assert "Tue 24 Nov: 0.00 of 8.00 h" in letters()[0].text


def test_managers_remind_their_own_people(people: Cast) -> None:
    member, other = people.member.staff_member.pk, people.finance.staff_member.pk
    assert remind(staff_ids=[member], period=WEEK, by=people.manager, at=at(DUE, 11)).sent == 1
    with pytest.raises(NotAllowed):
        remind(staff_ids=[member, other], period=WEEK, by=people.manager, at=at(DUE, 11))
    with pytest.raises(NotAllowed):
        remind(staff_ids=[member], period=WEEK, by=people.member, at=at(DUE, 11))


def test_two_schedules_at_once_send_one_mail_to_each(own_firm: Firm) -> None:
    cast = add_cast(User.objects.get(email="olu@hm.example"))
    settle(cast)
    StaffMember.objects.update(starts_on=date(2025, 1, 1))
    answers = at_once(own_firm, *[lambda: remind_due(at=at(DUE, 9))] * 3)
    assert sorted(answers) == [0, 0, 4]
    assert sorted(mail.to[0] for mail in letters()) == sorted(
        user.email for user in (cast.owner, cast.manager, cast.member, cast.finance)
    )

"""Mails to managers and approvers: whose time is missing, what is new, what waits for too long."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.escalating import escalate
from approvals.models import Delegation, Policy, Seat
from core.models import Mail
from people.models import Holiday, StaffMember, User
from tests.cast import Cast, add_person
from tests.timesheets.sheets import submit_week
from tests.timesheets.work import add_time
from timesheets.claiming import MAIL_KIND
from timesheets.digests import digest_approvals, digest_missing, next_hour
from timesheets.models import Reminder, ReminderSettings
from timesheets.subjects import KIND

MONDAY = date(2026, 11, 23)
# Two days after the Monday on which the week is due.
DIGEST_DAY = date(2026, 12, 2)


def at(on: date, hour: int, minute: int = 5) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=UTC)


@pytest.fixture
def people(cast: Cast) -> Cast:
    """All by the clock of Greenwich; only the member is asked for time, whose manager is Dana."""
    User.objects.update(time_zone="UTC")
    StaffMember.objects.update(starts_on=date(2027, 1, 1))
    StaffMember.objects.filter(user=cast.member).update(starts_on=date(2025, 1, 1))
    return cast


def letters(kind: str) -> list[Mail]:
    ids = [str(pk) for pk in Reminder.objects.filter(kind=kind).values_list("pk", flat=True)]
    return list(Mail.objects.filter(kind=MAIL_KIND, related_id__in=ids).order_by("pk"))


def test_the_manager_hears_once_whose_time_is_missing(people: Cast) -> None:
    add_time(people, on=MONDAY)
    assert digest_missing(at=at(DIGEST_DAY, 8)) == 0
    assert digest_missing(at=at(DIGEST_DAY, 9)) == 1
    assert (
        digest_missing(at=at(DIGEST_DAY, 9, 30))
        == digest_missing(at=at(DIGEST_DAY + timedelta(days=1), 9))
        == 0
    )
    [mail] = letters("DIGEST")
    assert mail.to == ["dana@hm.example"]
    assert "Priya Raman: 32.00 h missing on 4 days, 8.00 h not submitted" in mail.text
    assert "/time/approvals/?tab=missing" in mail.text
    assert "Priya Raman" in mail.html


def test_a_team_that_has_handed_in_is_no_mail(people: Cast) -> None:
    submit_week(people, first=MONDAY)
    assert digest_missing(at=at(DIGEST_DAY, 9)) == 0


def test_a_firm_may_do_without(people: Cast) -> None:
    ReminderSettings.objects.update(sends_digest=False, sends_approvals=False)
    submit_week(people, first=MONDAY)
    assert digest_missing(at=at(DIGEST_DAY, 9)) == digest_approvals(at=at(DIGEST_DAY, 9)) == 0


def works(user: User) -> None:
    StaffMember.objects.filter(user=user).update(starts_on=date(2025, 1, 1))


def test_approvers_hear_on_working_days_what_is_new(people: Cast) -> None:
    works(people.manager)
    submit_week(people, first=MONDAY)
    Seat.objects.update(opened_at=at(date(2026, 11, 27), 17))
    sunday = date(2026, 11, 29)
    assert digest_approvals(at=at(sunday, 8)) == 0
    Holiday.objects.create(name="Day off", on=date(2026, 11, 30))
    assert digest_approvals(at=at(date(2026, 11, 30), 8)) == 0
    tuesday = date(2026, 12, 1)
    assert digest_approvals(at=at(tuesday, 7)) == 0
    assert digest_approvals(at=at(tuesday, 8)) == 1
    assert digest_approvals(at=at(tuesday, 8, 30)) == 0
    [mail] = letters("APPROVALS")
    assert (mail.to, mail.subject) == (["dana@hm.example"], "5 new to approve")
    assert "5 of Priya Raman" in mail.text
    assert "/time/approvals/" in mail.text
    # Nothing came since.
    Reminder.objects.update(created_at=at(tuesday, 8))
    assert digest_approvals(at=at(tuesday + timedelta(days=1), 8)) == 0
    # What comes later is told, with what waits from before.
    submit_week(people, days=1, first=MONDAY + timedelta(days=7))
    last = Seat.objects.order_by("-pk").first()
    assert last is not None
    Seat.objects.filter(pk=last.pk).update(opened_at=at(tuesday, 12))
    assert digest_approvals(at=at(tuesday + timedelta(days=1), 8)) == 1
    assert letters("APPROVALS")[-1].subject == "1 new to approve, 6 in all"


def test_whoever_decides_in_their_place_hears_too(people: Cast) -> None:
    works(people.finance)
    submit_week(people, days=1, first=MONDAY)
    Delegation.objects.create(
        approver=people.manager.staff_member,
        delegate=people.finance.staff_member,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 12, 31),
    )
    assert digest_approvals(at=at(date(2026, 12, 1), 8)) == 1
    assert letters("APPROVALS")[0].to == ["kemi@hm.example"]


def test_what_waits_for_too_long_is_said_once_and_then_handed_up(people: Cast) -> None:
    works(people.manager)
    Policy.objects.filter(subject_kind=KIND).update(reminds_after_days=2, escalates_after_days=4)
    submit_week(people, days=2, first=MONDAY)
    Seat.objects.update(opened_at=at(date(2026, 11, 30), 10))
    escalate(at=at(date(2026, 12, 1), 12))
    assert not letters("OVERDUE")
    for _ in range(2):
        escalate(at=at(date(2026, 12, 2), 12))
    [mail] = letters("OVERDUE")
    assert (mail.to, mail.subject[:28]) == (["dana@hm.example"], "2 approvals have waited for ")
    escalate(at=at(date(2026, 12, 4), 12))
    [mail] = letters("ESCALATED")
    assert (mail.to, mail.subject) == (["olu@hm.example"], "2 approvals were handed up to you")


def test_at_night_such_mails_wait_for_the_morning_of_their_reader(people: Cast) -> None:
    works(people.manager)
    Policy.objects.filter(subject_kind=KIND).update(reminds_after_days=1)
    submit_week(people, days=1, first=MONDAY)
    Seat.objects.update(opened_at=at(date(2026, 11, 30), 10))
    User.objects.filter(pk=people.manager.pk).update(time_zone="America/New_York")
    escalate(at=at(date(2026, 12, 2), 2))
    [mail] = letters("OVERDUE")
    assert mail.not_before == at(date(2026, 12, 2), 13, 0)


@pytest.mark.parametrize(("hour", "leaves"), [(3, "8:00"), (8, "8:30"), (19, "19:30"), (21, "8:00")])
def test_the_hour_at_which_a_mail_leaves(people: Cast, hour: int, leaves: str) -> None:
    person = StaffMember.objects.select_related("user").get(user=people.member)
    instant = next_hour(person, at(date(2026, 12, 1), hour, 30), 8)
    assert f"{instant.hour}:{instant.minute:02d}" == leaves
    assert instant.date() == date(2026, 12, 2 if hour == 21 else 1)


def test_digests_of_many_are_the_same_number_of_statements(people: Cast) -> None:
    counts = []
    for number in (1, 12):
        for index in range(number):
            boss = add_person(f"Boss {number}.{index}", f"b{number}-{index}@hm.example", "Manager")
            user = add_person(
                f"P {number}.{index}", f"p{number}-{index}@hm.example", "Staff", manager=boss.staff_member
            )
            User.objects.filter(pk__in=[boss.pk, user.pk]).update(time_zone="UTC")
            works(boss)
            works(user)
            add_time(people, User.objects.get(pk=user.pk), on=MONDAY)
            submit_week(people, User.objects.get(pk=user.pk), days=1, first=MONDAY + timedelta(days=1))
        Reminder.objects.all().delete()
        Mail.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            sent = digest_missing(at=at(DIGEST_DAY, 9)), digest_approvals(at=at(DIGEST_DAY, 9))
        counts.append(len(captured))
    assert sent == (14, 13)
    assert counts[0] == counts[1] <= 36

"""Reminders while everything fails: two schedules at once, workers killed before and after SMTP. One mail at most."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core import later
from core.mail import send_again
from core.models import Mail, OutboxRow
from people.models import StaffMember, User
from tenants.cloning import drop_firm
from tenants.models import Firm
from tests.cast import Cast, add_cast
from tests.conftest import found
from tests.faults.carrying import Worker, start, start_beats
from tests.stand_ins import Sandbox
from tests.waiting import wait_until
from timesheets.models import Reminder, ReminderRule
from timesheets.reminder_list import sent_reminders

# Nine in the morning in UTC, on the day on which the week of the cast is due.
DUE_AT = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)
# Longer than a silent worker is waited for.
ROUND = timedelta(minutes=6)
PRIYA = "priya@hm.example"


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Firm, Cast]]:
    """A committed firm whose queue loses every task: the sweep alone carries."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(later, "_send", lambda *task: None)
        firm = found("Mail firm", "mailed", "olu@hm.example")
        connection.set_tenant(firm)
        try:
            cast = add_cast(User.objects.get(email="olu@hm.example"))
            User.objects.update(time_zone="UTC")
            ReminderRule.objects.all().delete()
            ReminderRule.objects.create(moment="ON", days=0, hour=9)
            connection.set_schema_to_public()
            yield firm, cast
        finally:
            connection.set_schema_to_public()
            drop_firm(firm)


@dataclass
class Post:
    """The firm's mails and the mailbox they go to; time passes by `at`."""

    cast: Cast
    sandbox: Sandbox
    at: datetime = DUE_AT

    def remind(self, number: int = 1) -> list[int]:
        """So many schedules at once; how many mails each queued."""
        return sorted(beat.wait() for beat in start_beats(self.at, number))

    def work(self, number: int = 1) -> None:
        for worker in start(self.at, number):
            worker.wait()

    def begin(self) -> Worker:
        return start(self.at)[0]

    def settle(self, rounds: int = 3) -> None:
        """Rounds of two workers, each after the silent ones are given up."""
        for _ in range(rounds):
            self.at += ROUND
            self.work(2)

    def arrived(self) -> Counter[str]:
        return Counter(mail["to"] for mail in self.sandbox.mails())

    def state(self) -> str:
        return str(Mail.objects.get().state)

    def fault(self, kind: str, seconds: float) -> None:
        self.sandbox.control("faults", {"match": "smtp", "kind": kind, "seconds": seconds})

    def is_taken(self) -> bool:
        """Whether the mail server has met the fault that was ordered."""
        return not self.sandbox.look()["faults"]


@pytest.fixture
def post(founded: tuple[Firm, Cast], sandbox: Sandbox, django_db_blocker: Any) -> Iterator[Post]:
    """Only the member lacks time, and nobody was reminded yet."""
    firm, cast = founded
    with django_db_blocker.unblock():
        connection.set_tenant(firm)
        for model in (OutboxRow, Mail, Reminder):
            model.objects.all().delete()
        StaffMember.objects.update(starts_on=date(2027, 1, 1))
        only(cast.member)
        yield Post(cast, sandbox)
        connection.set_schema_to_public()


def only(*users: User) -> None:
    StaffMember.objects.filter(user__in=users).update(starts_on=date(2025, 1, 1))


def blocked(table: str) -> list[int]:
    """Server processes that wait to write to the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        return [pid for (pid,) in cursor.fetchall()]


def end_blocked(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s) AS pid", [blocked(table)])


def test_two_schedules_and_two_workers_at_once_make_one_mail_each(post: Post) -> None:
    only(post.cast.owner, post.cast.manager, post.cast.member, post.cast.finance)
    assert post.remind(2) == [0, 4]
    post.work(2)
    # The schedule goes on, and so do the workers.
    assert post.remind(2) == [0, 0]
    post.settle()
    people = (post.cast.owner, post.cast.manager, post.cast.member, post.cast.finance)
    assert post.arrived() == {user.email: 1 for user in people}
    assert set(Mail.objects.values_list("state", flat=True)) == {"SENT"}


def test_a_schedule_that_dies_before_its_end_has_claimed_nothing(post: Post) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE core_mail IN SHARE MODE")
        [beat] = start_beats(post.at, 1)
        wait_until(lambda: blocked("core_mail"), what="a claim whose mail is not queued yet")
        beat.kill()
        end_blocked("core_mail")
    assert not Reminder.objects.exists()
    assert post.remind() == [1]
    post.work()
    assert post.arrived() == {PRIYA: 1}


def test_a_worker_killed_before_it_claims_the_mail_sends_nothing_and_the_next_one_does(post: Post) -> None:
    post.remind()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE core_mail IN SHARE MODE")
        worker = post.begin()
        wait_until(lambda: blocked("core_mail"), what="a worker that claims the mail")
        worker.kill()
        end_blocked("core_mail")
    assert (post.state(), post.arrived()) == ("QUEUED", {})
    post.settle()
    assert (post.state(), post.arrived()) == ("SENT", {PRIYA: 1})


def test_killed_before_the_server_has_the_mail_it_is_unsure_and_never_sent_by_itself(post: Post) -> None:
    post.remind()
    post.fault("delay", 20)
    worker = post.begin()
    wait_until(post.is_taken, what="a mail on its way")
    assert post.state() == "CLAIMED"
    worker.kill()
    post.settle()
    assert (post.state(), post.arrived()) == ("UNSURE", {})
    # Nor does the schedule write another one on that day.
    assert post.remind(2) == [0, 0]
    [shown] = sent_reminders()
    assert (shown.is_unsure, shown.reminder.staff.name) == (True, "Priya Raman")
    # A person may, and the mail keeps its Message-ID.
    mail = Mail.objects.get()
    send_again(mail, by=post.cast.owner, at=post.at)
    post.work()
    assert (post.state(), post.arrived()) == ("SENT", {PRIYA: 1})
    assert post.sandbox.mails()[0]["message_id"] == mail.message_id


def test_killed_after_the_server_has_the_mail_it_is_unsure_too_and_there_once(post: Post) -> None:
    post.remind()
    post.fault("late", 20)
    worker = post.begin()
    wait_until(lambda: post.arrived(), what="the mail")
    worker.kill()
    post.settle()
    assert (post.state(), post.arrived()) == ("UNSURE", {PRIYA: 1})
    assert sent_reminders()[0].is_unsure


def test_killed_when_it_notes_that_the_mail_left_it_is_there_once(post: Post) -> None:
    post.remind()
    post.fault("late", 2)
    worker = post.begin()
    wait_until(lambda: post.arrived(), what="the mail")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE core_mail IN SHARE MODE")
        wait_until(lambda: blocked("core_mail"), what="a worker that notes the answer")
        worker.kill()
        end_blocked("core_mail")
    post.settle()
    assert (post.state(), post.arrived()) == ("UNSURE", {PRIYA: 1})

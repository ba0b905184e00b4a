"""One mail for each reader who can sign in; what is said twice is sent once; waiting mails are called off."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import mail
from core.models import Mail
from people.models import StaffMember, User
from people.telling import Word, tell
from tests.cast import NOW, Cast
from tests.timesheets.work import add_time

KIND = "people.tried"
TEMPLATE = "approvals/mail/asked"


def word(user: User | None, about: StaffMember, key: str = "one") -> Word:
    return Word(user, about, key, {"words": "Rev B or C?", "lines": [], "url": "https://hm.example/"})


def test_whoever_cannot_sign_in_is_not_told(cast: Cast) -> None:
    about = cast.member.staff
    User.objects.filter(pk=cast.finance.pk).update(is_active=False)
    cast.finance.refresh_from_db()
    tell(KIND, TEMPLATE, [word(None, about), word(cast.finance, about)], by=cast.manager, at=NOW)
    assert not Mail.objects.filter(kind=KIND).exists()


def test_the_same_word_on_the_same_day_is_one_mail(cast: Cast) -> None:
    about = cast.member.staff
    for key in ("one", "one", "two"):
        tell(KIND, TEMPLATE, [word(cast.member, about, key)], by=cast.manager, at=NOW)
    found = Mail.objects.filter(kind=KIND).order_by("pk")
    assert [(each.subject_key, each.to, each.reply_to) for each in found] == [
        ("one", [cast.member.email], [cast.manager.email]),
        ("two", [cast.member.email], [cast.manager.email]),
    ]


def test_the_letterhead_is_read_once(cast: Cast) -> None:
    about = cast.member.staff
    with CaptureQueriesContext(connection) as seen:
        readers = (cast.member, cast.manager, cast.owner)
        tell(KIND, TEMPLATE, [word(user, about) for user in readers], by=None, at=NOW)
    assert sum("people_legalentity" in each["sql"] for each in seen) == 1


def test_what_waits_is_called_off_and_what_may_leave_is_not(cast: Cast) -> None:
    entries = [add_time(cast, minutes=30), add_time(cast, minutes=40, on=NOW.date() - timedelta(days=2))]
    for entry, delay in zip(entries, (15, 0), strict=True):
        tell(
            KIND,
            TEMPLATE,
            [
                Word(
                    cast.member,
                    entry,
                    str(entry.pk),
                    {"words": "?", "lines": [entry], "url": "https://hm.example/"},
                )
            ],
            by=cast.manager,
            at=NOW,
            delay_seconds=delay,
        )
    mail.call_off(KIND, type(entries[0]), [entry.pk for entry in entries], by=cast.manager, at=NOW)
    states = Mail.objects.filter(kind=KIND).order_by("pk").values_list("state", flat=True)
    assert list(states) == [Mail.State.CANCELED, Mail.State.QUEUED]

"""Settings of reminders, and the page of sent mails with those of which nobody knows whether they left."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client as Web
from django.urls import reverse

from core.models import Mail
from people.models import Department, Role, StaffMember
from tests.cast import Cast
from timesheets.claiming import MAIL_KIND
from timesheets.models import Reminder, ReminderRule, ReminderSettings
from timesheets.reminding import remind_due

Browser = Callable[..., Web]
PAGE, SENT = "/time/reminders/", "/time/reminders/sent/"
RULE = {
    "moment": "AFTER", "days": "2", "hour": "16", "times": "3", "threshold_percent": "80", "counts": "SUBMITTED",
    "look_back_weeks": "2", "grace_days": "1", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def mail(cast: Cast) -> Mail:
    """The member was reminded; a worker took the mail and never came back."""
    StaffMember.objects.exclude(user=cast.member).update(starts_on=date(2027, 1, 1))
    StaffMember.objects.filter(user=cast.member).update(starts_on=date(2025, 1, 1))
    assert remind_due(at=datetime(2026, 11, 30, 9, 5, tzinfo=UTC)) == 1
    Mail.objects.filter(kind=MAIL_KIND).update(state="UNSURE")
    return Mail.objects.get(kind=MAIL_KIND)


def post(browser: Web, name: str, *args: Any, fragment: bool = False, **wish: Any) -> Any:
    headers = {"HX-Request": "true"} if fragment else {}
    return browser.post(reverse(f"timesheets:{name}", args=args), wish, headers=headers)


def test_a_firm_begins_with_rules_that_read_like_sentences(web: Browser, cast: Cast) -> None:
    answer = web(cast.owner).get(PAGE)
    assert "On the day it is due, at 9:00" in answer.text
    assert "1 day after it was due, at 9:00, then daily: 2 mails at most" in answer.text
    assert "the week before too" in answer.text


def test_a_rule_is_added_changed_and_removed(web: Browser, cast: Cast) -> None:
    browser, design = web(cast.owner), Department.objects.create(name="Design")
    staff = Role.objects.get(name="Staff")
    assert browser.get(reverse("timesheets:reminder-rule-new")).status_code == 200
    wish = RULE | {"roles": [staff.pk], "departments": [design.pk]}
    assert post(browser, "reminder-rule-new", fragment=True, **wish).status_code == 204
    rule = ReminderRule.objects.get(hour=16)
    assert (rule.days, rule.times, rule.threshold_percent, rule.counts) == (2, 3, 80, "SUBMITTED")
    page = browser.get(PAGE).text
    assert "2 days after it was due, at 16:00, then daily: 3 mails at most" in page
    assert "Less than 80 % of required hours submitted, the 2 weeks before too" in page
    assert "Staff in Design" in page
    assert "Less than, %" in browser.get(reverse("timesheets:reminder-rule", args=[rule.pk])).text
    changed = {name: value for name, value in RULE.items() if name != "is_active"} | {"hour": "7"}
    assert post(browser, "reminder-rule", rule.pk, fragment=True, **changed).status_code == 204
    rule.refresh_from_db()
    assert (rule.hour, rule.is_active, rule.roles.count()) == (7, False, 0)
    assert "Not in use" in browser.get(PAGE).text
    post(browser, "reminder-rule-removal", rule.pk)
    assert not ReminderRule.objects.filter(pk=rule.pk).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": "0"}, "Say how many days"),
        ({"moment": "BEFORE", "days": "2", "times": "3"}, "only 2 days before"),
        ({"threshold_percent": "101"}, "less than or equal to 100"),
        ({"hour": "24"}, "Select a valid choice"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    web: Browser, cast: Cast, changes: dict[str, str], words: str
) -> None:
    answer = post(web(cast.owner), "reminder-rule-new", fragment=True, **(RULE | changes))
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_is_reminded_without_rules(web: Browser, cast: Cast) -> None:
    ReminderRule.objects.all().delete()
    assert "Nobody is reminded" in web(cast.owner).get(PAGE).text


def test_due_day_and_digests_are_saved(web: Browser, cast: Cast) -> None:
    wish = {"due_after_days": "3", "digest_after_days": "1", "digest_hour": "10", "approvals_hour": "7"}
    assert post(web(cast.owner), "reminders", **wish).status_code == 302
    known = ReminderSettings.objects.get()
    assert (known.due_after_days, known.digest_hour, known.sends_digest) == (3, 10, False)
    assert post(web(cast.owner), "reminders", due_after_days="x").status_code == 422


def test_nothing_was_sent_yet(web: Browser, cast: Cast) -> None:
    browser = web(cast.owner)
    assert "No mails yet" in browser.get(SENT).text
    assert "Nothing is unsure" in browser.get(f"{SENT}?only=unsure").text


def test_an_unsure_mail_is_shown_and_sent_again_by_a_person(web: Browser, cast: Cast, mail: Mail) -> None:
    browser = web(cast.owner)
    assert "mails may or may not have left" in browser.get(PAGE).text
    listed = browser.get(f"{SENT}?only=unsure").text
    assert "Not sure that it left" in listed
    assert "Priya Raman" in listed
    reminder = Reminder.objects.get()
    assert post(browser, "reminder-again", reminder.pk).status_code == 302
    again = Mail.objects.get()
    assert (again.state, again.message_id, again.generation) == ("QUEUED", mail.message_id, 2)
    assert "On its way" in browser.get(SENT).text
    # It is on its way, so once is enough.
    assert post(browser, "reminder-again", reminder.pk).status_code >= 400


def test_a_person_says_that_it_arrived(web: Browser, cast: Cast, mail: Mail) -> None:
    browser = web(cast.owner)
    post(browser, "reminder-arrived", Reminder.objects.get().pk)
    assert Mail.objects.get().state == "SENT"
    assert "Nothing is unsure" in browser.get(f"{SENT}?only=unsure").text


def test_others_do_not_see_them(web: Browser, cast: Cast, mail: Mail) -> None:
    for user in (cast.member, cast.manager):
        browser = web(user)
        assert browser.get(PAGE).status_code == browser.get(SENT).status_code == 403
        assert post(browser, "reminder-again", Reminder.objects.get().pk).status_code == 403


def test_the_pages_cost_the_same_for_many(
    web: Browser, cast: Cast, mail: Mail, django_assert_max_num_queries: Any
) -> None:
    browser, claim = web(cast.owner), Reminder.objects.get()
    for day in range(1, 20):
        Reminder.objects.create(
            kind="DIGEST", staff=claim.staff, period_first=claim.period_first, day=date(2026, 12, day)
        )
        ReminderRule.objects.create(moment="AFTER", days=day)
    browser.get(PAGE)
    with django_assert_max_num_queries(16):
        browser.get(PAGE)
    with django_assert_max_num_queries(12):
        browser.get(SENT)

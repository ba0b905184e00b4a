"""The approval pages over HTTP: who sees what, deciding with a signature, cutting, taking back, and their cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Mail
from people.models import WorkingPattern
from tests.cast import NOW, PASSWORD, TODAY, add_person
from tests.timesheets.work import add_time
from timesheets.approvals_queue import queue
from timesheets.models import TimeEntry, TimeRules
from timesheets.submitting import submit_time

State = TimeEntry.State
MONDAY = TODAY - timedelta(days=9)
SIGNED = {"typed_name": "Dana Ruiz", "password": PASSWORD}


def submit_week(cast, user=None, days=5, minutes=480, **fields):
    user = user or cast.member
    entries = [
        add_time(cast, user, minutes=minutes, on=MONDAY + timedelta(days=n), **fields) for n in range(days)
    ]
    submit_time(staff=user.staff_member, entry_ids=[e.pk for e in entries], by=user, at=timezone.now())
    return entries


def lines(entries):
    return ",".join(str(entry.pk) for entry in entries)


@pytest.fixture
def manager(web, cast):
    return web(cast.manager)


def flags(cast):
    (sheet,) = queue(cast.manager, timezone.now(), TODAY).sheets
    return [flag.words for flag in sheet.flags]


def test_a_full_week_inside_all_limits_is_clean(cast):
    submit_week(cast)
    found = queue(cast.manager, timezone.now(), TODAY)
    assert [sheet.staff.name for sheet in found.clean] == ["Priya Raman"]
    assert found.clean_minutes == 2400


def test_a_short_week_and_a_long_day_need_a_look(cast):
    submit_week(cast, days=2, minutes=660)
    assert flags(cast) == ["18.0 h short", "2 lines on long days"]


def test_a_missing_note_counts_where_the_firm_asks_for_notes(cast):
    submit_week(cast)
    TimeRules.objects.update(requires_notes=True)
    assert flags(cast) == ["5 notes missing"]


def test_a_line_without_a_rate_and_a_free_day_need_a_look(cast):
    pattern = WorkingPattern.objects.create(name="Four days", friday_minutes=0)
    staff = cast.member.staff_member
    staff.working_pattern = pattern
    staff.save()
    submit_week(cast, rate_amount=None, rate_currency="")
    assert flags(cast) == ["8.0 h over required", "5 lines without a rate", "Friday"]


def test_a_budget_that_is_passed_needs_a_look(cast):
    cast.design.budget_minutes = 600
    cast.design.save()
    submit_week(cast)
    assert flags(cast) == ["5 lines over budget"]


def test_what_waits_for_days_needs_a_look(cast):
    submit_week(cast)
    (sheet,) = queue(cast.manager, timezone.now() + timedelta(days=4), TODAY).sheets
    assert [flag.words for flag in sheet.flags] == ["Waits 4 days"]


def test_the_page_shows_the_sheet_and_its_lines(manager, cast):
    submit_week(cast, note="Pressure zones")
    body = manager.get(reverse("timesheets:approvals")).content.decode()
    assert "Approve 1 clean sheet" in body
    assert body.count("Pressure zones") == 5
    assert "190.00" not in body


def test_rates_are_for_those_who_may_see_them(web, cast):
    submit_week(cast)
    assert "190.00" in web(cast.finance).get(reverse("timesheets:approvals")).content.decode()


def test_an_empty_queue_says_so(manager):
    assert "Everything is decided" in manager.get(reverse("timesheets:approvals")).content.decode()


def test_staff_have_no_approvals(web, cast):
    for name in ("approvals", "approve", "return"):
        assert web(cast.member).get(reverse(f"timesheets:{name}")).status_code == 403
    assert web(cast.member).post(reverse("timesheets:take-back") + "?lines=1").status_code == 403


def test_approving_with_a_signature_goes_back_to_the_queue_with_undo(manager, cast):
    entries = submit_week(cast)
    dialog = manager.get(reverse("timesheets:approve") + f"?lines={lines(entries)}").content.decode()
    assert "Approve 40.00 h" in dialog
    answer = manager.post(reverse("timesheets:approve"), {"lines": lines(entries), **SIGNED})
    assert answer["HX-Redirect"] == reverse("timesheets:approvals")
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.APPROVED}
    undo = reverse("timesheets:take-back") + f"?lines={lines(entries)}"
    assert manager.post(undo).status_code == 204
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.SUBMITTED}


def test_ticked_lines_go_before_the_whole_sheet(manager, cast):
    entries = submit_week(cast)
    url = reverse("timesheets:approve") + f"?lines={lines(entries)}&line={entries[0].pk}"
    assert "Approve 8.00 h" in manager.get(url).content.decode()


def test_a_wrong_password_keeps_the_name_and_decides_nothing(manager, cast):
    entries = submit_week(cast)
    answer = manager.post(
        reverse("timesheets:approve"), {"lines": lines(entries), **SIGNED, "password": "wrong"}
    )
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "This is not your password" in body
    assert 'value="Dana Ruiz"' in body
    assert "wrong" not in body
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.SUBMITTED}


def test_lines_of_other_people_are_not_even_shown(manager, cast):
    theirs = submit_week(cast, cast.finance)
    body = manager.get(reverse("timesheets:approve") + f"?lines={lines(theirs)}").content.decode()
    assert "Kemi" not in body
    answer = manager.post(reverse("timesheets:approve"), {"lines": lines(theirs), **SIGNED})
    assert answer.status_code == 422
    assert set(TimeEntry.objects.values_list("state", flat=True)) == {State.SUBMITTED}


def test_returning_asks_for_a_reason_and_mails_the_owner_once(manager, cast):
    entries = submit_week(cast)
    empty = manager.post(reverse("timesheets:return"), {"lines": lines(entries[:2]), "reason": " "})
    assert empty.status_code == 422
    manager.post(reverse("timesheets:return"), {"lines": lines(entries[:2]), "reason": "Belongs to review."})
    mail = Mail.objects.get(kind="timesheets.returned")
    assert mail.to == ["priya@hm.example"]
    assert "Belongs to review." in mail.text
    assert f"/time/{MONDAY.isoformat()}/" in mail.text
    assert TimeEntry.objects.filter(state=State.REJECTED).count() == 2


def test_a_cut_asks_for_its_reason_under_the_line(manager, cast):
    (entry, *_) = submit_week(cast)
    entry.refresh_from_db()
    url = reverse("timesheets:cut", args=[entry.pk])
    asked = manager.post(url, {"billable": "6", "version": entry.version})
    assert asked.status_code == 422
    assert "Say why fewer hours are billed" in asked.content.decode()
    saved = manager.post(url, {"billable": "6", "version": entry.version, "reason": "Rework"})
    assert saved.status_code == 200
    assert "Billable cut by <b>2.00 h</b>" in saved.content.decode()
    assert "Rework" in saved.content.decode()


@pytest.mark.parametrize("typed", ["9", "1:75", "abc"])
def test_a_cut_that_cannot_be_keeps_what_was_typed(manager, cast, typed):
    (entry, *_) = submit_week(cast)
    entry.refresh_from_db()
    answer = manager.post(
        reverse("timesheets:cut", args=[entry.pk]),
        {"billable": typed, "version": entry.version, "reason": "x"},
    )
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()


def test_who_has_not_submitted_and_what_was_decided_have_their_lists(manager, cast):
    entries = submit_week(cast)
    manager.post(reverse("timesheets:approve"), {"lines": lines(entries), **SIGNED})
    decided = manager.get(reverse("timesheets:approvals") + "?tab=decided").content.decode()
    assert "Take back" in decided
    assert manager.get(reverse("timesheets:approvals") + "?tab=missing").status_code == 200


def test_own_time_is_not_in_the_own_queue_while_somebody_else_could_decide(owner, cast):
    submit_week(cast, cast.finance)
    assert queue(cast.finance, NOW, TODAY).sheets == []
    assert len(queue(owner, NOW, TODAY).sheets) == 1


def test_twenty_people_cost_as_many_statements_as_one(manager, cast):
    submit_week(cast)
    url = reverse("timesheets:approvals")
    manager.get(url)
    with CaptureQueriesContext(connection) as one:
        manager.get(url)
    for n in range(8):
        user = add_person(f"Person {n}", f"p{n}@hm.example", "Staff", manager=cast.manager.staff_member)
        submit_week(cast, user)
    with CaptureQueriesContext(connection) as many:
        manager.get(url)
    assert len(many) == len(one) <= 22

"""Submitting over HTTP: the dialog's sums, what is left out, resubmitting, recalling, locking."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.utils import timezone

from tests.cast import PASSWORD, Cast
from tests.timesheets.work import add_time
from timesheets.approving import return_time
from timesheets.models import SignedSubmission, SubmitRule, TimeEntry, TimeRules

HTMX = {"HX-Request": "true"}


@pytest.fixture
def today() -> date:
    return timezone.now().date()


@pytest.fixture
def member(web: Callable[..., Web], cast: Cast) -> Web:
    return web(cast.member)


def states() -> dict[str, int]:
    return {state: TimeEntry.objects.filter(state=state).count() for state in TimeEntry.State.values}


def seen(html: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', html)[1]  # type: ignore[index]


def ticked(html: str) -> dict[str, str]:
    """Everything confirmed that the dialog asks for."""
    return {"certified": "on", "acknowledged": "on", "seen": seen(html)}


def test_the_dialog_has_sums_issues_statement_and_who_is_next(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=90, on=today)
    html = member.get(f"/time/{today}/submit/").content.decode()
    for words in ("Submit 1.50 h", "These hours are true", "Goes to Dana Ruiz", "Counts toward 40.00 h"):
        assert words in html


def test_only_the_drafts_of_the_week_are_submitted(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=90, on=today)
    add_time(cast, minutes=60, on=today, state="REJECTED")
    other_week = add_time(cast, minutes=60, on=today - timedelta(days=7))
    html = member.get(f"/time/{today}/submit/").content.decode()
    assert "1 returned line is not part of this" in html
    answer = member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    assert states() == {"DRAFT": 1, "SUBMITTED": 1, "APPROVED": 0, "REJECTED": 1}
    other_week.refresh_from_db()
    assert other_week.state == "DRAFT"
    assert "1 line submitted, 1.50 h. Dana Ruiz decides next." in member.get("/time/").content.decode()


def test_what_changed_after_reading_is_not_submitted_blindly(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=90, on=today)
    html = member.get(f"/time/{today}/submit/").content.decode()
    TimeEntry.objects.update(worked_minutes=600, version=2)
    answer = member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    assert "Submit 10.00 h" in answer.content.decode()
    assert states()["DRAFT"] == 1


def test_the_statement_must_be_ticked_and_notes_be_there(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=90, on=today)
    html = member.get(f"/time/{today}/submit/").content.decode()
    unticked = member.post(f"/time/{today}/submit/", {"seen": seen(html)}, headers=HTMX)
    assert "Tick the statement" in unticked.content.decode()
    TimeRules.objects.update(requires_notes=True)
    assert "has no note" in member.get(f"/time/{today}/submit/").content.decode()
    refused = member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    assert "has no note" in refused.content.decode()
    assert states()["DRAFT"] == 1


def test_a_return_is_shown_corrected_and_resubmitted_alone(member: Web, cast: Cast, today: date) -> None:
    kept, returned = (
        add_time(cast, minutes=60, on=today),
        add_time(cast, minutes=90, on=today, task=cast.review),
    )
    html = member.get(f"/time/{today}/submit/").content.decode()
    member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    return_time(entry_ids=[returned.pk], reason="Two hours too many", by=cast.manager, at=timezone.now())
    page = member.get("/time/").content.decode()
    assert "1 line was returned" in page
    assert "Two hours too many" in page
    assert "Resubmit 1 line" in page
    assert member.post(f"/time/{today}/resubmit/", headers=HTMX)["HX-Refresh"] == "true"
    assert states()["SUBMITTED"] == 2
    kept.refresh_from_db()
    assert kept.version == 2  # untouched by the return and by resubmitting the other


def test_recalling_while_nobody_decided(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=60, on=today)
    html = member.get(f"/time/{today}/submit/").content.decode()
    member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    assert "Recall 1 line" in member.get("/time/").content.decode()
    assert member.post(f"/time/{today}/recall/", headers=HTMX).status_code == 204
    assert states()["DRAFT"] == 1
    again = member.post(f"/time/{today}/recall/", headers=HTMX)
    assert again.status_code == 422
    assert "nothing to recall" in again.content.decode()


def test_locking_days_needs_the_right(web: Any, cast: Cast, today: date) -> None:
    assert web(cast.member).get("/time/lock/").status_code == 403
    assert "Lock days" not in web(cast.member).get("/time/").content.decode()
    owner = web(cast.owner)
    assert "Lock days" in owner.get("/time/").content.decode()
    assert "Locked through" in owner.get("/time/lock/").content.decode()
    assert owner.post("/time/lock/", {"locked_through": str(today)}, headers=HTMX).status_code == 204
    assert TimeRules.objects.get().locked_through == today
    assert owner.post("/time/lock/", {"locked_through": "soon"}, headers=HTMX).status_code == 422
    assert owner.post("/time/lock/", {"locked_through": ""}, headers=HTMX).status_code == 422
    opened = {"locked_through": "", "reason": "One sheet came late."}
    assert owner.post("/time/lock/", opened, headers=HTMX).status_code == 204
    assert TimeRules.objects.get().locked_through is None


def test_days_and_weeks_are_chosen_in_the_same_dialog(member: Web, cast: Cast, today: date) -> None:
    monday = today - timedelta(days=today.weekday() + 7)
    for week in (monday - timedelta(days=7), monday):
        for day in range(5):
            add_time(cast, on=week + timedelta(days=day))
    url = f"/time/{monday}/submit/"
    html = member.get(url).content.decode()
    assert f"Submit week of {monday.day} {monday:%b}?" in html
    assert "Submit 40.00 h" in html
    assert "Choose weeks and days" in html
    both = {"period": [monday - timedelta(days=7), monday]}
    html = member.get(url, both).content.decode()
    assert "Submit 2 weeks?" in html
    assert "Submit 80.00 h" in html
    assert "Counts toward 80.00 h" in html
    some = both | {"chosen": "1", "day": [monday, monday - timedelta(days=7)]}
    html = member.get(url, some).content.decode()
    assert "Submit 16.00 h" in html
    assert "short" not in html
    answer = member.post(url, some | ticked(html), headers=HTMX)
    assert answer["HX-Refresh"] == "true"
    assert states()["SUBMITTED"] == 2
    nothing = member.get(url, {"chosen": "1"}).content.decode()
    assert "Nothing is chosen" in nothing
    assert member.get(url, {"day": "soon", "chosen": "1"}).status_code == 422


def test_a_month_is_submitted_where_the_firm_says_so(member: Web, cast: Cast, today: date) -> None:
    TimeRules.objects.update(period_kind="MONTHLY")
    SubmitRule.objects.update(severity="OFF")
    first = today.replace(day=1)
    add_time(cast, on=first)
    add_time(cast, on=today, minutes=60)
    html = member.get(f"/time/{today}/submit/").content.decode()
    assert f"Submit {today:%B %Y}?" in html
    assert member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX).status_code == 204
    assert states()["SUBMITTED"] == 2


def test_warnings_are_read_and_blocks_lead_to_their_cell(member: Web, cast: Cast, today: date) -> None:
    entry = add_time(cast, minutes=800, on=today, note="x")
    html = member.get(f"/time/{today}/submit/").content.decode()
    assert "has 13.33 h, more than 12.00 h" in html
    cell = f"{cast.design.pk}-{cast.engineering.pk}-{today:%Y%m%d}"
    assert f"/time/{today}/#c-{cell}" in html
    unread = member.post(f"/time/{today}/submit/", ticked(html) | {"acknowledged": ""}, headers=HTMX)
    assert "Confirm that you have read the warnings" in unread.content.decode()
    TimeRules.objects.update(requires_notes=True, note_min_length=5)
    html = member.get(f"/time/{today}/submit/").content.decode()
    assert "has a note of fewer than 5 characters" in html
    assert f"/entries/{cast.design.pk}-{cast.engineering.pk}/" in html
    assert 'data-busy="Submitting" disabled' in html
    blocked = member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    assert blocked.status_code == 422
    entry.refresh_from_db()
    assert entry.state == "DRAFT"


def test_where_it_is_asked_for_the_person_signs(member: Web, cast: Cast, today: date) -> None:
    TimeRules.objects.update(signs_submit=True)
    add_time(cast, on=today)
    html = member.get(f"/time/{today}/submit/").content.decode()
    assert 'autocomplete="current-password"' in html
    unsigned = member.post(f"/time/{today}/submit/", ticked(html), headers=HTMX)
    assert unsigned.status_code == 422
    wrong = ticked(html) | {"typed_name": "Priya Raman", "password": "wrong"}
    assert "not your password" in member.post(f"/time/{today}/submit/", wrong, headers=HTMX).content.decode()
    right = wrong | {"password": PASSWORD}
    assert member.post(f"/time/{today}/submit/", right, headers=HTMX).status_code == 204
    assert str(SignedSubmission.objects.get().certification.address) == "127.0.0.1"


def test_resubmitting_asks_where_something_is_open(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=90, on=today, state="REJECTED")
    TimeRules.objects.update(signs_submit=True)
    answer = member.post(f"/time/{today}/resubmit/", headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#dialog")
    html = answer.content.decode()
    assert "Resubmit 1 line?" in html
    assert 'name="lines" value="returned"' in html
    signed = ticked(html) | {"lines": "returned", "typed_name": "Priya Raman", "password": PASSWORD}
    assert member.post(f"/time/{today}/submit/", signed, headers=HTMX).status_code == 204
    assert states()["SUBMITTED"] == 1

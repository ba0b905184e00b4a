"""Submitting over HTTP: the dialog's sums, what is left out, resubmitting, recalling, locking."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.utils import timezone

from tests.cast import Cast
from tests.timesheets.work import add_time
from timesheets.approving import return_time
from timesheets.models import TimeEntry, TimeRules

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

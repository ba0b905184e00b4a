"""Timers and reminders by the API."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core import clock
from core.models import Mail
from people.models import StaffMember
from tests.api.conftest import Program
from tests.cast import Cast
from timesheets.models import Reminder, TimeEntry, Timer

Api = Callable[..., Program]


@pytest.fixture
def priya(cast: Cast, api: Api) -> Program:
    return api(cast.member)


def ago(minutes: int) -> None:
    """The running timer was started so long ago."""
    Timer.objects.running().update(running_since=clock.now() - timedelta(minutes=minutes, seconds=5))


def test_a_timer_runs_and_becomes_a_line(cast: Cast, priya: Program) -> None:
    begun = priya.post("/timers/start", {"task_id": cast.design.pk, "note": "Valve chamber"})
    assert priya.status == 201
    assert (begun["is_running"], begun["labor_code_id"]) == (True, cast.engineering.pk)
    ago(30)
    [listed] = priya.get("/timers")["items"]
    assert (listed["id"], listed["seconds"]) == (begun["id"], 30 * 60 + 5)
    assert priya.post("/timers/pause", {})["is_running"] is False
    assert priya.post(f"/timers/{begun['id']}/resume", {})["is_running"] is True
    stopped = priya.post("/timers/stop", {})
    assert [line["worked_minutes"] for line in stopped["entries"]] == [30]
    assert stopped["kept"] == []
    priya.post("/timers/stop", {})
    assert priya.status == 422


def test_what_has_no_place_is_kept_until_it_has_one(cast: Cast, priya: Program) -> None:
    begun = priya.post("/timers/start", {"note": "Call"})
    ago(20)
    [kept] = priya.post("/timers/stop", {})["kept"]
    assert kept["why_kept"] == "Choose what you worked on."
    wish = {"task_id": cast.design.pk, "minutes": 25}
    assert priya.patch(f"/timers/{begun['id']}", wish)["written_minutes"] == 25
    assert TimeEntry.objects.get().worked_minutes == 25
    priya.patch(f"/timers/{begun['id']}", {"minutes": 30})
    assert priya.status == 422
    priya.delete(f"/timers/{begun['id']}")
    assert (priya.status, Timer.objects.count()) == (204, 0)


def test_timers_of_others_need_the_right(cast: Cast, api: Api, priya: Program) -> None:
    begun = priya.post("/timers/start", {})
    dana = api(cast.manager)
    dana.post(f"/timers/{begun['id']}/finish", {})
    assert dana.status == 403
    dana.get(f"/timers?staff_id={cast.member.staff_member.pk}")
    assert dana.status == 403
    olu = api(cast.owner)
    assert olu.get(f"/timers?staff_id={cast.member.staff_member.pk}")["items"][0]["id"] == begun["id"]


def test_rules_of_reminders(cast: Cast, api: Api, priya: Program) -> None:
    olu = api(cast.owner)
    made = olu.post("/reminder-rules", {"moment": "BEFORE", "days": 3, "times": 2, "hour": 16})
    assert (olu.status, made["threshold_percent"], made["roles"]) == (201, 100, [])
    olu.post("/reminder-rules", {"moment": "BEFORE", "days": 1, "times": 2})
    assert olu.status == 422
    changed = olu.put(f"/reminder-rules/{made['id']}", {"moment": "ON", "counts": "SUBMITTED"})
    assert (changed["days"], changed["counts"]) == (0, "SUBMITTED")
    assert len(olu.get("/reminder-rules")["items"]) == 3
    olu.delete(f"/reminder-rules/{made['id']}")
    assert len(olu.get("/reminder-rules")["items"]) == 2
    assert olu.patch("/reminder-settings", {"digest_hour": 11})["digest_hour"] == 11
    assert olu.get("/reminder-settings")["due_after_days"] == 1
    priya.get("/reminder-rules")
    assert priya.status == 403


def test_reminding_by_hand_and_what_became_of_the_mail(cast: Cast, api: Api) -> None:
    StaffMember.objects.update(starts_on=date(2025, 1, 1))
    olu, member = api(cast.owner), cast.member.staff_member.pk
    wish: dict[str, Any] = {"staff_ids": [member], "first": "2026-11-02", "last": "2026-11-08"}
    assert olu.post("/reminders", wish) == {"sent": 1, "already": 0, "complete": 0}
    assert olu.post("/reminders", wish) == {"sent": 0, "already": 1, "complete": 0}
    olu.post("/reminders", wish | {"last": "2026-11-01"})
    assert olu.status == 422
    olu.post("/reminders", wish | {"staff_ids": [member, 777001]})
    assert olu.status == 404
    [listed] = olu.get("/reminders")["items"]
    assert (listed["kind"], listed["missing_minutes"], listed["by"]) == ("MISSING", 2400, cast.owner.name)
    assert olu.get("/reminders?only=unsure")["items"] == []
    Mail.objects.update(state="UNSURE")
    [unsure] = olu.get("/reminders?only=unsure")["items"]
    assert olu.post(f"/reminders/{unsure['id']}/send-again", {})["state"] == "QUEUED"
    Mail.objects.update(state="UNSURE", claimed_at=clock.now())
    assert olu.post(f"/reminders/{Reminder.objects.get().pk}/confirm", {})["state"] == "SENT"

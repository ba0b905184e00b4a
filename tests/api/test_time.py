"""Time by the API: logged by minutes and as typed, changed, submitted, decided on; with the rights of the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.models import Action
from tests.api.conftest import Program
from tests.cast import PASSWORD, TODAY, Cast
from tests.timesheets.work import add_time
from timesheets.locking import lock_through
from timesheets.models import TimeEntry, TimeRules

Api = Callable[..., Program]
DAY = TODAY.isoformat()


@pytest.fixture
def priya(cast: Cast, api: Api) -> Program:
    return api(cast.member)


@pytest.fixture
def dana(cast: Cast, api: Api) -> Program:
    return api(cast.manager)


def log(program: Program, cast: Cast, **changes: Any) -> Any:
    wish = {"task_id": cast.design.pk, "worked_on": DAY, "text": "1:30", "on": DAY} | changes
    return program.post("/time-entries", {name: value for name, value in wish.items() if value is not None})


def test_time_is_logged_as_typed_and_by_minutes(cast: Cast, priya: Program) -> None:
    typed = log(priya, cast, note="Model of flows")
    assert priya.status == 201
    assert (typed["worked_minutes"], typed["state"], typed["note"]) == (90, "DRAFT", "Model of flows")
    assert typed["labor_code_id"] == cast.engineering.pk
    assert (typed["client_name"], typed["rate"]) == ("City of Larkspur", None)
    counted = log(priya, cast, text=None, minutes=45)
    assert counted["id"] != typed["id"]
    assert priya.get(f"/time-entries/{typed['id']}") == typed
    listed = priya.get(f"/time-entries?project_id={cast.project.pk}&state=DRAFT&first_on={DAY}")
    assert [row["worked_minutes"] for row in listed["items"]] == [90, 45]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"text": "1.5.2"}, "text"),
        ({"text": "25"}, "text"),
        ({"text": None, "minutes": 0}, "minutes"),
        ({"text": None, "minutes": 1441}, "minutes"),
        ({"worked_on": "2026-13-01"}, "worked_on"),
        ({"worked_on": 1795600000}, "worked_on"),
        ({"worked_on": "1795600000"}, "worked_on"),
        ({"nonsense": 1}, "nonsense"),
        ({"on": "0001-01-01"}, "on"),
    ],
)
def test_wrong_wishes_name_their_field(
    cast: Cast, priya: Program, changes: dict[str, Any], path: str
) -> None:
    problem = log(priya, cast, **changes)
    assert priya.status == 422
    assert [error["path"] for error in problem["errors"]] == [path]
    assert not TimeEntry.objects.exists()


def test_minutes_and_text_at_once_are_refused(cast: Cast, priya: Program) -> None:
    log(priya, cast, minutes=60)
    assert priya.status == 422


def test_a_line_is_changed_in_the_version_that_was_read(cast: Cast, priya: Program) -> None:
    first = log(priya, cast)
    path = f"/time-entries/{first['id']}"
    second = priya.patch(path, {"minutes": 120, "version": 1, "on": DAY})
    assert (second["worked_minutes"], second["version"]) == (120, 2)
    assert second["updated_at"] > first["updated_at"]
    assert priya.patch(path, {"note": "Only words", "on": DAY})["worked_minutes"] == 120
    priya.patch(path, {"text": "3", "version": 1, "on": DAY})
    assert priya.status == 409
    assert priya.delete(f"{path}?version=3&on={DAY}") is None
    assert priya.status == 204
    priya.get(path)
    assert priya.status == 404
    back = priya.post("/time-entries/restore", {"entries": [{"id": first["id"], "version": 3}], "on": DAY})
    assert [row["id"] for row in back["items"]] == [first["id"]]


def test_a_cell_is_typed_into_cleared_and_split(cast: Cast, priya: Program) -> None:
    cell = {"task_id": cast.design.pk, "worked_on": DAY, "on": DAY}
    entry = priya.put("/week-cells", cell | {"text": "2h"})["entry"]
    assert entry["worked_minutes"] == 120
    priya.put("/week-cells", cell | {"text": "3"})
    assert priya.status == 409
    seen = {"entry_id": entry["id"], "version": entry["version"]}
    entry = priya.put("/week-cells", cell | seen | {"text": "3"})["entry"]
    lines = [
        {"id": entry["id"], "version": entry["version"], "minutes": 60},
        {"text": "30m", "note": "Call"},
    ]
    split = priya.put("/week-cells/lines", cell | {"lines": lines})["items"]
    assert [(row["worked_minutes"], row["note"]) for row in split] == [(60, ""), (30, "Call")]
    problem = priya.put("/week-cells/lines", cell | {"lines": [{"text": "1:99"}]})
    assert [error["path"] for error in problem["errors"]] == ["lines.0.text"]
    moved = priya.post(
        "/time-entries/move",
        {
            "task_id": cast.review.pk,
            "on": DAY,
            "entries": [{"id": row["id"], "version": row["version"]} for row in split],
        },
    )
    assert {row["task_id"] for row in moved["items"]} == {cast.review.pk}


def test_the_week_with_what_can_be_logged_to(cast: Cast, priya: Program) -> None:
    log(priya, cast)
    week = priya.get(f"/weeks/{DAY}?on={DAY}")
    assert (week["first_on"], week["worked_minutes"], week["state"]) == ("2026-11-23", 90, "Open")
    assert [day["worked_minutes"] for day in week["days"]] == [0, 0, 90, 0, 0, 0, 0]
    assert [row["minutes"] for row in week["rows"]] == [90]
    assert [row["worked_minutes"] for row in week["entries"]] == [90]
    rows = priya.get("/loggable-rows?q=structural")["items"]
    assert [row["task_id"] for row in rows] == [cast.review.pk]
    priya.get("/weeks/2026-02-30")
    assert priya.status == 422


def test_only_changes_since_an_instant(cast: Cast, priya: Program) -> None:
    first, second = log(priya, cast), log(priya, cast)
    changed = priya.patch(f"/time-entries/{first['id']}", {"text": "4", "on": DAY})
    since = second["updated_at"].replace("+", "%2B")
    rows = priya.get(f"/time-entries?updated_since={since}")["items"]
    assert [row["id"] for row in rows] == [second["id"], changed["id"]]


def test_a_week_is_submitted_certified_returned_and_recalled(
    cast: Cast, priya: Program, dana: Program
) -> None:
    first, second = log(priya, cast), log(priya, cast, text="2")
    done = priya.post(f"/weeks/{DAY}/submit", {"on": DAY, "acknowledged": True})
    assert (done["minutes"], done["waits_for"]) == (210, ["Dana Ruiz"])
    assert priya.post(f"/weeks/{DAY}/recall", {})["entry_ids"] == [first["id"], second["id"]]
    priya.post("/time-entries/submit", {"entry_ids": [first["id"], second["id"]], "acknowledged": True})
    waiting = dana.get("/approvals/time")["items"]
    assert [row["id"] for row in waiting] == [first["id"], second["id"]]
    (sheet,) = dana.get("/approvals/time/sheets")["items"]
    assert sheet["entry_ids"] == [first["id"], second["id"]]
    returned = dana.post(
        "/approvals/time/return", {"entry_ids": [second["id"]], "reason": "Which sheet was this?"}
    )
    assert returned["entry_ids"] == [second["id"]]
    assert priya.get(f"/time-entries/{second['id']}")["returned"]["reason"] == "Which sheet was this?"
    assert dana.get("/approvals/time/policy")["asks_password"] is True
    chosen = {"entries": [{"id": row["id"], "version": row["version"]} for row in waiting]}
    dana.post("/approvals/time/approve", chosen)
    assert dana.status == 422
    signature = {"typed_name": "Dana Ruiz", "password": "wrong"}
    problem = dana.post("/approvals/time/approve", chosen | {"signature": signature})
    assert problem["errors"][0]["path"] == "password"
    signature["password"] = PASSWORD
    approved = dana.post("/approvals/time/approve", chosen | {"signature": signature})
    assert (approved["entry_ids"], approved["minutes"]) == ([first["id"]], 90)
    assert approved["certification_id"]
    assert priya.get(f"/time-entries/{first['id']}")["state"] == "APPROVED"
    (goes, *_) = dana.get("/approvals/time/decided")["items"]
    assert goes["staff_name"] == "Priya Raman"
    again = dana.post("/approvals/time/take-back", {"entry_ids": [first["id"]], "reason": "Too fast"})
    assert again["entry_ids"] == [first["id"]]
    entry = priya.get(f"/time-entries/{first['id']}")
    cut = dana.patch(
        f"/approvals/time/{first['id']}",
        {"billable_minutes": 60, "reason": "Learning", "version": entry["version"]},
    )
    assert (cut["billable_minutes"], cut["worked_minutes"]) == (60, 90)
    assert isinstance(dana.get("/approvals/time/missing")["items"], list)


def test_others_are_read_and_recorded_with_the_right_alone(cast: Cast, api: Api) -> None:
    mine, theirs = add_time(cast), add_time(cast, cast.finance)
    for user, seen in ((cast.member, [mine.pk]), (cast.manager, [mine.pk, theirs.pk])):
        assert [row["id"] for row in api(user).get("/time-entries")["items"]] == seen
    priya, olu = api(cast.member), api(cast.owner)
    priya.get(f"/time-entries/{theirs.pk}")
    assert priya.status == 404
    log(priya, cast, staff_id=cast.manager.staff_member.pk)
    assert priya.status == 403
    entry = log(olu, cast, staff_id=cast.member.staff_member.pk)
    assert entry["staff_name"] == "Priya Raman"
    assert entry["rate"] == {
        "amount": "190.00",
        "currency": "USD",
        "minutes": 60,
        "source": entry["rate"]["source"],
    }
    priya.get("/approvals/time")
    assert priya.status == 403


def test_locked_days_say_so(cast: Cast, api: Api, priya: Program) -> None:
    lock_through(on=TODAY, by=cast.finance)
    problem = log(priya, cast)
    assert (priya.status, problem["type"]) == (422, "urn:psa:problem:day-is-locked")
    assert priya.get("/time-rules")["locked_through"] == DAY
    priya.put("/time-rules/lock", {"locked_through": None})
    assert priya.status == 403
    kemi = api(cast.finance)
    kemi.put("/time-rules/lock", {"locked_through": None, "reason": "A late sheet"})
    assert kemi.status == 200
    log(priya, cast)
    assert priya.status == 201


def test_a_scope_of_reading_writes_nothing(cast: Cast, api: Api) -> None:
    reader = api(cast.member, "time:read")
    log(reader, cast)
    assert reader.status == 403
    assert reader.get("/time-entries")["items"] == []


def test_a_period_is_read_checked_and_submitted_by_days(cast: Cast, priya: Program) -> None:
    log(priya, cast, worked_on="2026-11-24")
    log(priya, cast)
    period = priya.get(f"/periods/{DAY}?on={DAY}")
    assert (period["name"], period["first_on"], period["state"]) == ("week of 23 Nov", "2026-11-23", "Open")
    assert (period["needs_submission"], period["required_minutes"], period["open_minutes"]) == (
        True,
        2400,
        180,
    )
    assert [each["kind"] for each in period["findings"]] == ["WEEK_SHORT"]
    problem = priya.post(f"/periods/{DAY}/submit", {"days": [DAY], "on": DAY})
    assert (priya.status, problem["type"]) == (422, "urn:psa:problem:warnings-are-open")
    done = priya.post(f"/periods/{DAY}/submit", {"days": [DAY], "on": DAY, "acknowledged": True})
    assert done["minutes"] == 90
    assert priya.get(f"/periods/{DAY}")["open_minutes"] == 90


def test_rules_are_changed_by_whoever_manages_them(cast: Cast, api: Api, priya: Program) -> None:
    priya.patch("/time-rules", {"requires_notes": True})
    assert priya.status == 403
    kemi = api(cast.finance)
    change = {
        "requires_notes": True,
        "is_dcaa": True,
        "checks": [{"kind": "DAY_HOURS", "severity": "BLOCK", "limit_minutes": 600}],
    }
    changed = kemi.patch("/time-rules", change)
    assert (changed["requires_notes"], changed["is_dcaa"], changed["allows_future"]) == (True, True, False)
    assert {"kind": "DAY_HOURS", "severity": "BLOCK", "limit_minutes": 600} in changed["checks"]
    problem = kemi.patch("/time-rules", {"checks": [{"kind": "WEEK_OVER", "severity": "WARN"}]})
    assert (kemi.status, problem["type"]) == (422, "urn:psa:problem:limit-is-missing")


def test_late_work_is_dated_to_the_first_open_day(cast: Cast, api: Api, priya: Program) -> None:
    rules = api(cast.finance).patch("/time-rules", {"dates_late": True})
    assert rules["dates_late"] is True
    TimeRules.objects.update(locked_through=date(2026, 11, 24))
    problem = log(priya, cast, worked_on="2026-11-20")
    assert (priya.status, problem["type"]) == (422, "urn:psa:problem:day-is-locked")
    late = log(priya, cast, worked_on="2026-11-20", dates_late=True)
    assert (late["worked_on"], late["original_on"]) == ("2026-11-25", "2026-11-20")
    assert log(priya, cast)["original_on"] is None


def test_a_signature_and_a_reason_by_the_api(cast: Cast, api: Api, priya: Program) -> None:
    TimeRules.objects.update(is_dcaa=True)
    problem = log(priya, cast, worked_on="2026-11-24", note="Survey")
    assert (priya.status, problem["type"]) == (422, "urn:psa:problem:reason-is-needed")
    entry = log(priya, cast, worked_on="2026-11-24", note="Survey", reason="Was on site")
    assert priya.status == 201
    assert Action.objects.get(verb="time.record").why == "Was on site"
    wish = {"entry_ids": [entry["id"]], "acknowledged": True}
    assert priya.post("/time-entries/submit", wish)["type"] == "urn:psa:problem:signature-is-missing"
    signed = wish | {"signature": {"typed_name": "Priya Raman", "password": PASSWORD}}
    assert priya.post("/time-entries/submit", signed)["minutes"] == 90
    priya.delete(f"/time-entries/{entry['id']}?on={DAY}&reason=Wrong")
    assert priya.status == 422

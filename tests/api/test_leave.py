"""Leave by the API: asked for, changed, decided on, balances; with the rights of the pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from approvals.models import Step
from core import clock
from staffing.models import LeaveRequest, LeaveType
from tests.api.conftest import Program
from tests.cast import PASSWORD, Cast

Api = Callable[..., Program]


@pytest.fixture
def priya(cast: Cast, api: Api) -> Program:
    return api(cast.member)


@pytest.fixture
def dana(cast: Cast, api: Api) -> Program:
    return api(cast.manager)


def monday(weeks: int = 4) -> date:
    today = clock.today()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def ask(program: Program, **changes: Any) -> Any:
    wish = {"leave_type_id": LeaveType.objects.get(name="Vacation").pk, "starts_on": monday().isoformat()}
    return program.post("/leave-requests", wish | changes)


def test_leave_is_asked_for_and_approved(priya: Program, dana: Program) -> None:
    asked = ask(priya, ends_on=(monday() + timedelta(days=4)).isoformat(), ends_at_noon=True, note="Skiing")
    assert priya.status == 201
    assert (asked["minutes"], asked["days"], asked["state"], asked["waits_for"]) == (
        2160,
        "4.5",
        "SUBMITTED",
        "Dana Ruiz",
    )
    assert [row["id"] for row in dana.get("/approvals/leave")["items"]] == [asked["id"]]
    chosen = {"requests": [{"id": asked["id"], "version": asked["version"]}]}
    assert dana.post("/approvals/leave/approve", chosen)["request_ids"] == [asked["id"]]
    assert priya.get(f"/leave-requests/{asked['id']}")["state"] == "APPROVED"
    assert dana.post("/approvals/leave/approve", chosen)["status"] == 422
    taken = dana.post("/approvals/leave/take-back", {"request_ids": [asked["id"]]})
    assert taken == {"request_ids": [asked["id"]]}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"starts_on": "tomorrow"}, "starts_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"note": "x" * 301}, "note"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_cannot_be_asked_for_names_its_field(priya: Program, changes: dict[str, Any], path: str) -> None:
    problem = ask(priya, **changes)
    assert priya.status == 422
    assert path in [error["path"] for error in problem["errors"]]


def test_it_is_changed_returned_withdrawn_and_canceled(cast: Cast, priya: Program, dana: Program) -> None:
    asked = ask(priya)
    kind = {"leave_type_id": asked["leave_type_id"]}
    longer = kind | {"starts_on": asked["starts_on"], "ends_on": (monday() + timedelta(days=1)).isoformat()}
    changed = priya.call("PUT", f"/leave-requests/{asked['id']}", longer | {"version": 1})
    assert (changed["minutes"], changed["version"]) == (960, 2)
    priya.call("PUT", f"/leave-requests/{asked['id']}", longer | {"version": 1})
    assert priya.status == 409
    dana.post("/approvals/leave/return", {"request_ids": [asked["id"]], "reason": "Too long"})
    assert priya.get(f"/leave-requests/{asked['id']}")["returned_reason"] == "Too long"
    assert priya.post(f"/leave-requests/{asked['id']}/withdraw")["state"] == "WITHDRAWN"
    ill = ask(priya, leave_type_id=LeaveType.objects.get(name="Sick leave").pk)
    assert ill["state"] == "APPROVED"
    assert priya.post(f"/leave-requests/{ill['id']}/cancel", {"note": "Well again"})["state"] == "CANCELED"


def test_others_leave_is_not_there(cast: Cast, priya: Program, api: Api) -> None:
    asked = ask(priya)
    kemi = api(cast.finance)
    assert kemi.get("/leave-requests")["items"] == []
    for method, path, wish in (
        ("GET", f"/leave-requests/{asked['id']}", None),
        ("POST", f"/leave-requests/{asked['id']}/withdraw", None),
        ("POST", f"/leave-requests/{asked['id']}/cancel", {}),
    ):
        kemi.call(method, path, wish)
        assert kemi.status == 404
    assert kemi.get("/approvals/leave")["status"] == 403
    assert kemi.get(f"/leave-balances?staff_id={cast.member.staff_member.pk}")["status"] == 403
    ask(kemi, staff_id=cast.member.staff_member.pk)
    assert kemi.status == 403
    kemi.post("/approvals/leave/approve", {"requests": [{"id": asked["id"], "version": 1}]})
    assert kemi.status == 403
    assert LeaveRequest.objects.get().state == "SUBMITTED"


def test_balances_tell_their_story(cast: Cast, priya: Program, api: Api) -> None:
    owner = api(cast.owner)
    correction = {
        "staff_id": cast.member.staff_member.pk,
        "leave_type_id": LeaveType.objects.get(name="Vacation").pk,
        "minutes": 90,
        "on": "2026-02-02",
        "reason": "Fair",
    }
    assert owner.post("/leave-balances/adjust", correction)["minutes"] == 90
    found = priya.get("/leave-balances?on=2026-06-30")
    (vacation,) = [row for row in found["items"] if row["is_counted"]]
    assert (vacation["balance_minutes"], vacation["granted_minutes"]) == (9690, 9690)
    assert [row["kind"] for row in vacation["story"]] == ["granted", "adjusted", "expired"]
    assert priya.post("/leave-balances/adjust", correction)["status"] == 403


def test_kinds_of_leave_take_the_right(cast: Cast, priya: Program, api: Api) -> None:
    assert "Vacation" in [row["name"] for row in priya.get("/leave-types")["items"]]
    wish = {
        "name": "Study leave", "counts_from": "2026-01-01", "accrual": "MONTHLY",
        "allowance_unit": "MINUTES", "allowance_minutes": 2400,
    }  # fmt: skip
    assert priya.post("/leave-types", wish)["status"] == 403
    owner = api(cast.owner)
    made = owner.post("/leave-types", wish)
    assert (made["allowance_minutes"], made["carry_limit_minutes"]) == (2400, None)
    changed = owner.call("PUT", f"/leave-types/{made['id']}", wish | {"carry_limit_minutes": 0})
    assert changed["carry_limit_minutes"] == 0
    assert owner.post("/leave-types", wish | {"allowance_minutes": 0})["status"] == 422


def test_a_signature_is_given_where_the_policy_asks(cast: Cast, priya: Program, dana: Program) -> None:
    Step.objects.filter(policy__subject_kind="staffing.leaverequest").update(certification="PASSWORD")
    asked = ask(priya)
    chosen: dict[str, Any] = {"requests": [{"id": asked["id"], "version": 1}]}
    assert dana.post("/approvals/leave/approve", chosen)["status"] == 422
    chosen["signature"] = {"typed_name": "Dana Ruiz", "password": PASSWORD}
    assert dana.post("/approvals/leave/approve", chosen)["request_ids"] == [asked["id"]]

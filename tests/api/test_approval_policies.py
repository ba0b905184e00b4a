"""Policies and delegations by the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from core import clock
from people.models import Role, User
from tests.api.conftest import Program
from tests.cast import Cast

Api = Callable[..., Program]
TIME = "/approvals/policies/timesheets.timeentry"


def staff_id(user: User) -> int:
    assert user.staff_member
    return int(user.staff_member.pk)


def test_steps_are_arranged_and_asked_about(cast: Cast, owner: User, api: Api) -> None:
    program = api(owner)
    kinds = [policy["kind"] for policy in program.get("/approvals/policies")]
    assert kinds == ["timesheets.timeentry", "timesheets.expense", "staffing.leaverequest", "billing.invoice"]
    finance = Role.objects.get(name="Finance").pk
    stages: list[list[dict[str, Any]]] = [
        [{"source": "PROJECT_LEAD"}, {"source": "ROLE", "role_id": finance, "billable": "BILLABLE"}],
        [{"source": "LINE_MANAGER", "certification": "PASSWORD", "certified_for_minutes": 30}],
    ]
    found = program.put(f"{TIME}/steps", {"stages": stages, "version": 0})
    assert [[step["source"] for step in stage] for stage in found["stages"]] == [
        ["PROJECT_LEAD", "ROLE"],
        ["LINE_MANAGER"],
    ]
    about = f"?staff_id={staff_id(cast.member)}&project_id={cast.project.pk}&is_billable=false"
    first, second = program.get(f"{TIME}/asked{about}")
    assert [asked["name"] for asked in first["asked"]] == ["Dana Ruiz"]
    assert first["skipped"] == [{"source": "ROLE", "why": "only billable"}]
    # Under a signature the same person is asked again.
    assert [asked["name"] for asked in second["asked"]] == ["Dana Ruiz"]
    program.put(f"{TIME}/steps", {"stages": [], "version": 0})
    assert program.status == 409


def test_what_is_wrong_names_its_field(cast: Cast, owner: User, api: Api) -> None:
    program = api(owner)
    program.put(f"{TIME}/steps", {"stages": [[{"source": "SOMEBODY"}]]})
    assert program.status == 422
    program.put(f"{TIME}/steps", {"stages": [[{"source": "PERSON"}]]})
    assert (program.status, program.answer.json()["errors"][0]["path"]) == (422, "person")
    huge = {"source": "LINE_MANAGER", "least_amount": "9999999999999"}
    program.put(f"{TIME}/steps", {"stages": [[huge]]})
    assert (program.status, program.answer.json()["errors"][0]["path"]) == (422, "stages.0.0.least_amount")
    program.get("/approvals/policies/quotes")
    assert program.status == 404


def test_what_is_not_given_stays(cast: Cast, owner: User, api: Api) -> None:
    program = api(owner)
    before = program.get(TIME)
    after = program.patch(TIME, {"escalates_after_days": 3})
    assert after == before | {"escalates_after_days": 3, "version": 1}


def test_delegations(cast: Cast, owner: User, api: Api) -> None:
    today = clock.today(cast.manager)
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=2)).isoformat()}
    dana, kemi, olu = api(cast.manager), api(cast.finance), api(owner)
    made = dana.post("/approvals/delegations", days | {"delegate_id": staff_id(cast.finance)})
    assert (dana.status, made["approver_name"], made["delegate_name"]) == (201, "Dana Ruiz", "Kemi Ogundipe")
    dana.post(
        "/approvals/delegations",
        days | {"approver_id": staff_id(owner), "delegate_id": staff_id(cast.finance)},
    )
    assert dana.status == 422
    olu.post(
        "/approvals/delegations",
        days | {"approver_id": staff_id(owner), "delegate_id": staff_id(cast.finance)},
    )
    assert olu.status == 201
    assert [len(p.get("/approvals/delegations")["items"]) for p in (dana, kemi, olu, api(cast.member))] == [
        1,
        2,
        2,
        0,
    ]
    kemi.delete(f"/approvals/delegations/{made['id']}")
    assert kemi.status == 403
    dana.delete(f"/approvals/delegations/{made['id']}")
    assert dana.status == 204


def test_policies_are_for_those_who_manage_them(cast: Cast, api: Api) -> None:
    for user in (cast.member, cast.manager, cast.finance):
        program = api(user)
        for path in ("/approvals/policies", TIME, f"{TIME}/asked?staff_id=1"):
            program.get(path)
            assert program.status == 403
        program.put(f"{TIME}/steps", {"stages": []})
        assert program.status == 403

"""Projects, tasks, teams, labor codes and rates by the API."""

from collections.abc import Callable
from typing import Any

import pytest

from projects.models import Project, RateRule, TeamMember
from tests.api.conftest import Program
from tests.cast import Cast, add_person

Api = Callable[..., Program]


@pytest.fixture
def program(cast: Cast, api: Api) -> Program:
    return api(cast.owner)


def path_of(body: dict[str, Any]) -> str:
    return str(body["errors"][0]["path"])


def test_a_project_is_opened_with_team_and_code(program: Program, cast: Cast) -> None:
    assert program.get(f"/projects/next-code?client_id={cast.client.pk}") == {"code": "LKS-002"}
    staff = [cast.manager.staff_member.pk, cast.member.staff_member.pk]
    made = program.post(
        "/projects",
        {"client_id": cast.client.pk, "name": "Reservoir", "lead_id": staff[0], "team_ids": staff,
         "starts_on": "2026-12-01"},
    )  # fmt: skip
    assert program.status == 201, made
    assert (made["code"], made["currency"], made["state"]) == ("LKS-002", "USD", "OPEN")
    assert (made["is_billable"], made["client_name"]) == (True, "City of Larkspur")
    team = program.get(f"/projects/{made['id']}/team")["items"]
    assert sorted(member["staff_id"] for member in team) == sorted(staff)
    assert program.get(f"/projects/{made['id']}/contract-lines")["items"][0]["method"] == "TIME_AND_MATERIALS"
    changed = program.patch(f"/projects/{made['id']}", {"po_number": "PO 9"})
    assert (changed["po_number"], changed["lead_id"], changed["starts_on"]) == (
        "PO 9",
        staff[0],
        "2026-12-01",
    )
    assert program.post(f"/projects/{made['id']}/close")["state"] == "CLOSED"
    program.post(f"/projects/{made['id']}/close")
    assert program.status in (409, 422)
    assert program.post(f"/projects/{made['id']}/reopen")["state"] == "OPEN"


def test_refusals_carry_the_wishs_names(program: Program, cast: Cast) -> None:
    body = program.post("/projects", {"client_id": 424242, "name": "A"})
    assert (program.status, path_of(body)) == (422, "client_id")
    body = program.post("/projects", {"client_id": cast.client.pk, "name": "A", "team_ids": [424242]})
    assert (program.status, path_of(body)) == (422, "team_ids")
    body = program.post("/projects", {"client_id": cast.client.pk, "name": "A", "code": "LKS-001"})
    assert (program.status, path_of(body)) == (422, "code")
    other = program.post("/clients", {"name": "Other"})
    body = program.patch(f"/projects/{cast.project.pk}", {"client_id": other["id"]})
    assert (program.status, path_of(body)) == (422, "client_id")
    body = program.patch(f"/projects/{cast.project.pk}", {"starts_on": "2026-02-01", "ends_on": "2026-01-01"})
    assert program.status == 422


def test_projects_that_one_may_not_see_do_not_appear(cast: Cast, api: Api) -> None:
    hidden = Project.objects.create(client=cast.client, name="Secret", code="S-1")
    member = api(cast.member)
    assert [row["id"] for row in member.get("/projects")["items"]] == [cast.project.pk]
    assert {row["project_id"] for row in member.get("/tasks")["items"]} == {cast.project.pk}
    for path in ("", "/tasks", "/team", "/contract-lines", "/candidates"):
        member.get(f"/projects/{hidden.pk}{path}")
        assert member.status == 404, path
    member.patch(f"/projects/{cast.project.pk}", {"name": "Mine"})
    assert member.status == 403
    member.get("/rate-cards")
    assert member.status == 403


def test_the_lead_manages_the_own_project(cast: Cast, api: Api) -> None:
    lead = add_person("Lee Lead", "lee@hm.example", "Staff")
    Project.objects.filter(pk=cast.project.pk).update(lead=lead.staff_member)
    program = api(lead)
    assert program.patch(f"/projects/{cast.project.pk}", {"notes": "Mine"})["notes"] == "Mine"
    made = program.post(f"/projects/{cast.project.pk}/tasks", {"name": "Survey"})
    assert program.status == 201, made
    names = {row["name"] for row in program.get(f"/projects/{cast.project.pk}/candidates")["items"]}
    assert "Kemi Ogundipe" in names
    program.get("/projects/candidates")
    assert program.status == 403


def test_tasks(program: Program, cast: Cast) -> None:
    path = f"/projects/{cast.project.pk}/tasks"
    made = program.post(path, {"name": "Survey", "budget_minutes": 100, "labor_code_id": cast.engineering.pk})
    assert (program.status, made["budget_minutes"], made["position"]) == (201, 100, 3)
    changed = program.patch(f"/tasks/{made['id']}", {"name": "Field survey"})
    assert (changed["budget_minutes"], changed["labor_code_id"]) == (100, cast.engineering.pk)
    assert program.patch(f"/tasks/{made['id']}", {"budget_minutes": None})["budget_minutes"] is None
    body = program.post(path, {"name": "Field survey"})
    assert (program.status, path_of(body)) == (422, "name")
    body = program.post(path, {"name": "X", "labor_code_id": 424242})
    assert (program.status, path_of(body)) == (422, "labor_code_id")
    moved = program.post(f"/tasks/{made['id']}/up")
    assert [task["name"] for task in moved] == ["Hydraulic design", "Field survey", "Structural review"]
    assert program.post(f"/tasks/{made['id']}/close")["state"] == "CLOSED"
    assert len(program.get(f"{path}?state=OPEN")["items"]) == 2
    assert program.post(f"/tasks/{made['id']}/reopen")["state"] == "OPEN"
    assert program.get(f"/tasks/{made['id']}")["name"] == "Field survey"


def test_the_team(program: Program, cast: Cast) -> None:
    path = f"/projects/{cast.project.pk}/team"
    finance = cast.finance.staff_member
    new = program.post(path, {"staff_ids": [finance.pk]})
    assert (program.status, [row["name"] for row in new]) == (201, ["Kemi Ogundipe"])
    program.delete(f"{path}/{finance.pk}")
    assert program.status == 204
    assert not TeamMember.objects.filter(staff=finance).exists()
    program.delete(f"{path}/{cast.manager.staff_member.pk}")
    assert program.status == 422
    body = program.post(path, {"staff_ids": []})
    assert (program.status, path_of(body)) == (422, "staff_ids")


def test_labor_codes(program: Program) -> None:
    made = program.post("/labor-codes", {"name": "Drafting", "code": "DR", "is_overtime": True})
    assert made["is_overtime"] is True
    assert (program.status, made["is_billable"]) == (201, True)
    body = program.post("/labor-codes", {"name": "Drafting"})
    assert (program.status, path_of(body)) == (422, "name")
    assert program.patch(f"/labor-codes/{made['id']}", {"is_billable": False})["code"] == "DR"
    assert program.post(f"/labor-codes/{made['id']}/deactivate")["is_active"] is False
    active = {row["name"] for row in program.get("/labor-codes?is_active=true")["items"]}
    assert "Drafting" not in active
    assert program.post(f"/labor-codes/{made['id']}/reactivate")["is_active"] is True


def test_rate_cards_and_rates(program: Program, cast: Cast) -> None:
    card = program.post("/rate-cards", {"name": "Larkspur", "scope": "CLIENT", "client_id": cast.client.pk})
    assert (program.status, card["currency"]) == (201, "USD")
    body = program.post("/rate-cards", {"name": "Twice", "scope": "CLIENT", "client_id": cast.client.pk})
    assert (program.status, path_of(body)) == (422, "client_id")
    body = program.post("/rate-cards", {"name": "Whose", "scope": "PROJECT"})
    assert (program.status, path_of(body)) == (422, "project_id")
    assert program.patch(f"/rate-cards/{card['id']}", {"name": "Larkspur 2026"})["name"] == "Larkspur 2026"

    path = f"/rate-cards/{card['id']}/rates"
    rate = program.post(path, {"rate_amount": "187.5", "starts_on": "2026-01-01"})
    assert (program.status, rate["rate_amount"], rate["ends_on"]) == (201, "187.50", None)
    body = program.post(path, {"rate_amount": "200", "starts_on": "2026-06-01"})
    assert (program.status, path_of(body)) == (422, "starts_on")
    body = program.post(path, {"rate_amount": "200", "starts_on": "2026-06-01", "task_id": cast.design.pk})
    assert (program.status, path_of(body)) == (422, "task_id")
    new = program.post(f"/rates/{rate['id']}/change", {"rate_amount": 199.0625, "starts_on": "2026-07-01"})
    assert (program.status, new["rate_amount"], new["starts_on"]) == (201, "199.0625", "2026-07-01")
    assert program.get(f"/rates/{rate['id']}")["ends_on"] == "2026-06-30"
    assert program.post(f"/rates/{new['id']}/end", {"ends_on": "2026-12-31"})["ends_on"] == "2026-12-31"
    assert [row["id"] for row in program.get(f"{path}?on=2026-07-01")["items"]] == [new["id"]]
    program.delete(f"/rates/{new['id']}")
    assert program.status == 204
    assert RateRule.objects.filter(card=card["id"]).count() == 1
    for wrong in ("-1", "1e9", "1.23456", "abc", None):
        program.post(path, {"rate_amount": wrong, "starts_on": "2027-06-01"})
        assert program.status == 422, wrong

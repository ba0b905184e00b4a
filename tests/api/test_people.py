"""People and the firm's settings by the API."""

import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from core import clock
from core.models import Action, Mail
from people.models import Invitation, Role, StaffMember, User
from tests.api.conftest import Program
from tests.cast import Cast

Api = Callable[..., Program]


@pytest.fixture
def program(cast: Cast, api: Api) -> Program:
    return api(cast.owner)


def test_me_tells_who_and_what(cast: Cast, api: Api) -> None:
    program = api(cast.member, "time:read")
    me = program.get("/me")
    assert program.status == 200
    assert (me["email"], me["staff_id"], me["rights"]) == (
        "priya@hm.example",
        cast.member.staff_member.pk,
        [],
    )
    assert me["token"]["scopes"] == ["time:read"]
    program.patch("/me", {"name": "P"})
    assert program.status == 403
    program.delete("/me/token")
    assert (program.status, program.answer.content) == (204, b"")
    program.get("/me")
    assert program.status == 401


def test_the_own_profile_changes(cast: Cast, api: Api) -> None:
    program = api(cast.member)
    me = program.patch("/me", {"time_zone": "Europe/Berlin", "theme": "dark"})
    assert (me["time_zone"], me["theme"], me["name"]) == ("Europe/Berlin", "dark", "Priya Raman")
    body = program.patch("/me", {"time_zone": "Mars/Base"})
    assert (program.status, body["errors"][0]["path"]) == (422, "time_zone")


def test_staff_without_sign_in_are_added_and_changed(program: Program, cast: Cast) -> None:
    made = program.post(
        "/staff",
        {"name": "Cara Contractor", "job_title": "Surveyor", "manager_id": cast.manager.staff_member.pk,
         "employee_number": "C-7"},
    )  # fmt: skip
    assert program.status == 201, made
    assert (made["user_id"], made["job_title"], made["employee_number"]) == (None, "Surveyor", "C-7")
    changed = program.patch(f"/staff/{made['id']}", {"starts_on": "2026-01-05"})
    assert (changed["starts_on"], changed["job_title"], changed["name"]) == (
        "2026-01-05",
        "Surveyor",
        "Cara Contractor",
    )
    body = program.patch(f"/staff/{made['id']}", {"email": "cara@example.com"})
    assert (program.status, body["errors"][0]["path"]) == (422, "email")
    body = program.patch(f"/staff/{made['id']}", {"ends_on": "2025-01-05"})
    assert (program.status, body["errors"][0]["path"]) == (422, "ends_on")
    body = program.patch(f"/staff/{made['id']}", {"manager_id": 987654})
    assert (program.status, body["errors"][0]["path"]) == (422, "manager_id")
    assert Action.objects.filter(verb="staff.edit").latest("pk").channel == "api"


def test_a_person_is_invited_through_the_forms_rules(program: Program) -> None:
    role = Role.objects.get(name="Staff")
    wish = {"email": "New@HM.example", "name": "New", "role_ids": [role.pk]}
    made = program.post("/invitations", wish)
    assert program.status == 201, made
    assert (made["email"], made["role_ids"]) == ("new@hm.example", [role.pk])
    assert Mail.objects.filter(to__contains=["new@hm.example"]).exists()
    body = program.post("/invitations", wish)
    assert (program.status, body["errors"][0]["path"]) == (422, "email")
    body = program.post("/invitations", {**wish, "email": "no mail"})
    assert (program.status, body["errors"][0]["path"]) == (422, "email")
    body = program.post("/invitations", {**wish, "email": "x@hm.example", "role_ids": []})
    assert (program.status, body["errors"][0]["path"]) == (422, "role_ids")
    assert len(program.get("/invitations")["items"]) == 1
    again = program.post(f"/invitations/{made['id']}/resend")
    assert again["invited_at"] >= made["invited_at"]
    gone = program.post(f"/invitations/{made['id']}/revoke")
    assert gone["revoked_at"]
    program.post(f"/invitations/{made['id']}/revoke")
    assert program.status == 422
    assert Invitation.objects.open().count() == 0


def test_lists_of_staff_need_the_right(cast: Cast, api: Api, program: Program) -> None:
    assert {row["name"] for row in program.get("/staff")["items"]} >= {"Priya Raman", "Dana Ruiz"}
    assert [row["name"] for row in program.get("/staff?q=priya")["items"]] == ["Priya Raman"]
    for path in ("/staff", f"/staff/{cast.member.staff_member.pk}", "/invitations", "/roles", "/rights"):
        other = api(cast.member)
        other.get(path)
        assert other.status == 403, path


def test_a_change_of_roles_or_address_counts_as_a_change_of_the_person(program: Program, cast: Cast) -> None:
    staff = cast.member.staff_member
    roles = list(Role.objects.filter(name__in=["Staff", "Manager"]))
    with connection.cursor() as cursor:
        for change in ("roles", "email"):
            cursor.execute("SELECT pg_sleep(0.01)")
            since = clock.now().isoformat().replace("+00:00", "Z")
            if change == "roles":
                program.put(f"/staff/{staff.pk}/roles", {"role_ids": [role.pk for role in roles]})
            else:
                program.patch(f"/staff/{staff.pk}", {"email": "p.raman@hm.example"})
            assert program.status == 200
            found = program.get(f"/staff?updated_since={since}")["items"]
            assert [row["id"] for row in found] == [staff.pk], change
    assert found[0]["role_ids"] == sorted(role.pk for role in roles)
    program.put(f"/staff/{staff.pk}/roles", {"role_ids": [424242]})
    assert program.status == 422


def test_leaving_and_coming_back(program: Program, cast: Cast) -> None:
    manager = cast.manager.staff_member
    gone = program.post(f"/staff/{manager.pk}/deactivate", {"on": "2026-11-30"})
    assert (gone["staff"]["is_active"], gone["staff"]["ends_on"]) == (False, "2026-11-30")
    assert gone["moved_report_ids"] == [cast.member.staff_member.pk]
    back = program.post(f"/staff/{manager.pk}/reactivate", {"report_ids": gone["moved_report_ids"]})
    assert back["is_active"]
    assert StaffMember.objects.get(pk=cast.member.staff_member.pk).manager_id == manager.pk
    program.post(f"/staff/{manager.pk}/reactivate", {})
    assert program.status == 422


def test_nobody_gives_more_than_they_have(cast: Cast, api: Api) -> None:
    admin = User.objects.create_user(email="adm@hm.example", name="Adm")
    admin.roles.add(Role.objects.get(name="Administrator"))
    program = api(admin)
    owner = Role.objects.get(is_owner=True)
    program.put(f"/staff/{cast.member.staff_member.pk}/roles", {"role_ids": [owner.pk]})
    assert program.status == 403
    program.patch(f"/staff/{cast.owner.staff_member.pk}", {"email": "evil@example.com"})
    assert program.status == 422
    assert User.objects.get(pk=cast.owner.pk).email == "olu@hm.example"


def test_roles_and_rights(program: Program) -> None:
    rights = {row["name"] for row in program.get("/rights")}
    assert "people.manage" in rights
    role = program.post("/roles", {"name": "Clerk", "rights": ["people.manage"]})
    assert program.status == 201
    body = program.post("/roles", {"name": "Other", "rights": ["no.such"]})
    assert (program.status, body["errors"][0]["path"]) == (422, "rights")
    role = program.patch(f"/roles/{role['id']}", {"description": "Keeps people"})
    assert (role["rights"], role["description"]) == (["people.manage"], "Keeps people")
    program.delete(f"/roles/{role['id']}")
    assert program.status == 204
    builtin = Role.objects.get(name="Staff")
    program.delete(f"/roles/{builtin.pk}")
    assert program.status == 422


@pytest.mark.parametrize("kind", ["departments", "offices", "job-titles"])
def test_the_lists_that_people_belong_to(program: Program, kind: str) -> None:
    one = program.post(f"/lists/{kind}", {"name": "One"})
    assert program.status == 201
    body = program.post(f"/lists/{kind}", {"name": "one"})
    assert (program.status, body["errors"][0]["path"]) == (422, "name")
    assert program.patch(f"/lists/{kind}/{one['id']}", {"name": "Uno"})["name"] == "Uno"
    assert "Uno" in {row["name"] for row in program.get(f"/lists/{kind}")["items"]}
    program.delete(f"/lists/{kind}/{one['id']}")
    assert program.status == 204
    program.get("/lists/cats")
    assert program.status == 422


def test_the_company_and_its_logo(program: Program) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    changed = program.patch("/company", {"tagline": "Engineers"})
    assert (changed["tagline"], changed["name"]) == ("Engineers", "Hartwell & Moss")
    body = program.patch("/company", {"currency": "XXX"})
    assert (program.status, body["errors"][0]["path"]) == (422, "currency")
    program.get("/company/logo")
    assert program.status == 404
    answer = program.web.post(
        "/api/v1/company/logo", {"logo": SimpleUploadedFile("l.png", picture.getvalue())}
    )
    assert (answer.status_code, answer.json()["has_logo"]) == (200, True), answer.content
    program.answer = program.web.get("/api/v1/company/logo")
    assert program.answer.headers["Content-Type"] == "image/png"
    answer = program.web.post("/api/v1/company/logo", {"logo": SimpleUploadedFile("l.png", b"no picture")})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "logo")
    assert program.delete("/company/logo")["has_logo"] is False


def test_legal_entities(program: Program) -> None:
    (home,) = program.get("/legal-entities")["items"]
    assert (home["name"], home["is_default"], home["is_active"]) == ("Hartwell & Moss", True, True)
    second = program.post("/legal-entities", {"name": "Hartwell Ireland Ltd", "time_zone": "Europe/Dublin"})
    assert (program.status, second["currency"], second["is_default"]) == (201, "USD", False)
    path = f"/legal-entities/{second['id']}"
    body = program.patch(path, {"currency": "EUR"})
    assert (program.status, body["errors"][0]["path"]) == (422, "currency")
    assert program.patch(path, {"paper": "A4"})["paper"] == "A4"
    assert program.get(path)["paper"] == "A4"
    body = program.post("/legal-entities", {"name": "hartwell ireland ltd"})
    assert (program.status, body["errors"][0]["path"]) == (422, "name")
    numbers = program.patch(f"{path}/numbers", {"number_prefix": "IE"})
    assert (numbers["number_prefix"], numbers["credit_prefix"]) == ("IE", "CM")
    assert program.get(f"{path}/numbers") == numbers
    client = program.post("/clients", {"name": "Harbour Board", "legal_entity_id": second["id"]})
    assert client["legal_entity_id"] == second["id"]
    program.post(f"{path}/deactivate", {})
    assert program.status == 422
    assert program.patch(f"/clients/{client['id']}", {"legal_entity_id": None})["legal_entity_id"] is None
    assert program.post(f"{path}/deactivate", {})["is_active"] is False
    assert program.post(f"{path}/reactivate", {})["is_active"] is True
    assert program.post(f"{path}/make-default", {})["is_default"] is True
    program.post(f"{path}/deactivate", {})
    assert program.status == 422


def test_working_hours_and_holidays(program: Program) -> None:
    week = [480, 480, 480, 480, 100, 0, 0]
    made = program.post("/working-patterns", {"name": "Short Friday", "minutes": week})
    assert (program.status, made["minutes"]) == (201, week)
    program.post("/working-patterns", {"name": "Six days", "minutes": week[:6]})
    assert program.status == 422
    changed = program.patch(f"/working-patterns/{made['id']}", {"name": "Shorter"})
    assert (changed["name"], changed["minutes"]) == ("Shorter", week)
    program.delete(f"/working-patterns/{made['id']}")
    assert program.status == 204
    day = program.post("/holidays", {"name": "Founders", "on": "2026-12-01"})
    assert program.status == 201
    program.post("/holidays", {"name": "Founders", "on": "2026-12-01"})
    assert program.status == 422
    program.delete(f"/holidays/{day['id']}")
    assert program.status == 204


def test_unknown_fields_are_refused_by_name(program: Program) -> None:
    body = program.post("/staff", {"name": "A", "salary": 1})
    assert program.status == 422
    assert body["errors"][0]["path"] == "salary"
    program.answer = program.web.post("/api/v1/staff", "{no json", content_type="application/json")
    assert program.status == 400
    for text in ("nul \u0000 byte", "half \ud800 a pair"):
        program.post("/staff", {"name": text})
        assert program.status in (400, 422), program.answer.content

"""One person's page, deactivation with its undo, the own profile."""

from collections.abc import Callable

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.messages import get_messages
from django.test import Client as Web

from people.models import PatternAssignment, Role, StaffMember, User, WorkingPattern
from people.securing import add_app
from tests.cast import NOW, Cast, add_person


def path(user: User, tail: str = "") -> str:
    return f"/people/{user.staff_member.pk}/{tail}"


def values(user: User, **changes: str) -> dict[str, str]:
    staff = user.staff_member
    return {
        "name": staff.name,
        "email": user.email,
        "job_title": staff.job_title.name if staff.job_title else "",
        "manager": str(staff.manager_id or ""),
    } | changes


def test_editing(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    assert browser.get(path(cast.member)).status_code == 200
    answer = browser.post(path(cast.member), values(cast.member, name="Priya R.", starts_on="2026-01-05"))
    assert answer.status_code == 302
    circle = browser.post(path(cast.owner), values(cast.owner, manager=str(cast.member.staff_member.pk)))
    assert circle.status_code == 422
    assert "managing themselves" in circle.content.decode()
    bad = browser.post(path(cast.member), values(cast.member, email="nonsense", name="Kept"))
    assert bad.status_code == 422
    assert 'value="Kept"' in bad.content.decode()
    assert browser.get("/people/999999/").status_code == 404


def test_roles(cast: Cast, web: Callable[..., Web]) -> None:
    manager = str(Role.objects.get(name="Manager").pk)
    assert web(cast.owner).post(path(cast.member, "roles/"), {"roles": [manager]}).status_code == 302
    last = web(cast.owner).post(path(cast.owner, "roles/"), {"roles": [manager]})
    assert last.status_code == 422
    assert "A firm needs an owner" in last.content.decode()
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    # What an administrator cannot take stays, whatever is ticked beside it.
    assert web(administrator).post(path(cast.owner, "roles/"), {"roles": [manager]}).status_code == 302
    assert {role.name for role in User.objects.get(pk=cast.owner.pk).roles.all()} == {"Owner", "Manager"}


def test_an_administrator_cannot_take_over(cast: Cast, web: Callable[..., Web]) -> None:
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    web(administrator).post(path(cast.owner), values(cast.owner, email="mine@hm.example"))
    assert User.objects.get(pk=cast.owner.pk).email == "olu@hm.example"
    assert web(administrator).post(path(cast.owner, "deactivate/")).status_code == 403


def test_deactivate_and_undo(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    question = browser.get(path(cast.manager, "deactivate/")).content.decode()
    assert "Priya Raman reports to Olu Hartwell from now on" in question
    answer = browser.post(path(cast.manager, "deactivate/"), headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/people/"
    undo = next(iter(get_messages(answer.wsgi_request))).extra_tags
    cast.member.staff_member.refresh_from_db()
    assert cast.member.staff_member.manager == cast.owner.staff_member
    assert "Dana Ruiz" in browser.get("/people/?show=inactive").content.decode()
    assert browser.post(undo, headers={"HX-Request": "true"}).status_code == 204
    cast.member.staff_member.refresh_from_db()
    assert cast.member.staff_member.manager == cast.manager.staff_member
    assert browser.post(path(cast.owner, "deactivate/")).status_code == 422


def test_a_forged_undo_moves_nobody(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    browser.post(path(cast.manager, "deactivate/"))
    assert browser.post(path(cast.manager, "reactivate/?back=forged")).status_code == 302
    cast.member.staff_member.refresh_from_db()
    assert cast.member.staff_member.manager == cast.owner.staff_member


def test_profile_and_theme(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.member)
    answer = browser.post(
        "/people/me/", {"name": "Priya R.", "time_zone": "Asia/Kolkata", "hours_style": "clock"}
    )
    assert answer.status_code == 302
    bad = browser.post("/people/me/", {"name": "Priya R.", "time_zone": "Mars", "hours_style": "clock"})
    assert bad.status_code == 422
    assert browser.post("/people/me/theme/", {"theme": "dark"}).status_code == 302
    assert browser.post("/people/me/theme/", {"theme": "pink"}).status_code == 422
    person = User.objects.get(pk=cast.member.pk)
    assert (person.name, person.time_zone, person.hours_style, person.theme) == (
        "Priya R.",
        "Asia/Kolkata",
        "clock",
        "dark",
    )
    assert person.staff_member.name == "Priya R."
    assert 'data-bs-theme="dark"' in browser.get("/people/me/").content.decode()


def test_working_hours_from_a_day_on(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    four = WorkingPattern.objects.create(name="Four days", friday_minutes=0)
    for starts_on in ("", "2026-03-01"):
        values = {"pattern": str(four.pk), "starts_on": starts_on}
        assert browser.post(path(cast.member, "hours/"), values).status_code == 302
    assert StaffMember.objects.get(user=cast.member).working_pattern == four
    page = browser.get(path(cast.member)).content.decode()
    assert "From the start" in page
    assert "From 1 Mar 2026" in page or "From Mar 1, 2026" in page
    assert browser.post(path(cast.member, "hours/"), {"pattern": "", "starts_on": "x"}).status_code == 422
    # Saving the rest of the record leaves the hours alone.
    assert browser.post(path(cast.member), values_of(cast)).status_code == 302
    assert StaffMember.objects.get(user=cast.member).working_pattern == four
    row = PatternAssignment.objects.get()
    assert web(cast.member).post(f"/people/hours/{row.pk}/remove/").status_code == 403
    assert browser.post(f"/people/hours/{row.pk}/remove/").status_code == 302
    assert not PatternAssignment.objects.exists()


def values_of(cast: Cast) -> dict[str, str]:
    return values(User.objects.get(pk=cast.member.pk), name="Priya R.")


def test_resetting_a_second_step(cast: Cast, web: Callable[..., Web]) -> None:
    add_app(person=cast.member, secret=generate_totp_secret(), by=cast.member, at=NOW)
    browser = web(cast.owner)
    assert "Two steps" in browser.get(path(cast.member)).content.decode()
    reset = path(cast.member, "second-factors/reset/")
    assert "call back" in browser.get(reset).content.decode()
    assert web(cast.manager).post(reset).status_code == 403
    assert browser.post(reset).status_code == 204
    assert browser.post(reset).status_code == 422
    assert "Two steps" not in browser.get(path(cast.member)).content.decode()


def test_a_role_is_asked_for_a_second_step(cast: Cast, web: Callable[..., Web]) -> None:
    finance = Role.objects.get(name="Finance")
    browser = web(cast.owner)
    address = f"/people/firm/roles/{finance.pk}/second-factor/"
    assert browser.post(address, {"is_required": "1"}).status_code == 302
    assert Role.objects.get(pk=finance.pk).requires_second_factor
    assert "Stop asking" in browser.get("/people/firm/roles/").content.decode()
    browser.post(address, {"is_required": "0"})
    assert not Role.objects.get(pk=finance.pk).requires_second_factor

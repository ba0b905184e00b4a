"""One person's page, deactivation with its undo, the own profile."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.test import Client as Web

from people.models import Role, User
from tests.cast import Cast, add_person


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

"""The list of people, invitations and joining, as pages."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Web

from core.models import Mail
from people.models import Invitation, Role, StaffMember, User
from tests.cast import PASSWORD, Cast, add_person

PAGES = [
    "/people/",
    "/people/invite/",
    "/people/firm/",
    "/people/firm/hours/",
    "/people/firm/hours/new/",
    "/people/firm/holidays/",
    "/people/firm/roles/",
    "/people/firm/roles/new/",
    "/people/firm/lists/",
]


def key(name: str) -> str:
    return str(Role.objects.get(name=name).pk)


@pytest.mark.parametrize("path", PAGES)
def test_who_may_look(cast: Cast, web: Callable[..., Web], path: str) -> None:
    assert web(cast.owner).get(path).status_code == 200
    for nobody in (cast.member, cast.manager, cast.finance):
        assert web(nobody).get(path).status_code == 403
    answer = web().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/sign-in/?next=")


def test_the_list(cast: Cast, web: Callable[..., Web]) -> None:
    text = web(cast.owner).get("/people/").content.decode()
    for words in ("Priya Raman", "dana@hm.example", "Finance", "Principal engineer"):
        assert words in text
    found = web(cast.owner).get("/people/?q=senior+priya").content.decode()
    assert "Priya Raman" in found
    assert "Kemi Ogundipe" not in found
    assert "Nobody matches" in web(cast.owner).get("/people/?q=zzz").content.decode()
    assert "Nobody is inactive" in web(cast.owner).get("/people/?show=inactive").content.decode()


def test_the_list_costs_the_same_for_many(
    cast: Cast, web: Callable[..., Web], django_assert_max_num_queries: Any
) -> None:
    browser = web(cast.owner)
    for number in range(60):
        add = User.objects.create(email=f"p{number}@hm.example", name=f"Person {number:02}")
        add.roles.add(key("Staff"))
        StaffMember.objects.create(user=add, name=add.name, manager=cast.manager.staff_member)
    with django_assert_max_num_queries(14):
        text = browser.get("/people/").content.decode()
    assert "Show 14 more" in text
    assert text.count("row-link") == 50
    rest = browser.get("/people/?from=50", headers={"HX-Request": "true"}).content.decode()
    assert rest.count("row-link") == 14
    assert "<html" not in rest
    assert browser.get("/people/?from=abc").status_code == 200


def test_invite_and_join(cast: Cast, web: Callable[..., Web]) -> None:
    values = {"name": "Tomás", "email": "t@hm.example", "roles": [key("Staff")], "job_title": "Surveyor"}
    answer = web(cast.owner).post("/people/invite/", values | {"another": "1"})
    assert answer.headers["Location"] == "/people/invite/"
    text = web(cast.owner).get("/people/").content.decode()
    assert "t@hm.example" in text
    found = re.search(r"hm\.localhost:8000(/people/join/\S+)", Mail.objects.get().text)
    assert found
    browser = web()
    # A scanner that looks at the link uses nothing up.
    for _ in range(2):
        page = browser.get(found[1])
        assert page.status_code == 200
        assert page.headers["Cache-Control"].count("no-store") == 1
    weak = browser.post(found[1], {"name": "Tomás A.", "password": "short"})
    assert weak.status_code == 422
    assert "too short" in weak.content.decode()
    assert "Tomás A." in weak.content.decode()
    joined = browser.post(found[1], {"name": "Tomás A.", "password": PASSWORD, "time_zone": "Nowhere"})
    assert joined.status_code == 302
    assert browser.get("/people/me/").status_code == 200
    assert User.objects.get(email="t@hm.example").time_zone == "America/New_York"
    again = web().get(found[1])
    assert again.status_code == 410
    assert "used already" in again.content.decode()
    assert web().get("/people/join/nonsense/").status_code == 404


def test_errors_beside_fields_and_typed_text_kept(cast: Cast, web: Callable[..., Web]) -> None:
    answer = web(cast.owner).post(
        "/people/invite/", {"name": "Tomás", "email": "priya@hm.example", "roles": [key("Staff")]}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Priya Raman is part of the firm already." in text
    assert 'value="Tomás"' in text
    assert (
        "Choose at least one role." in web(cast.owner).post("/people/invite/", {"name": "T"}).content.decode()
    )


def test_forged_roles_are_no_choice(cast: Cast, web: Callable[..., Web]) -> None:
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    page = web(administrator).get("/people/invite/").content.decode()
    assert "Everything, the firm itself included." not in page
    answer = web(administrator).post(
        "/people/invite/", {"name": "X", "email": "x@hm.example", "roles": [key("Owner")]}
    )
    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_revoke_and_resend(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.owner)
    browser.post("/people/invite/", {"name": "T", "email": "t@hm.example", "roles": [key("Staff")]})
    invitation = Invitation.objects.get()
    assert browser.post(f"/people/invitations/{invitation.pk}/resend/").status_code == 302
    assert Mail.objects.count() == 2
    assert (
        "opens nothing any more"
        in browser.get(f"/people/invitations/{invitation.pk}/revoke/").content.decode()
    )
    assert browser.post(f"/people/invitations/{invitation.pk}/revoke/").status_code == 204
    assert browser.post(f"/people/invitations/{invitation.pk}/resend/").status_code == 422

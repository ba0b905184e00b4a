"""The pages of API tokens."""

import re
from collections.abc import Callable

from django.test import Client as Web

from core import clock
from people.issuing import issue_token, token_of
from people.models import ApiToken, User
from tests.cast import Cast

Browser = Callable[..., Web]


def test_a_token_is_made_and_shown_once(cast: Cast, web: Browser) -> None:
    browser = web(cast.member)
    assert "No token yet" in browser.get("/people/me/tokens/").content.decode()
    made = browser.post(
        "/people/me/tokens/new/", {"name": "Export", "days": "30", "time": "write", "ledger": "read"}
    )
    assert made.status_code == 200
    assert "no-store" in made.headers["Cache-Control"]
    raw = re.search(r'value="(psa_[\w-]{43})"', made.content.decode())[1]  # type: ignore[index]
    token = token_of(raw, at=clock.now())
    assert token is not None
    assert (token.user, token.scopes) == (cast.member, ["time:read", "time:write", "ledger:read"])
    assert token.expires_at is not None
    listed = browser.get("/people/me/tokens/").content.decode()
    assert "Export" in listed
    assert "Changes Time; reads Ledger" in listed
    assert raw not in listed


def test_what_is_wrong_is_said_and_kept(cast: Cast, web: Browser) -> None:
    browser = web(cast.member)
    answer = browser.post("/people/me/tokens/new/", {"name": "", "days": "31", "time": "all"})
    assert answer.status_code == 422
    answer = browser.post("/people/me/tokens/new/", {"name": "Nothing", "days": ""})
    assert answer.status_code == 422
    assert "Choose what the token may" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_after_asking(cast: Cast, web: Browser) -> None:
    token, raw = issue_token(
        user=cast.member, name="Old", scopes=["time:read"], by=cast.member, at=clock.now()
    )
    path = f"/people/tokens/{token.pk}/revoke/"
    for other in (cast.finance, cast.manager):
        assert web(other).post(path).status_code == 404
    assert "Old" in web(cast.member).get(path).content.decode()
    assert web(cast.member).post(path).status_code == 204
    assert token_of(raw, at=clock.now()) is None
    assert web(cast.member).post(path).status_code == 422
    assert "Revoked" in web(cast.member).get("/people/me/tokens/").content.decode()


def test_whoever_manages_people_sees_and_revokes_theirs(cast: Cast, web: Browser, owner: User) -> None:
    token, _ = issue_token(
        user=cast.member, name="Forgotten", scopes=["time:read"], by=cast.member, at=clock.now()
    )
    page = web(owner).get(f"/people/{cast.member.staff_member.pk}/").content.decode()  # type: ignore[union-attr]
    assert "Forgotten" in page
    assert web(owner).post(f"/people/tokens/{token.pk}/revoke/").status_code == 204


def test_who_is_no_staff_makes_no_token(cast: Cast, web: Browser) -> None:
    outsider = User.objects.create_user(email="client@larkspur.example", name="Alma")
    assert web(outsider).get("/people/me/tokens/").status_code == 403

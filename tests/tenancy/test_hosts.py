"""Who is signed in at one firm is nobody at another, whatever the cookie, link or ticket."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web

from core.models import Mail
from people.inviting import invite_person
from people.models import Role, User
from tenants.models import Firm
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.usefixtures("own_cache")

PAGES = ["/people/me/", "/people/", "/people/firm/", "/people/logo/", "/people/1/", "/jobs/1/"]


def at(host: str, *cookies_of: Web) -> Web:
    """A browser at another host that was given somebody's cookies."""
    browser = Web(headers={"host": host})
    for other in cookies_of:
        for name, cookie in other.cookies.items():
            browser.cookies[name] = cookie.value
    return browser


@pytest.fixture
def twin(firm: Firm) -> Iterator[User]:
    """A person of the other firm with the same e-mail, password and number as the owner of hm."""
    owner = User.objects.get(email="olu@hm.example")
    other = Firm.objects.get(slug="other")
    connection.set_tenant(other)
    person = User.objects.get(email="sam@other.example")
    assert person.pk == owner.pk
    User.objects.filter(pk=person.pk).update(email=owner.email, password=owner.password)
    connection.set_tenant(firm)
    yield owner
    connection.set_tenant(firm)


@pytest.mark.parametrize("path", PAGES)
def test_a_session_of_one_firm_is_none_at_another(twin: User, web: Callable[..., Web], path: str) -> None:
    signed_in = web(twin)
    assert signed_in.get("/people/me/").status_code == 200
    answer = at("other.localhost", signed_in).get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/sign-in/")


def test_cookies_belong_to_one_host(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web()
    answer = browser.post("/account/sign-in/", {"login": cast.member.email, "password": PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["domain"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_forged_sessions_are_nobody(firm: Firm) -> None:
    for forged in ("forged", "a" * 32, "../../etc/passwd", "'; DROP TABLE django_session; --", "x" * 5000):
        browser = Web(headers={"host": "hm.localhost"})
        browser.cookies["sessionid"] = forged
        assert browser.get("/people/me/").status_code == 302


def test_links_of_one_firm_open_nothing_at_another(cast: Cast) -> None:
    invite_person(
        email="t@hm.example", name="T", roles=[Role.objects.get(name="Staff")], by=cast.owner, at=NOW
    )
    web = Web(headers={"host": "hm.localhost"})
    web.post("/account/password/reset/", {"email": cast.owner.email})
    texts = " ".join(Mail.objects.values_list("text", flat=True))
    paths = re.findall(r"http://hm\.localhost:8000(/\S+)", texts)
    assert len(paths) == 2
    for path in paths:
        stranger = Web(headers={"host": "other.localhost"}).get(path, follow=True)
        text = stranger.content.decode()
        assert stranger.status_code == 404 or "opens nothing" in text


def test_what_one_firm_counts_is_not_the_others(cast: Cast, settings: Any) -> None:
    for _ in range(6):
        hm = Web(headers={"host": "hm.localhost"})
        last = hm.post("/account/sign-in/", {"login": "sam@other.example", "password": "wrong wrong wrong"})
    assert "Too many tries" in last.content.decode()
    other = Web(headers={"host": "other.localhost"})
    answer = other.post("/account/sign-in/", {"login": "sam@other.example", "password": PASSWORD})
    assert answer.status_code == 302

"""Signing in and out, and forgotten passwords, on a firm's own host."""

import re
from collections.abc import Callable

import pytest
from django.test import Client as Web

from core.models import Mail
from people.deactivating import deactivate
from people.models import User
from tests.cast import PASSWORD, TODAY, Cast

SIGN_IN = "/account/sign-in/"
RESET = "/account/password/reset/"
NEW_PASSWORD = "a sentence works well here"


pytestmark = pytest.mark.usefixtures("own_cache")


def sign_in(browser: Web, email: str, password: str = PASSWORD, **query: str) -> object:
    return browser.post(SIGN_IN, {"login": email, "password": password, **query})


def is_signed_in(browser: Web) -> bool:
    return browser.get("/people/me/").status_code == 200


def test_sign_in_and_out(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web()
    page = browser.get(SIGN_IN)
    assert page.status_code == 200
    assert "Sign in to your firm" in page.content.decode()
    answer = sign_in(browser, "PRIYA@hm.example")
    assert answer.headers["Location"] == "/"
    assert is_signed_in(browser)
    browser.post("/account/sign-out/")
    assert not is_signed_in(browser)


@pytest.mark.parametrize("email", ["priya@hm.example", "nobody@hm.example"])
def test_the_same_words_for_known_and_unknown(cast: Cast, web: Callable[..., Web], email: str) -> None:
    answer = sign_in(web(), email, "wrong password here")
    assert "E-mail and password do not match." in answer.content.decode()
    # What was typed is kept.
    assert email in answer.content.decode()


def test_deactivated_people_stay_outside(cast: Cast, web: Callable[..., Web]) -> None:
    deactivate(staff=cast.member.staff_member, by=cast.owner, on=TODAY)
    browser = web()
    answer = sign_in(browser, cast.member.email)
    assert answer.headers["Location"] == "/account/inactive/"
    assert not is_signed_in(browser)
    assert "You were deactivated" in browser.get("/account/inactive/").content.decode()
    # With a wrong password nobody learns that.
    assert "do not match" in sign_in(web(), cast.member.email, "wrong password here").content.decode()


def test_guessing_is_limited(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web()
    for _ in range(5):
        sign_in(browser, cast.member.email, "wrong password here")
    assert "Too many tries" in sign_in(browser, cast.member.email).content.decode()
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "http://other.localhost/", "http://localhost/"]
)
def test_sign_in_leads_nowhere_else(cast: Cast, web: Callable[..., Web], target: str) -> None:
    assert sign_in(web(), cast.member.email, next=target).headers["Location"] == "/"
    assert sign_in(web(), cast.member.email, next="/people/me/").headers["Location"] == "/people/me/"


def reset_link() -> str:
    mail = Mail.objects.filter(kind="people.password_reset").latest("pk")
    found = re.search(r"http://hm\.localhost:8000(/account/password/reset/key/\S+)", mail.text)
    assert found
    return found[1]


def test_a_forgotten_password(cast: Cast, web: Callable[..., Web]) -> None:
    signed_in = web(cast.member)
    browser = web()
    assert browser.post(RESET, {"email": "Priya@hm.example"}).headers["Location"] == f"{RESET}sent/"
    mail = Mail.objects.get(kind="people.password_reset")
    assert mail.to == ["priya@hm.example"]
    link = reset_link()
    form = browser.get(link, follow=True)
    assert "Set a new password" in form.content.decode()
    # The secret has left the address.
    path = form.redirect_chain[-1][0]
    assert path.endswith("-set-password/")
    weak = browser.post(path, {"password1": "short"})
    assert "too short" in weak.content.decode()
    done = browser.post(path, {"password1": NEW_PASSWORD})
    assert done.headers["Location"] == f"{RESET}done/"
    assert User.objects.get(pk=cast.member.pk).check_password(NEW_PASSWORD)
    assert Mail.objects.filter(kind="people.sign_in", to=[cast.member.email]).count() == 1
    # Whoever was signed in is out, and the link is spent.
    assert not is_signed_in(signed_in)
    assert "opens nothing" in web().get(link, follow=True).content.decode()


def test_no_reset_for_strangers_and_deactivated(cast: Cast, web: Callable[..., Web]) -> None:
    deactivate(staff=cast.member.staff_member, by=cast.owner, on=TODAY)
    browser = web()
    bodies = set()
    for email in ("nobody@hm.example", cast.member.email, cast.finance.email):
        answer = browser.post(RESET, {"email": email}, follow=True)
        bodies.add(re.sub(r"csrf[^>]+>|nonce=\S+", "", answer.content.decode()))
    assert len(bodies) == 1
    assert list(Mail.objects.values_list("to", flat=True)) == [[cast.finance.email]]


def test_a_link_from_before_the_deactivation_opens_nothing(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web()
    browser.post(RESET, {"email": cast.member.email})
    deactivate(staff=cast.member.staff_member, by=cast.owner, on=TODAY)
    assert "opens nothing" in browser.get(reset_link(), follow=True).content.decode()


def test_the_link_names_the_firm_not_the_host_that_asked(cast: Cast, web: Callable[..., Web]) -> None:
    answer = web().post(RESET, {"email": cast.member.email}, headers={"X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 302
    assert "evil.example" not in Mail.objects.get(kind="people.password_reset").text


def test_changing_the_password(cast: Cast, web: Callable[..., Web]) -> None:
    browser, elsewhere = web(cast.member), web(cast.member)
    path = "/account/password/change/"
    wrong = browser.post(path, {"oldpassword": "no", "password1": NEW_PASSWORD})
    assert "not your present password" in wrong.content.decode()
    done = browser.post(path, {"oldpassword": PASSWORD, "password1": NEW_PASSWORD})
    assert done.headers["Location"] == "/people/me/"
    assert is_signed_in(browser)
    assert not is_signed_in(elsewhere)
    told = Mail.objects.get(kind="people.sign_in")
    assert (told.to, told.subject) == ([cast.member.email], "Hartwell & Moss: your password was changed")


def test_public_sign_up_is_closed(firm: object, web: Callable[..., Web]) -> None:
    for path in ("/account/signup/", "/account/sign-up/", "/account/email/"):
        assert web().get(path).status_code in (302, 404)
        assert web().post(path).status_code in (302, 403, 404)

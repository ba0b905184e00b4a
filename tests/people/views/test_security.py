"""Sign-in and security over HTTP: the app, recovery codes, confirming, and a role that asks for a second step."""

import re
import time
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client as Web

from people.models import Role, User
from people.second_factors import factors_of
from people.securing import add_app, add_passkey, ask_second_factor
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.usefixtures("own_cache")

SECURITY, CONFIRM, APP = "/people/me/security/", "/people/me/confirm/", "/people/me/security/app/"
CODES = "/people/me/security/codes/"
SIGN_IN, SECOND_STEP = "/account/sign-in/", "/account/second-step/"


def code_of(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def sign_in(browser: Web, person: User) -> str:
    """Where the password leads."""
    answer = browser.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    return str(answer.headers["Location"])


def confirm(browser: Web, typed: str = PASSWORD) -> None:
    assert browser.post(CONFIRM, {"password": typed}).status_code == 302


def is_signed_in(browser: Web) -> bool:
    return browser.get("/people/me/").status_code == 200


def test_setting_up_an_app(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.member)
    assert "Password only" in browser.get(SECURITY).content.decode()
    # Nobody who finds an open browser changes how its owner signs in.
    asked = browser.get(APP)
    assert unquote(asked.headers["Location"]) == f"{CONFIRM}?next={APP}"
    assert "not your password" in browser.post(CONFIRM, {"password": "wrong"}).content.decode()
    assert browser.post(CONFIRM, {"password": PASSWORD, "next": APP}).headers["Location"] == APP
    page = browser.get(APP).content.decode()
    assert "data:image/svg+xml;base64," in page
    secret = "".join(re.findall(r"typed-secret\">([A-Z2-7 ]+)<", page)[0].split())
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page)[0]
    assert secret not in ticket
    wrong = browser.post(APP, {"code": "000000", "ticket": ticket})
    assert wrong.status_code == 422
    # The same secret is shown again, or the app would have to be set up twice.
    assert secret[:4] in wrong.content.decode()
    done = browser.post(APP, {"code": code_of(secret), "ticket": ticket})
    assert done.headers["Location"] == CODES
    assert len(re.findall(r"<li><code>", browser.get(CODES).content.decode())) == 10
    listed = browser.get(f"{CODES}?file=1")
    assert "attachment" in listed.headers["Content-Disposition"]
    assert "Two steps" in browser.get(SECURITY).content.decode()


def test_a_ticket_of_somebody_else_sets_nothing_up(cast: Cast, web: Callable[..., Web]) -> None:
    browsers = [web(cast.member), web(cast.manager)]
    for browser in browsers:
        confirm(browser)
    page = browsers[0].get(APP).content.decode()
    secret = "".join(re.findall(r"typed-secret\">([A-Z2-7 ]+)<", page)[0].split())
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page)[0]
    for forged in (ticket, "nonsense", ""):
        assert browsers[1].post(APP, {"code": code_of(secret), "ticket": forged}).status_code == 422
    assert not Authenticator.objects.exists()


def test_signing_in_in_two_steps(cast: Cast, web: Callable[..., Web]) -> None:
    secret = generate_totp_secret()
    add_app(person=cast.member, secret=secret, by=cast.member, at=NOW)
    browser = web()
    assert sign_in(browser, cast.member) == SECOND_STEP
    assert not is_signed_in(browser)
    page = browser.get(SECOND_STEP).content.decode()
    assert "Use a passkey" not in page
    wrong = browser.post(SECOND_STEP, {"code": "000000"})
    assert "did not match" in wrong.content.decode()
    code = code_of(secret)
    assert browser.post(SECOND_STEP, {"code": code}).headers["Location"] == "/"
    assert is_signed_in(browser)
    # The same code opens nothing a second time; a recovery code does, once.
    other = web()
    sign_in(other, cast.member)
    assert other.post(SECOND_STEP, {"code": code}).status_code == 200
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    assert other.post(SECOND_STEP, {"code": spare}).headers["Location"] == "/"
    third = web()
    sign_in(third, cast.member)
    assert third.post(SECOND_STEP, {"code": spare}).status_code == 200
    assert factors_of(cast.member).codes_left == 9


def test_guessing_codes_is_limited(cast: Cast, web: Callable[..., Web]) -> None:
    secret = generate_totp_secret()
    add_app(person=cast.member, secret=secret, by=cast.member, at=NOW)
    browser = web()
    sign_in(browser, cast.member)
    for _ in range(5):
        browser.post(SECOND_STEP, {"code": "000000"})
    assert "Too many tries" in browser.post(SECOND_STEP, {"code": code_of(secret)}).content.decode()
    assert not is_signed_in(browser)


def test_one_can_begin_again(cast: Cast, web: Callable[..., Web]) -> None:
    add_app(person=cast.member, secret=generate_totp_secret(), by=cast.member, at=NOW)
    browser = web()
    sign_in(browser, cast.member)
    assert browser.post("/account/sign-out/", {"next": SIGN_IN}).headers["Location"] == SIGN_IN
    assert sign_in(browser, cast.manager) == "/"


def test_removing_asks_first(cast: Cast, web: Callable[..., Web]) -> None:
    add_app(person=cast.member, secret=generate_totp_secret(), by=cast.member, at=NOW)
    browser = web(cast.member)
    confirm(browser)
    assert "your only second step" in browser.get(f"{APP}remove/").content.decode()
    assert browser.post(f"{APP}remove/").status_code == 302
    assert sign_in(web(), cast.member) == "/"


def test_new_codes(cast: Cast, web: Callable[..., Web]) -> None:
    add_app(person=cast.member, secret=generate_totp_secret(), by=cast.member, at=NOW)
    browser = web(cast.member)
    confirm(browser)
    before = browser.get(CODES).content
    assert browser.post(f"{CODES}renew/").status_code == 302
    assert browser.get(CODES).content != before


def test_confirming_leads_back_to_this_firm_only(cast: Cast, web: Callable[..., Web]) -> None:
    for target in ("https://evil.example/", "//evil.example/", "http://other.localhost/", ""):
        answer = web(cast.member).post(CONFIRM, {"password": PASSWORD, "next": target})
        assert answer.headers["Location"] == SECURITY


ANSWER = (
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "Mg"}}'
)


@pytest.mark.parametrize(
    "credential", ["nonsense", "[]", "{}", '{"id": 1}', '{"response": []}', "7", "null", ANSWER]
)
def test_hostile_answers_of_passkeys(cast: Cast, web: Callable[..., Web], credential: str) -> None:
    add_passkey(person=cast.member, name="Laptop", credential={}, by=cast.member, at=NOW)
    signed_in, stranger = web(cast.manager), web()
    signed_in.get("/people/me/confirm/passkey/")
    assert signed_in.post(CONFIRM, {"credential": credential}).status_code == 422
    confirm(signed_in)
    signed_in.get(f"{SECURITY}passkeys/new/")
    assert signed_in.post(f"{SECURITY}passkeys/new/", {"credential": credential}).status_code == 422
    asked = stranger.get("/account/passkey/", headers={"accept": "application/json"})
    assert asked.json()["request_options"]["publicKey"]["rpId"] == "hm.localhost"
    answer = stranger.post("/account/passkey/", {"credential": credential, "next": "/time/"})
    assert answer.headers["Location"] == f"{SIGN_IN}?passkey=refused&next=%2Ftime%2F"
    assert not is_signed_in(stranger)


def test_passkeys_have_names(cast: Cast, web: Callable[..., Web]) -> None:
    key = add_passkey(person=cast.member, name="Laptop", credential={}, by=cast.member, at=NOW)
    path = f"{SECURITY}passkeys/{key.pk}/"
    assert web(cast.owner).get(f"{path}rename/").status_code == 404
    assert web(cast.owner).post(f"{path}remove/").status_code == 404
    browser = web(cast.member)
    assert browser.post(f"{path}rename/", {"name": ""}).status_code == 422
    assert browser.post(f"{path}rename/", {"name": "Telephone"}).status_code == 204
    assert "Telephone" in browser.get(SECURITY).content.decode()
    assert CONFIRM in browser.post(f"{path}remove/").headers["Location"]
    confirm(browser)
    assert browser.post(f"{path}remove/").headers["Location"] == SECURITY
    assert not Authenticator.objects.exists()


def test_a_role_that_asks_for_a_second_step(cast: Cast, web: Callable[..., Web]) -> None:
    before = web(cast.finance)
    assert is_signed_in(before)
    ask_second_factor(role=Role.objects.get(name="Finance"), is_required=True, by=cast.owner)
    assert not is_signed_in(before)
    browser = web()
    sign_in(browser, cast.finance)
    assert browser.get("/").headers["Location"] == SECURITY
    fragment = browser.get("/time/", headers={"hx-request": "true"})
    assert fragment.headers["HX-Redirect"] == SECURITY
    assert "Your role needs a second step" in browser.get(SECURITY).content.decode()
    confirm(browser)
    page = browser.get(APP).content.decode()
    secret = "".join(re.findall(r"typed-secret\">([A-Z2-7 ]+)<", page)[0].split())
    ticket = re.findall(r'name="ticket" value="([^"]+)"', page)[0]
    browser.post(APP, {"code": code_of(secret), "ticket": ticket})
    assert browser.get("/").status_code == 200
    kept = browser.post(f"{APP}remove/")
    assert kept.status_code == 422
    assert "needs a second step" in kept.content.decode()

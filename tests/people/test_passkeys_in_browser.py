"""Passkeys in a real browser with a virtual authenticator: made, to sign in, as second step, to confirm, removed."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from playwright.sync_api import Browser, CDPSession, Page, expect

from core.hosts import firm_url
from people.second_factors import factors_of
from people.securing import add_app
from tests.browsers import axe
from tests.cast import NOW, PASSWORD, Cast
from tests.houses import open_house, open_window, sign_in

pytestmark = pytest.mark.usefixtures("django_db_setup")  # before the browser, whose loop runs in this thread


@pytest.fixture
def house(own_firm: Any, own_cache: None, settings: Any) -> Iterator[Cast]:
    with open_house(settings) as cast:
        yield cast


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    with open_window(chromium) as page:
        yield page


def put_in_key(page: Page) -> tuple[CDPSession, str]:
    """A virtual authenticator that keeps passkeys and always finds the right finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, added["authenticatorId"]


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def make_passkey(page: Page, name: str) -> None:
    """From the page of security, with the password once more."""
    page.goto(firm_url("/people/me/security/"))
    page.get_by_role("link", name="Add passkey").click()
    if "/confirm/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Make passkey").click()


def test_a_passkey_from_first_to_last(house: Cast, window: Page) -> None:
    put_in_key(window)
    sign_in(window, house.member)
    make_passkey(window, "Laptop")
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert factors_of(house.member).words == "1 passkey"

    # It signs in alone, and leads to where the person wanted to go.
    sign_out(window)
    window.goto(firm_url("/people/me/"))
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_role("heading", name="Your profile")).to_be_visible()

    # With the password it is the second step.
    sign_out(window)
    sign_in(window, house.member)
    expect(window.get_by_text("One more step to sign in")).to_be_visible()
    window.get_by_role("button", name="Use a passkey").click()
    expect(window.get_by_role("link", name="Home").first).to_be_visible()

    # It confirms that it is still the same person, and a second one cannot be made on the same device.
    window.goto(firm_url("/people/me/security/passkeys/new/"))
    window.get_by_role("button", name="Use a passkey").click()
    window.get_by_role("button", name="Make passkey").click()
    expect(window.get_by_text("has a passkey for you already")).to_be_visible()

    window.goto(firm_url("/people/me/security/"))
    window.get_by_role("link", name="Remove Laptop").click()
    window.get_by_role("button", name="Remove the passkey Laptop").click()
    expect(window.get_by_text("Password only")).to_be_visible()
    assert not Authenticator.objects.exists()


def test_a_passkey_that_is_not_used_says_so(house: Cast, window: Page) -> None:
    session, key = put_in_key(window)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    window.goto(firm_url("/account/sign-in/"))
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_text("The passkey was not used.")).to_be_visible()


def test_a_passkey_that_was_removed_here_opens_nothing(house: Cast, window: Page) -> None:
    put_in_key(window)
    sign_in(window, house.member)
    make_passkey(window, "Laptop")
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    Authenticator.objects.all().delete()
    sign_out(window)
    window.goto(firm_url("/account/sign-in/"))
    window.get_by_role("button", name="Sign in with a passkey").click()
    expect(window.get_by_text("This passkey does not belong to this firm")).to_be_visible()


def test_an_app_is_set_up_by_eye(house: Cast, window: Page) -> None:
    sign_in(window, house.member)
    window.goto(firm_url("/people/me/security/app/"))
    window.locator("[name=password]").fill(PASSWORD)
    window.get_by_role("button", name="Confirm").click()
    picture = window.get_by_alt_text("QR code for your authenticator app")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert axe(window) == []
    add_app(person=house.member, secret=generate_totp_secret(), by=house.member, at=NOW)
    sign_out(window)
    sign_in(window, house.member)
    expect(window.get_by_text("One more step to sign in")).to_be_visible()
    expect(window.get_by_role("button", name="Use a passkey")).to_have_count(0)
    assert axe(window) == []

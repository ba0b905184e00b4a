"""Proving presence: the password, or a code of the app, once; guessing is limited."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value

from people.confirming import ATTEMPTS, NotConfirmed, confirm
from people.securing import add_app
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.usefixtures("own_cache")


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_password_or_code(cast: Cast) -> None:
    secret = generate_totp_secret()
    assert confirm(person=cast.member, typed=PASSWORD) == "password"
    with pytest.raises(NotConfirmed):
        confirm(person=cast.member, typed=code_of(secret))
    add_app(person=cast.member, secret=secret, by=cast.member, at=NOW)
    code = code_of(secret)
    assert confirm(person=cast.member, typed=f"{code[:3]} {code[3:]}") == "app"
    # Somebody who looked over the shoulder cannot use it again.
    with pytest.raises(NotConfirmed, match="not your password"):
        confirm(person=cast.member, typed=code)


def test_guessing_is_limited(cast: Cast) -> None:
    for _ in range(ATTEMPTS):
        with pytest.raises(NotConfirmed, match="not your password"):
            confirm(person=cast.member, typed="wrong")
    with pytest.raises(NotConfirmed, match="Too many"):
        confirm(person=cast.member, typed=PASSWORD)

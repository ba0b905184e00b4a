"""The password under a certification cannot be guessed by trying."""

from typing import Any

import pytest

from approvals.certifying import ATTEMPTS, Signature, SignatureIsWrong, check_signature
from people.models import User
from tests.cast import PASSWORD
from tests.two_connections import at_once

pytestmark = pytest.mark.usefixtures("own_cache")


def sign(by: User, password: str = "wrong wrong wrong") -> None:
    check_signature(by=by, signature=Signature(by.name, password))


def test_after_five_wrong_passwords_the_right_one_waits_too(owner: User) -> None:
    for _ in range(ATTEMPTS):
        with pytest.raises(SignatureIsWrong, match="not your password"):
            sign(owner)
    with pytest.raises(SignatureIsWrong, match="Too many wrong passwords"):
        sign(owner, PASSWORD)


def test_a_right_password_begins_anew(owner: User) -> None:
    for _ in range(3):
        with pytest.raises(SignatureIsWrong, match="not your password"):
            sign(owner)
        sign(owner, PASSWORD)
        with pytest.raises(SignatureIsWrong, match="not your password"):
            sign(owner)


def test_many_tries_at_once_are_no_way_around(own_firm: Any) -> None:
    owner = User.objects.get(email="olu@hm.example")
    answers = at_once(own_firm, *[lambda: sign(owner)] * (3 * ATTEMPTS))
    looked_at = [answer for answer in answers if "not your password" in str(answer)]
    assert len(looked_at) == ATTEMPTS

"""The password under a certification cannot be guessed by trying."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from approvals.certifying import (
    ATTEMPTS,
    Signature,
    SignatureIsWrong,
    certify,
    check_signature,
    signature_needed,
    still_signed,
)
from approvals.models import Certification, Step
from people.models import User
from tests.cast import NOW, PASSWORD
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


def signed(by: User, at: datetime, *steps: Step, password: str = "", session: str = "s1", **more: Any) -> Any:
    return certify(
        by=by,
        signature=Signature(by.name, password, session=session, **more),
        statement="Yes.",
        lines=[{"id": 1, "minutes": 60}, {"id": 2, "minutes": 30}],
        minutes=90,
        at=at,
        steps=steps,
    )


def step(minutes: int, certification: str = Step.Certification.PASSWORD) -> Step:
    return Step(position=1, certification=certification, certified_for_minutes=minutes)


def test_once_in_so_many_minutes_of_a_session(owner: User) -> None:
    half_hour = step(30)
    assert signature_needed(owner, [half_hour], NOW, "s1")
    signed(owner, NOW, half_hour, password=PASSWORD)
    later = NOW + timedelta(minutes=29)
    assert not signature_needed(owner, [half_hour], later, "s1")
    assert signed(owner, later, half_hour).proof == Certification.Proof.RECENT
    # A signature that was taken on trust prolongs nothing; another session, none or a stricter step ask anew.
    assert signature_needed(owner, [half_hour], NOW + timedelta(minutes=30), "s1")
    assert signature_needed(owner, [half_hour], later, "s2")
    assert signature_needed(owner, [half_hour], later, "")
    assert signature_needed(owner, [half_hour, step(10)], later, "s1")
    assert signature_needed(owner, [step(0)], later, "s1")


def test_without_a_recent_signature_an_empty_password_is_wrong(owner: User) -> None:
    with pytest.raises(SignatureIsWrong, match="not your password"):
        signed(owner, NOW, step(30))


def test_steps_that_ask_for_none_need_none(owner: User) -> None:
    assert not signature_needed(owner, [step(0, Step.Certification.NONE)], NOW)


def test_signing_in_again_stands_for_the_password_but_not_for_the_name(owner: User) -> None:
    assert signed(owner, NOW, step(0), reauthenticated=True).proof == Certification.Proof.REAUTHENTICATED
    with pytest.raises(SignatureIsWrong, match="Type your name"):
        check_signature(by=owner, signature=Signature("Somebody", "", reauthenticated=True))


def test_a_changed_line_takes_nothing_from_the_others(owner: User) -> None:
    certification = signed(owner, NOW, step(0), password=PASSWORD)
    certification.refresh_from_db()
    assert still_signed(certification, [{"id": 1, "minutes": 60}, {"id": 2, "minutes": 45}]) == {1}

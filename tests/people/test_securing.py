"""Second factors: setting up, removing, resetting, asking by role; secrets are not readable in the database."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret

from core.errors import NotAllowed
from core.models import Action, Change, Mail
from people.models import Role, User
from people.second_factors import factors_of, has_second_factor, is_missing
from people.securing import (
    AppIsOn,
    FactorIsRequired,
    NothingToRecover,
    NothingToReset,
    add_app,
    add_passkey,
    ask_second_factor,
    remove_factor,
    rename_passkey,
    renew_recovery_codes,
    reset_second_factors,
)
from tests.cast import NOW, Cast

SECRET = generate_totp_secret()


def test_an_app_comes_with_recovery_codes_and_goes_with_them(cast: Cast) -> None:
    person = cast.member
    app = add_app(person=person, secret=SECRET, by=person, at=NOW)
    stored = Authenticator.objects.get(pk=app.pk).data["secret"]
    assert SECRET not in stored
    assert stored.startswith("gAAAA")
    factors = factors_of(person)
    assert (factors.count, factors.codes_left, factors.words) == (1, 10, "authenticator app")
    with pytest.raises(AppIsOn):
        add_app(person=person, secret=SECRET, by=person, at=NOW)
    code = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()[0]
    assert Authenticator.objects.get(user=person, type="recovery_codes").wrap().validate_code(code)
    assert not Authenticator.objects.get(user=person, type="recovery_codes").wrap().validate_code(code)
    assert factors_of(person).codes_left == 9
    renew_recovery_codes(person=person, by=person, at=NOW)
    assert factors_of(person).codes_left == 10
    remove_factor(factor=app, by=person, at=NOW)
    assert not Authenticator.objects.filter(user=person).exists()
    with pytest.raises(NothingToRecover):
        renew_recovery_codes(person=person, by=person, at=NOW)


def test_what_is_written_down_tells_no_secret(cast: Cast) -> None:
    app = add_app(person=cast.member, secret=SECRET, by=cast.member, at=NOW)
    remove_factor(factor=app, by=cast.member, at=NOW)
    verbs = set(Action.objects.values_list("verb", flat=True))
    assert {"person.add_app", "person.remove_app"} <= verbs
    changes = Change.objects.filter(table_name="mfa_authenticator")
    assert changes.exists()
    assert "gAAAA" not in str(list(changes.values()))


def test_nobody_sets_up_anothers(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_app(person=cast.member, secret=SECRET, by=cast.owner, at=NOW)
    key = add_passkey(person=cast.member, name="  Laptop   of Priya ", credential={}, by=cast.member, at=NOW)
    assert factors_of(cast.member).passkeys[0].name == "Laptop of Priya"
    assert rename_passkey(passkey=key, name="Old laptop", by=cast.member).data["name"] == "Old laptop"
    for act in (
        lambda: remove_factor(factor=key, by=cast.owner, at=NOW),
        lambda: rename_passkey(passkey=key, name="Mine", by=cast.owner),
        lambda: renew_recovery_codes(person=cast.member, by=cast.owner, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_lost_telephone(cast: Cast) -> None:
    with pytest.raises(NothingToReset):
        reset_second_factors(person=cast.member, by=cast.owner, at=NOW)
    add_app(person=cast.member, secret=SECRET, by=cast.member, at=NOW)
    with pytest.raises(NotAllowed):
        reset_second_factors(person=cast.member, by=cast.manager, at=NOW)
    reset_second_factors(person=cast.member, by=cast.owner, at=NOW)
    assert not has_second_factor(cast.member)
    assert User.objects.get(pk=cast.member.pk).session_generation == cast.member.session_generation + 1


def test_a_role_asks_for_a_second_factor(cast: Cast) -> None:
    role = Role.objects.get(name="Finance")
    with pytest.raises(NotAllowed):
        ask_second_factor(role=role, is_required=True, by=cast.member)
    ask_second_factor(role=role, is_required=True, by=cast.owner)
    kemi = User.objects.get(pk=cast.finance.pk)
    assert is_missing(kemi)
    # Whoever has none is signed out, and sets one up when they come back.
    assert kemi.session_generation == cast.finance.session_generation + 1
    assert not is_missing(cast.member)
    app = add_app(person=kemi, secret=SECRET, by=kemi, at=NOW)
    assert not is_missing(kemi)
    with pytest.raises(FactorIsRequired, match="Finance"):
        remove_factor(factor=app, by=kemi, at=NOW)
    assert has_second_factor(kemi)
    ask_second_factor(role=role, is_required=False, by=cast.owner)
    remove_factor(factor=app, by=kemi, at=NOW)


def told(person: User) -> list[str]:
    """What the person was mailed about their sign-in."""
    mails = Mail.objects.filter(kind="people.sign_in", to=[person.email]).order_by("pk")
    return [mail.subject.partition(": ")[2] for mail in mails]


def test_each_change_is_mailed_to_the_person(cast: Cast) -> None:
    person = cast.member
    app = add_app(person=person, secret=SECRET, by=person, at=NOW)
    key = add_passkey(person=person, name="Laptop", credential={}, by=person, at=NOW)
    remove_factor(factor=app, by=person, at=NOW)
    renew_recovery_codes(person=person, by=person, at=NOW)
    remove_factor(factor=key, by=person, at=NOW)
    assert told(person) == [
        "an authenticator app was added",
        "the passkey “Laptop” was added",
        "the authenticator app was removed",
        "new recovery codes were made",
        "the passkey “Laptop” was removed",
    ]
    mail = Mail.objects.filter(kind="people.sign_in").latest("pk")
    assert "Was it you?" in mail.text
    assert "25 Nov 2026" in mail.text
    assert "https://" in mail.text or "http://" in mail.text
    assert SECRET not in mail.text + mail.html
    assert not mail.reply_to or mail.reply_to == [person.email]


def test_what_somebody_else_did_is_mailed_with_their_name(cast: Cast) -> None:
    add_app(person=cast.member, secret=SECRET, by=cast.member, at=NOW)
    reset_second_factors(person=cast.member, by=cast.owner, at=NOW)
    assert told(cast.member)[-1] == "the second step of your sign-in was taken away"
    mail = Mail.objects.filter(kind="people.sign_in").latest("pk")
    assert "Olu Hartwell did this" in mail.text
    assert not told(cast.owner)


def test_what_is_refused_is_not_mailed(cast: Cast) -> None:
    ask_second_factor(role=Role.objects.get(name="Finance"), is_required=True, by=cast.owner)
    app = add_app(person=cast.finance, secret=SECRET, by=cast.finance, at=NOW)
    with pytest.raises(FactorIsRequired):
        remove_factor(factor=app, by=cast.finance, at=NOW)
    assert told(cast.finance) == ["an authenticator app was added"]

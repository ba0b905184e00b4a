"""Second factors: setting them up, taking them away, and asking for them by role. Each change is announced, so that
its person hears of it."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from core import audit
from core.errors import NotAllowed, Refusal
from people.access import MANAGE_FIRM, MANAGE_PEOPLE, require, require_manage_sign_in
from people.events import sign_in_changed
from people.models import Role, User
from people.second_factors import has_second_factor, requiring_role

NAME_LENGTH = 60


class AppIsOn(Refusal):
    sentence = "Your authenticator app is set up already."


class FactorIsRequired(Refusal):
    sentence = "The role {role} needs a second step at sign-in. Add another one before you remove the last."


class NothingToReset(Refusal):
    sentence = "{name} signs in with the password alone."


class NothingToRecover(Refusal):
    sentence = "Recovery codes stand in for an app or a passkey. Set one of these up first."


def add_app(*, person: User, secret: str, by: User, at: datetime) -> Authenticator:
    """From now on signing in asks for a code of the app that knows `secret` (base32). Makes recovery codes if there are
    none. Announces sign_in_changed. Raises AppIsOn."""
    _only_oneself(person, by)
    with transaction.atomic():
        _locked(person)
        if Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists():
            raise AppIsOn
        audit.acting("person.add_app", by=by, subject=person)
        added: Authenticator = TOTP.activate(person, secret).instance
        RecoveryCodes.activate(person)
        _announce("An authenticator app was added", person, by, at)
    return added


def add_passkey(
    *, person: User, name: str, credential: dict[str, Any], by: User, at: datetime
) -> Authenticator:
    """Adds a key whose registration was verified. Makes recovery codes if there are none. Announces sign_in_changed."""
    _only_oneself(person, by)
    with transaction.atomic():
        _locked(person)
        tidy = " ".join(name.split())[:NAME_LENGTH] or "Passkey"
        audit.acting("person.add_passkey", by=by, subject=person, name=tidy)
        added: Authenticator = WebAuthn.add(person, tidy, credential).instance
        RecoveryCodes.activate(person)
        _announce(f"The passkey “{tidy}” was added", person, by, at)
    return added


def rename_passkey(*, passkey: Authenticator, name: str, by: User) -> Authenticator:
    """Another name for the same key."""
    _only_oneself(passkey.user, by)
    with transaction.atomic():
        passkey = Authenticator.objects.select_for_update().get(pk=passkey.pk)
        audit.acting("person.rename_passkey", by=by, subject=passkey.user, name=name)
        passkey.data["name"] = " ".join(name.split())[:NAME_LENGTH]
        passkey.save(update_fields=["data"])
    return passkey


def remove_factor(*, factor: Authenticator, by: User, at: datetime) -> None:
    """Takes the app or one passkey away; with the last one the recovery codes go too. Announces sign_in_changed.

    Raises FactorIsRequired.
    """
    person = factor.user
    _only_oneself(person, by)
    is_app = factor.type == Authenticator.Type.TOTP
    what = "The authenticator app" if is_app else f"The passkey “{factor.data['name']}”"
    with transaction.atomic():
        _locked(person)
        audit.acting("person.remove_app" if is_app else "person.remove_passkey", by=by, subject=person)
        Authenticator.objects.filter(pk=factor.pk).delete()
        if not has_second_factor(person):
            role = requiring_role(person)
            if role is not None:
                raise FactorIsRequired(role=role.name)
            Authenticator.objects.filter(user=person).delete()
        _announce(f"{what} was removed", person, by, at)


def renew_recovery_codes(*, person: User, by: User, at: datetime) -> None:
    """Makes new codes; the old ones open nothing any more. Announces sign_in_changed. Raises NothingToRecover."""
    _only_oneself(person, by)
    with transaction.atomic():
        _locked(person)
        if not has_second_factor(person):
            raise NothingToRecover
        audit.acting("person.renew_recovery_codes", by=by, subject=person)
        Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(person)
        _announce("New recovery codes were made", person, by, at)


def reset_second_factors(*, person: User, by: User | None, at: datetime) -> None:
    """For somebody who lost telephone and codes: the password alone signs in again, and all sessions end.

    Takes the right to manage the person's sign-in. Announces sign_in_changed. Raises NothingToReset.
    """
    require_manage_sign_in(by, person)
    with transaction.atomic():
        _locked(person)
        found = Authenticator.objects.filter(user=person)
        if not found.exists():
            raise NothingToReset(name=person.name)
        audit.acting("person.reset_second_factors", by=by, subject=person)
        found.delete()
        User.objects.filter(pk=person.pk).update(session_generation=F("session_generation") + 1)
        _announce("The second step of your sign-in was taken away", person, by, at)


def ask_second_factor(*, role: Role, is_required: bool, by: User | None) -> Role:
    """Whether whoever has the role needs a second step at sign-in. Those who have none yet are signed out and set one
    up when they come back; only `by` stays."""
    require(by, MANAGE_FIRM, MANAGE_PEOPLE)
    if by is not None and role.is_owner and not by.is_owner:
        raise NotAllowed("Only an owner decides how owners sign in.")
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        audit.acting("role.ask_second_factor", by=by, subject=role, is_required=is_required)
        role.requires_second_factor = is_required
        role.save(update_fields=["requires_second_factor"])
        if is_required:
            others = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
            lacking = User.objects.filter(~Exists(others.filter(user=OuterRef("pk"))), roles=role)
            if by is not None:
                lacking = lacking.exclude(pk=by.pk)
            lacking.update(session_generation=F("session_generation") + 1)
    return role


def _only_oneself(person: User, by: User) -> None:
    if by.pk != person.pk:
        raise NotAllowed("Only the person decides how they prove who they are.")


def _locked(person: User) -> None:
    """Two of the person's windows at once wait for each other."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)


def _announce(what: str, person: User, by: User | None, at: datetime) -> None:
    sign_in_changed.send(User, person=person, what=what, by=by, at=at)

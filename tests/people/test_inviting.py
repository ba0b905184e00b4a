"""Invitations: mailed, good once, never more rights than the inviter has."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.errors import NotAllowed, Refusal
from core.models import Action, Mail, Token
from core.tokens import TokenExpired, TokenRevoked, TokenUnknown, TokenUsed
from people.arranging import NoRole
from people.events import staff_added
from people.inviting import (
    AlreadyHere,
    InvitationIsOver,
    PasswordIsWeak,
    WasHere,
    accept_invitation,
    find_invitation,
    invite_person,
    resend_invitation,
    revoke_invitation,
)
from people.models import Invitation, JobTitle, LegalEntity, Role, StaffMember, User
from tests.cast import NOW, PASSWORD, Cast, add_person
from tests.two_connections import at_once

STAFF = "Staff"


def role(name: str) -> Role:
    return Role.objects.get(name=name)


def invite(by: User, email: str = "Tomas@HM.example", **values: Any) -> Invitation:
    options: dict[str, Any] = {"name": "Tomás Almeida", "roles": [role(STAFF)], "at": NOW} | values
    return invite_person(email=email, by=by, **options)


def link_of(invitation: Invitation) -> str:
    """The secret in the mail that was written last."""
    mail = Mail.objects.filter(kind="people.invitation", related_id=str(invitation.pk)).latest("pk")
    found = re.search(r"/people/join/([\w-]+)/", mail.text)
    assert found
    return found[1]


def accept(secret: str, **values: Any) -> User:
    options: dict[str, Any] = {"password": PASSWORD, "time_zone": "Europe/Lisbon", "at": NOW} | values
    return accept_invitation(token_text=secret, **options)


def test_joining_makes_the_person_as_promised(cast: Cast) -> None:
    LegalEntity.objects.update(hours_style="clock")
    heard: list[StaffMember] = []

    def hear(sender: object, staff: StaffMember, **facts: Any) -> None:
        heard.append(staff)

    staff_added.connect(hear)
    manager = cast.manager.staff_member
    invitation = invite(
        cast.owner, job_title="senior ENGINEER", manager=manager, roles=[role(STAFF), role("Manager")]
    )
    user = accept(link_of(invitation), name="Tomás A.")
    staff_added.disconnect(hear)

    assert (user.email, user.name, user.time_zone) == ("tomas@hm.example", "Tomás A.", "Europe/Lisbon")
    assert user.hours_style == "clock"
    assert user.check_password(PASSWORD)
    assert {held.name for held in user.roles.all()} == {STAFF, "Manager"}
    member = StaffMember.objects.get(user=user)
    assert member.manager == manager
    # The title is the one that exists, whatever its case.
    assert member.job_title == JobTitle.objects.get(name="Senior engineer")
    assert heard == [member]
    assert Action.objects.filter(verb="person.join", actor_id=user.pk).exists()


def test_mail_and_digest_only(cast: Cast) -> None:
    invitation = invite(cast.owner)
    secret = link_of(invitation)
    mail = Mail.objects.get(related_id=str(invitation.pk))
    assert mail.to == ["tomas@hm.example"]
    assert mail.subject == "Olu Hartwell invites you to Hartwell & Moss"
    assert f"http://hm.localhost:8000/people/join/{secret}/" in mail.text
    assert secret in mail.html
    assert "Hartwell &amp; Moss" in mail.html
    assert not Token.objects.filter(digest__contains=secret).exists()


def test_works_once(cast: Cast) -> None:
    secret = link_of(invite(cast.owner))
    accept(secret)
    with pytest.raises(TokenUsed):
        accept(secret)
    with pytest.raises(TokenUsed):
        find_invitation(secret, at=NOW)


def test_expired_revoked_and_forged(cast: Cast) -> None:
    invitation = invite(cast.owner)
    secret = link_of(invitation)
    with pytest.raises(TokenExpired):
        find_invitation(secret, at=NOW + timedelta(days=14))
    revoke_invitation(invitation=invitation, by=cast.owner, at=NOW)
    with pytest.raises(TokenRevoked):
        accept(secret)
    with pytest.raises(TokenUnknown):
        accept("x" * 43)
    with pytest.raises(InvitationIsOver):
        resend_invitation(invitation=invitation, by=cast.owner, at=NOW)


def test_a_new_link_ends_the_old_one(cast: Cast) -> None:
    invitation = invite(cast.owner)
    old = link_of(invitation)
    resend_invitation(invitation=invitation, by=cast.owner, at=NOW + timedelta(minutes=1))
    with pytest.raises(TokenRevoked):
        accept(old)
    assert accept(link_of(invitation), at=NOW + timedelta(minutes=2)).email == "tomas@hm.example"


def test_a_weak_password_uses_nothing_up(cast: Cast) -> None:
    secret = link_of(invite(cast.owner))
    for weak in ("short", "passwordpassword1"[:11], "tomas@hm.example"):
        with pytest.raises(PasswordIsWeak) as caught:
            accept(secret, password=weak)
        assert caught.value.field == "password"
    assert accept(secret)


def test_who_is_here_already(cast: Cast) -> None:
    with pytest.raises(AlreadyHere) as caught:
        invite(cast.owner, email="PRIYA@hm.example")
    assert caught.value.field == "email"
    User.objects.filter(pk=cast.member.pk).update(is_active=False)
    with pytest.raises(WasHere):
        invite(cast.owner, email="priya@hm.example")
    invite(cast.owner)
    with pytest.raises(Refusal, match="invited already") as twice:
        invite(cast.owner, email="tomas@hm.example")
    assert twice.value.field == "email"


def test_nobody_gives_more_than_they_have(cast: Cast) -> None:
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    invite(administrator, roles=[role("Manager"), role(STAFF)])
    for name in ("Owner", "Finance"):
        with pytest.raises(NotAllowed):
            invite(administrator, email=f"{name}@hm.example", roles=[role(STAFF), role(name)])
    with pytest.raises(NotAllowed):
        invite(cast.manager, email="other@hm.example")
    with pytest.raises(NoRole):
        invite(cast.owner, email="other@hm.example", roles=[])
    assert Invitation.objects.count() == 1


def test_two_tabs_join_once(own_firm: Any) -> None:
    owner = User.objects.get(email="olu@hm.example")
    # Not sent yet: what is sent keeps no secret.
    secret = link_of(invite(owner, at=clock.now() + timedelta(hours=1)))
    results = at_once(connection.tenant, lambda: accept(secret), lambda: accept(secret))
    assert sorted(type(result).__name__ for result in results) in (
        ["InvitationIsOver", "User"],
        ["TokenUsed", "User"],
    )
    assert User.objects.filter(email="tomas@hm.example").count() == 1
    assert StaffMember.objects.filter(user__email="tomas@hm.example").count() == 1

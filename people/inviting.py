"""Invitations: a mailed link, good once, by which somebody sets a password and joins."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from core import audit, hosts, mail, tokens
from core.errors import Refusal
from core.promises import promises
from people import time_zones
from people.access import MANAGE_PEOPLE, require, require_grant
from people.arranging import NoRole
from people.employing import add_staff
from people.letterhead import letterhead
from people.models import Invitation, JobTitle, LegalEntity, Role, StaffMember, User
from people.organising import job_title_named

PURPOSE = "people.invitation"
LIFETIME = timedelta(days=14)


class AlreadyHere(Refusal):
    sentence = "{name} is part of the firm already."


class WasHere(Refusal):
    sentence = "{name} was deactivated here. Open them under Inactive and reactivate them instead."


class InvitationIsOver(Refusal):
    sentence = "This invitation was accepted or revoked already."


class PasswordIsWeak(Refusal):
    """The message says which rule it breaks."""


def invite_person(
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    by: User | None,
    at: datetime,
    job_title: JobTitle | str | None = None,
    manager: StaffMember | None = None,
) -> Invitation:
    """Mails a link that is good for 14 days. Raises NoRole (roles), NotAllowed for roles beyond one's own rights,
    AlreadyHere, WasHere and the promise people_one_open_invitation (email)."""
    require(by, MANAGE_PEOPLE)
    if not roles:
        raise NoRole(field="roles")
    require_grant(by, roles)
    email = email.strip().lower()
    here = User.objects.filter(email=email).first()
    if here is not None:
        refusal = AlreadyHere if here.is_active else WasHere
        raise refusal(field="email", name=here.name)
    with promises(), transaction.atomic():
        invitation = Invitation.objects.create(
            email=email,
            name=name,
            job_title=job_title_named(job_title),
            manager=manager,
            invited_by_name=by.name if by else "",
            invited_at=at,
        )
        invitation.roles.set(roles)
        audit.acting("person.invite", by=by, subject=invitation, roles=sorted(role.name for role in roles))
        _send(invitation, by, at)
    return invitation


def resend_invitation(*, invitation: Invitation, by: User | None, at: datetime) -> Invitation:
    """A new link for 14 days; the old one opens nothing any more. Raises InvitationIsOver."""
    require(by, MANAGE_PEOPLE)
    with transaction.atomic():
        invitation = _locked(invitation)
        require_grant(by, invitation.roles.all())
        audit.acting("person.invite_again", by=by, subject=invitation)
        tokens.revoke(PURPOSE, invitation, at=at)
        invitation.invited_at = at
        _send(invitation, by, at)
    return invitation


def revoke_invitation(*, invitation: Invitation, by: User | None, at: datetime) -> Invitation:
    """The link opens nothing any more. Raises InvitationIsOver."""
    require(by, MANAGE_PEOPLE)
    with transaction.atomic():
        invitation = _locked(invitation)
        audit.acting("person.revoke_invitation", by=by, subject=invitation)
        tokens.revoke(PURPOSE, invitation, at=at)
        invitation.revoked_at = at
        invitation.save(update_fields=["revoked_at"])
    return invitation


def find_invitation(token_text: str, *, at: datetime) -> Invitation:
    """The invitation that the link opens. Raises TokenUnknown, TokenExpired, TokenRevoked or TokenUsed."""
    token = tokens.find(PURPOSE, token_text, at=at)
    return Invitation.objects.select_related("job_title", "manager").get(pk=token.subject_id)


def accept_invitation(
    *, token_text: str, password: str, time_zone: str, at: datetime, name: str = ""
) -> User:
    """Makes the user and staff member, with what the invitation promised. Works once: of two at once the second gets
    TokenUsed. Raises PasswordIsWeak (field password)."""
    with promises(), transaction.atomic():
        token = tokens.find(PURPOSE, token_text, at=at)
        invitation = _locked(Invitation.objects.get(pk=token.subject_id))
        person = User(email=invitation.email, name=name or invitation.name)
        check_password(password, person)
        tokens.use(token, at=at)
        entity = LegalEntity.objects.filter(is_default=True).first()
        user = User.objects.create_user(
            email=invitation.email,
            name=person.name,
            password=password,
            time_zone=time_zones.known(time_zone, entity.time_zone if entity else "UTC"),
            hours_style=entity.hours_style if entity else User.HoursStyle.DECIMAL,
        )
        user.roles.set(invitation.roles.all())
        audit.acting("person.join", by=user, subject=invitation)
        manager = invitation.manager if invitation.manager and invitation.manager.is_active else None
        add_staff(name=user.name, user=user, job_title=invitation.job_title, manager=manager, by=user)
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
    return user


def check_password(password: str, person: User) -> None:
    """Raises PasswordIsWeak (field password) with the sentences of the rules that it breaks."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordIsWeak(" ".join(error.messages), field="password") from error


def _locked(invitation: Invitation) -> Invitation:
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("job_title", "manager")
        .get(pk=invitation.pk)
    )
    if found.accepted_at or found.revoked_at:
        raise InvitationIsOver
    return found


def _send(invitation: Invitation, by: User | None, at: datetime) -> None:
    raw = tokens.issue(PURPOSE, invitation, lifetime=LIFETIME, at=at, by=by)
    invitation.token = tokens.find(PURPOSE, raw, at=at)
    invitation.save(update_fields=["token", "invited_at"])
    firm = letterhead()
    context = firm | {
        "invitation": invitation,
        "inviter": by.name if by else firm["firm_name"],
        "url": hosts.firm_url(f"/people/join/{raw}/"),
        "until": (at + LIFETIME).date(),
    }
    subject, text, html = mail.render_mail("people/mail/invitation", context)
    mail.post(
        PURPOSE,
        to=[invitation.email],
        subject_key=f"invitation-{invitation.pk}-{invitation.token.pk}",
        subject=subject,
        text=text,
        html=html,
        from_name=firm["firm_name"],
        is_secret=True,
        related=invitation,
        at=at,
    )

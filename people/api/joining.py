"""Invitations: how somebody who signs in comes to the firm."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query

from core import clock
from core.api import Id, Listing, Part, Routes, Row, Wish, cleaned, page
from people.access import MANAGE_PEOPLE
from people.forms import InviteForm
from people.guards import guarded
from people.inviting import invite_person, resend_invitation, revoke_invitation
from people.models import Invitation

routes = Routes("people")


class InvitationRow(Row):
    id: int
    email: str
    name: str
    role_ids: list[int]
    job_title: str
    manager_id: int | None
    invited_by_name: str
    invited_at: datetime
    expires_at: datetime | None
    accepted_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_role_ids(invitation: Invitation) -> list[int]:
        return sorted(role.pk for role in invitation.roles.all())

    @staticmethod
    def resolve_job_title(invitation: Invitation) -> str:
        return invitation.job_title.name if invitation.job_title else ""

    @staticmethod
    def resolve_expires_at(invitation: Invitation) -> datetime | None:
        return invitation.token.expires_at if invitation.token else None


class InvitationWish(Wish):
    email: str
    name: str
    role_ids: list[Id]
    job_title: str = ""
    manager_id: Id | None = None


@routes.read("/invitations", Listing[InvitationRow])
@guarded(MANAGE_PEOPLE)
def list_invitations(request: HttpRequest, part: Query[Part], is_open: bool = True) -> dict[str, Any]:
    """Who is invited; with `is_open=false` also who has joined or was taken back."""
    return page(_invitations().filter(accepted_at=None, revoked_at=None) if is_open else _invitations(), part)


@routes.write("/invitations", InvitationRow, status=201)
@guarded(MANAGE_PEOPLE)
def create_invitation(request: HttpRequest, wish: InvitationWish) -> Invitation:
    """Mails a link that is good once, for 14 days; with it the person sets a password and joins."""
    fields = cleaned(InviteForm, wish, names={"role_ids": "roles"}, by=request.user)
    invitation = invite_person(by=request.user, at=clock.now(), **fields)
    return get_object_or_404(_invitations(), pk=invitation.pk)


@routes.read("/invitations/{int:invitation_id}", InvitationRow)
@guarded(MANAGE_PEOPLE)
def show_invitation(request: HttpRequest, invitation_id: int) -> Invitation:
    """One invitation."""
    return get_object_or_404(_invitations(), pk=invitation_id)


@routes.write("/invitations/{int:invitation_id}/resend", InvitationRow)
@guarded(MANAGE_PEOPLE)
def send_invitation_again(request: HttpRequest, invitation_id: int) -> Invitation:
    """Mails a new link; the old one opens nothing any more."""
    found = get_object_or_404(_invitations(), pk=invitation_id)
    resend_invitation(invitation=found, by=request.user, at=clock.now())
    return get_object_or_404(_invitations(), pk=invitation_id)


@routes.write("/invitations/{int:invitation_id}/revoke", InvitationRow)
@guarded(MANAGE_PEOPLE)
def take_invitation_back(request: HttpRequest, invitation_id: int) -> Invitation:
    """The link opens nothing any more."""
    found = get_object_or_404(_invitations(), pk=invitation_id)
    revoke_invitation(invitation=found, by=request.user, at=clock.now())
    return get_object_or_404(_invitations(), pk=invitation_id)


def _invitations() -> Any:
    return Invitation.objects.select_related("token", "job_title").prefetch_related("roles")

"""Read models of people: the list of everybody, and what a firm has begun."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from people.models import Invitation, LegalEntity, StaffMember
from people.models.staff import StaffQuerySet


def staff_list(*, query: str = "", is_active: bool = True) -> StaffQuerySet:
    """Those in one state whose name, e-mail, title or number holds the words, by name; two statements in all."""
    return staff_named(query).filter(is_active=is_active).order_by("name", "pk")


def staff_named(query: str = "") -> StaffQuerySet:
    """Everybody whose name, e-mail, title or number holds the words, with what lists show of them."""
    found = StaffMember.objects.select_related(
        "user", "job_title", "manager", "department", "office"
    ).prefetch_related("user__roles")
    for word in query.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(user__email__icontains=word)
            | Q(job_title__name__icontains=word)
            | Q(employee_number__iexact=word)
        )
    return found


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that waits, and whether its link still works."""

    invitation: Invitation
    is_expired: bool


def open_invitations(*, at: datetime) -> list[OpenInvitation]:
    """The latest first; two statements."""
    rows = (
        Invitation.objects.open()
        .select_related("token", "job_title", "manager")
        .prefetch_related("roles")
        .order_by("-invited_at")
    )
    return [OpenInvitation(row, row.token is None or row.token.expires_at <= at) for row in rows]


@dataclass(frozen=True)
class Beginnings:
    """What a new firm has done about people and itself, for the first-run checklist."""

    people: int
    invited: int
    has_address: bool
    has_logo: bool
    without_manager: int


def beginnings() -> Beginnings:
    """Four statements."""
    active = StaffMember.objects.working()
    entity = LegalEntity.objects.filter(is_default=True).first()
    people = active.count()
    return Beginnings(
        people=people,
        invited=Invitation.objects.open().count(),
        has_address=bool(entity and entity.address),
        has_logo=bool(entity and entity.logo_id),
        # One person may stand above all others.
        without_manager=max(0, active.filter(manager=None).count() - 1),
    )

"""Invitations to join the firm."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, Now

from people.models.organisation import JobTitle
from people.models.roles import Role
from people.models.staff import StaffMember


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Those that nobody accepted or revoked; their link may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """An open offer to join. The secret is a `core.tokens` token; only its digest is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    roles = models.ManyToManyField(Role, related_name="invitations")
    job_title = models.ForeignKey(JobTitle, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token = models.ForeignKey("core.Token", null=True, on_delete=models.PROTECT, related_name="+")
    invited_by_name = models.CharField(max_length=120)
    invited_at = models.DateTimeField(db_default=Now())
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="people_one_open_invitation",
            )
        ]

    def __str__(self) -> str:
        return self.email

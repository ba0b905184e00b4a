"""Who decides on what: policies with steps, requests, decisions, certifications, delegations.

This room knows subjects only as (kind, id); the rooms that own them call down and write their own state.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from people.models import Role, StaffMember, User


class Policy(models.Model):
    """How one kind of subject is approved. Any number of steps, in order; an empty step is skipped."""

    subject_kind = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    statement = models.TextField(help_text="What the approver certifies.")
    asks_password = models.BooleanField(default=True)
    # Somebody may not decide on their own lines; they go to the next step, or to whoever may decide on all.
    allows_self_approval = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    class Source(models.TextChoices):
        LINE_MANAGER = "LINE_MANAGER", "Line manager"
        PROJECT_LEAD = "PROJECT_LEAD", "Project lead"
        ROLE = "ROLE", "Everybody with a role"
        PERSON = "PERSON", "A named person"

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.LINE_MANAGER)
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "position"], name="approvals_step_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_source_display()}"


class RequestQuerySet(models.QuerySet["Request"]):
    def waiting(self) -> "RequestQuerySet":
        return self.filter(state=Request.State.WAITING)


class Request(models.Model):
    """One subject in approval. A new submission is a new request; the old ones stay as history."""

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Rejected"
        WITHDRAWN = "WITHDRAWN", "Withdrawn"

    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    owner = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="approval_requests")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="requests")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # Who decides on the present step; empty when a role does, or nobody was found.
    waits_for = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="waiting_approvals"
    )
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = RequestQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["waits_for", "state"], name="approvals_inbox"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="approvals_history"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"],
                condition=models.Q(state="WAITING"),
                name="approvals_one_open_request",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id}"


class Certification(models.Model):
    """A signed statement over lines: text, typed name, time, address, hash of the lines. Append-only."""

    statement = models.TextField()
    typed_name = models.CharField(max_length=120)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    lines_sha256 = models.CharField(max_length=64)
    line_count = models.PositiveIntegerField()
    worked_minutes = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.by_name} {self.at:%Y-%m-%d}"


class Decision(models.Model):
    """What somebody decided on a step. Append-only."""

    class Outcome(models.TextChoices):
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Returned"
        UNAPPROVED = "UNAPPROVED", "Approval taken back"

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="decisions")
    step_position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    # Whose place the person took, when deciding as a delegate.
    for_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    certification = models.ForeignKey(
        Certification, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(outcome="REJECTED", reason=""), name="approvals_return_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.by_name}"


class Delegation(models.Model):
    """From day to day, `delegate` may decide what waits for `approver`."""

    approver = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="delegated_to_me")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="approvals_delegation_days"
            ),
            models.CheckConstraint(
                condition=~models.Q(approver=models.F("delegate")), name="approvals_no_delegation_to_self"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.approver}"

"""Requests: one subject in approval, the seats that are asked, what was said, decided and signed."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from approvals.models.policies import Policy, Step
from people.models import Role, StaffMember, User


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
    # Step and person of the first seat that waits, for lists; the seats are what counts.
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

    class Proof(models.TextChoices):
        PASSWORD = "PASSWORD", "Password"
        REAUTHENTICATED = "REAUTHENTICATED", "Signed in again"
        # An earlier signature of the same session that is still good.
        RECENT = "RECENT", "Signed a moment before"

    statement = models.TextField()
    typed_name = models.CharField(max_length=120)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    proof = models.CharField(max_length=16, choices=Proof.choices, default=Proof.PASSWORD)
    # A digest of the session in which it was given; empty where there is none.
    session = models.CharField(max_length=64, blank=True)
    lines_sha256 = models.CharField(max_length=64)
    # The hash of each line by its id, so that a line that changes later leaves the others' signature whole.
    line_hashes = models.JSONField(default=dict)
    line_count = models.PositiveIntegerField()
    worked_minutes = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["by", "session", "-at"], name="approvals_signed_lately")]

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

    @property
    def by_whom(self) -> str:
        """`Kemi Ogundipe for Dana Ruiz` where it was decided in another's place."""
        return f"{self.by_name} for {self.for_name}" if self.for_name else self.by_name


class Seat(models.Model):
    """One who is asked on a step of a request: a person, the holders of a role, or else whoever decides on everything.

    Seats exist for the present position and for those that were decided, or for all where all are asked at once. Seats
    of one step are alternatives (the approver and, after an escalation, the approver's manager); seats of several steps
    must all approve.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "Waiting"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Returned"
        SKIPPED = "SKIPPED", "Not asked any more"

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="seats")
    step = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    waits_for = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # The decision that ended it; taking that decision back opens it again.
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    is_escalation = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["waits_for", "request"],
                condition=models.Q(state="WAITING"),
                name="approvals_seat_inbox",
            ),
            models.Index(
                fields=["role", "request"], condition=models.Q(state="WAITING"), name="approvals_role_inbox"
            ),
        ]

    def __str__(self) -> str:
        return str(self.waits_for or self.role or "whoever decides on everything")


class Message(models.Model):
    """A question about a request, or its answer. The request stays where it waits. Append-only."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="messages")
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=120)
    # A question of an approver where False.
    is_answer = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(text=""), name="approvals_message_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.by_name}: {self.text}"

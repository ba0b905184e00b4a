"""Requests for leave: from a day (or its noon) to a day (or its noon)."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now

from core.periods import Period
from people.models import StaffMember
from staffing.half_days import Span
from staffing.models.types import LeaveType


class Halves(Func):
    """The half days that a request covers, as a range of whole numbers: two for each day since 2000."""

    function = "int4range"
    template = (
        "int4range((starts_on - DATE '2000-01-01') * 2 + starts_at_noon::int, "
        "(ends_on - DATE '2000-01-01') * 2 + 2 - ends_at_noon::int)"
    )
    output_field = IntegerRangeField()


class LeaveRequestQuerySet(models.QuerySet["LeaveRequest"]):
    def between(self, first: date, last: date) -> "LeaveRequestQuerySet":
        """Those that touch the days from `first` to `last`, both included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def in_force(self) -> "LeaveRequestQuerySet":
        """Approved leave: it fills the grid and reduces what is required."""
        return self.filter(state=LeaveRequest.State.APPROVED, kind__in=LeaveRequest.TAKES_DAYS)

    def claiming(self) -> "LeaveRequestQuerySet":
        """What counts against the balance: approved, or waiting and not only a change of what counts already."""
        return self.filter(LeaveRequest.CLAIMING)


class LeaveRequest(models.Model):
    """Some days of leave that a person asks for, has, or had.

    A change of approved leave, and its cancellation, is a request of its own that `replaces` the approved one. Until
    it is approved the old one stays in force; then the old one is REPLACED, or CANCELED.
    """

    class State(models.TextChoices):
        SUBMITTED = "SUBMITTED", "Waiting"
        APPROVED = "APPROVED", "Approved"
        REJECTED = "REJECTED", "Returned"
        WITHDRAWN = "WITHDRAWN", "Withdrawn"
        CANCELED = "CANCELED", "Canceled"
        REPLACED = "REPLACED", "Changed"

    class Kind(models.TextChoices):
        LEAVE = "LEAVE", "Leave"
        CHANGE = "CHANGE", "Change"
        CANCELLATION = "CANCELLATION", "Cancellation"

    TAKES_DAYS = (Kind.LEAVE, Kind.CHANGE)
    CLAIMING = Q(state="APPROVED", kind__in=["LEAVE", "CHANGE"]) | Q(state="SUBMITTED", kind="LEAVE")

    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="leave_requests")
    leave_type = models.ForeignKey(LeaveType, on_delete=models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.LEAVE)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Only the afternoon of the first day, only the morning of the last.
    starts_at_noon = models.BooleanField(default=False)
    ends_at_noon = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.SUBMITTED)
    version = models.PositiveIntegerField(default=1)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_by_name = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = LeaveRequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["staff", "starts_on"], name="staffing_leave_of_person"),
            models.Index(fields=["updated_at", "id"], name="staffing_leave_changed"),
        ]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="staffing_leave_does_not_overlap",
                expressions=[(F("staff"), RangeOperators.EQUAL), (Halves(), RangeOperators.OVERLAPS)],
                condition=Q(state="APPROVED", kind__in=["LEAVE", "CHANGE"])
                | Q(state="SUBMITTED", kind="LEAVE"),
                violation_error_message="Another request covers some of these days.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"))
                | Q(ends_on=F("starts_on"), starts_at_noon=False)
                | Q(ends_on=F("starts_on"), ends_at_noon=False),
                name="staffing_leave_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(kind="LEAVE", replaces=None) | (~Q(kind="LEAVE") & Q(replaces__isnull=False)),
                name="staffing_change_replaces_something",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(state="SUBMITTED"), name="staffing_one_open_change"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.starts_on} to {self.ends_on}"

    @property
    def period(self) -> Period:
        """Its days, weekends and holidays included."""
        return Period(self.starts_on, self.ends_on)

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_on, self.starts_at_noon, self.ends_at_noon)

    @property
    def is_cancellation(self) -> bool:
        return self.kind == self.Kind.CANCELLATION

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.SUBMITTED

    @property
    def is_in_force(self) -> bool:
        return self.state == self.State.APPROVED and self.kind in self.TAKES_DAYS

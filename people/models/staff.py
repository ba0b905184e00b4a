"""Staff members: who works, under whom, when."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from people.models.calendars import WorkingPattern
from people.models.organisation import Department, JobTitle, LegalEntity, Office


class StaffQuerySet(models.QuerySet["StaffMember"]):
    def working(self) -> "StaffQuerySet":
        """Those who are active today."""
        return self.filter(is_active=True)

    def reporting_to(self, manager: "StaffMember") -> "StaffQuerySet":
        return self.filter(manager=manager)


class StaffMember(models.Model):
    """A person whose time the firm sells. Without `user`: a contractor known only from accounting."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    name = models.CharField(max_length=120)
    employee_number = models.CharField(max_length=30, blank=True)
    job_title = models.ForeignKey(
        JobTitle, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    manager = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    legal_entity = models.ForeignKey(
        LegalEntity, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    # What the person begins with: holds until the first PatternAssignment, empty is the firm's default.
    working_pattern = models.ForeignKey(
        WorkingPattern, null=True, blank=True, on_delete=models.PROTECT, related_name="staff"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    # Kept by the database (core.triggers.touched), also when the sign-in or the roles change.
    updated_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = StaffQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="people_staff_changed")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(manager=models.F("id")), name="people_nobody_manages_themselves"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="people_starts_before_it_ends",
            ),
            models.UniqueConstraint(
                fields=["employee_number"],
                condition=~models.Q(employee_number=""),
                name="people_employee_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

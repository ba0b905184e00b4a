"""Reminders: when people are told what their time lacks, and who was told."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from people.models import Department, Role, StaffMember


class ReminderSettings(models.Model):
    """When time is due, and the mails to managers and approvers (one row)."""

    # Days after the last day of a period; 1 is the Monday after a week that ends on Sunday.
    due_after_days = models.PositiveSmallIntegerField(default=1)
    # To each manager, once for a period: whose time is still missing. So many days after it was due.
    sends_digest = models.BooleanField(default=True)
    digest_after_days = models.PositiveSmallIntegerField(default=2)
    digest_hour = models.PositiveSmallIntegerField(default=9)
    # To each approver, on working days: what is new for them.
    sends_approvals = models.BooleanField(default=True)
    approvals_hour = models.PositiveSmallIntegerField(default=8)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="timesheets_one_reminder_settings_row"),
            models.CheckConstraint(
                condition=models.Q(digest_hour__lte=23, approvals_hour__lte=23),
                name="timesheets_digest_at_an_hour",
            ),
        ]

    def __str__(self) -> str:
        return "Reminders"


class ReminderRule(models.Model):
    """One rule: whom to remind of missing time, and when. Hours are those of the person's own clock."""

    class Moment(models.TextChoices):
        BEFORE = "BEFORE", "Before it is due"
        ON = "ON", "On the day it is due"
        AFTER = "AFTER", "After it was due"

    class Counts(models.TextChoices):
        RECORDED = "RECORDED", "recorded"
        SUBMITTED = "SUBMITTED", "submitted"

    moment = models.CharField(max_length=6, choices=Moment.choices, default=Moment.ON)
    # How many days before or after it is due; 0 on the day itself.
    days = models.PositiveSmallIntegerField(default=0)
    hour = models.PositiveSmallIntegerField(default=9)
    # On so many days, one after the other, until nothing is missing.
    times = models.PositiveSmallIntegerField(default=1)
    threshold_percent = models.PositiveSmallIntegerField(default=100)
    counts = models.CharField(max_length=9, choices=Counts.choices, default=Counts.RECORDED)
    look_back_weeks = models.PositiveSmallIntegerField(default=0)
    # The latest days that nobody is reminded of yet.
    grace_days = models.PositiveSmallIntegerField(default=0)
    # Empty: everybody. Both filled: who holds one of the roles and belongs to one of the departments.
    roles = models.ManyToManyField(Role, through="RemindedRole", blank=True, related_name="+")
    departments = models.ManyToManyField(
        Department, through="RemindedDepartment", blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="timesheets_reminder_at_an_hour"),
            models.CheckConstraint(
                condition=models.Q(times__gte=1, times__lte=30, days__lte=30),
                name="timesheets_reminder_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(moment="ON", days=0) | (~models.Q(moment="ON") & models.Q(days__gte=1)),
                name="timesheets_reminder_has_days",
            ),
            models.CheckConstraint(
                condition=~models.Q(moment="BEFORE") | models.Q(times__lte=models.F("days")),
                name="timesheets_reminder_before_due",
            ),
            models.CheckConstraint(
                condition=models.Q(threshold_percent__gte=1, threshold_percent__lte=100),
                name="timesheets_reminder_threshold",
            ),
            models.CheckConstraint(
                condition=models.Q(look_back_weeks__lte=12, grace_days__lte=14),
                name="timesheets_reminder_looks_back",
            ),
        ]

    def __str__(self) -> str:
        return self.get_moment_display()


class RemindedRole(models.Model):
    """A role that a rule is for. It cannot be removed meanwhile: without it the rule would be for everybody."""

    rule = models.ForeignKey(
        ReminderRule, on_delete=models.CASCADE, related_name="+", db_column="reminderrule_id"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "timesheets_reminderrule_roles"
        verbose_name = "reminder rule"
        unique_together: ClassVar = [("rule", "role")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.role}"


class RemindedDepartment(models.Model):
    """A department that a rule is for. It cannot be removed meanwhile, as a role."""

    rule = models.ForeignKey(
        ReminderRule, on_delete=models.CASCADE, related_name="+", db_column="reminderrule_id"
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "timesheets_reminderrule_departments"
        verbose_name = "reminder rule"
        unique_together: ClassVar = [("rule", "department")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.department}"


class Reminder(models.Model):
    """The claim of one mail: written before the mail is queued, so that two schedules at once send one."""

    class Kind(models.TextChoices):
        MISSING = "MISSING", "Missing time"
        DIGEST = "DIGEST", "Missing time of the team"
        APPROVALS = "APPROVALS", "New to approve"
        OVERDUE = "OVERDUE", "Waiting for long"
        ESCALATED = "ESCALATED", "Handed up"

    kind = models.CharField(max_length=9, choices=Kind.choices)
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="reminders")
    # What it is about: the first day of the period, or the day itself where there is none.
    period_first = models.DateField()
    # In the person's time zone.
    day = models.DateField()
    minutes = models.PositiveIntegerField(default=0)
    # Empty: the schedule; else who pressed *Remind*.
    by_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "staff", "period_first", "day"], name="timesheets_reminded_once"
            ),
            models.UniqueConstraint(
                fields=["staff", "day"],
                condition=models.Q(kind="MISSING"),
                name="timesheets_reminded_once_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="timesheets_reminded_lately")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.staff}, {self.day}"

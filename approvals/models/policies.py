"""Policies: how each kind of thing is approved, step by step."""

from typing import ClassVar

from django.db import models

from people.models import Department, Role, StaffMember


class Policy(models.Model):
    """How one kind of subject is approved. Any number of steps, in order; an empty step is skipped."""

    subject_kind = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    statement = models.TextField(help_text="What the approver certifies.")
    # Somebody may not decide on their own lines; they go to the next step, or to whoever may decide on all.
    allows_self_approval = models.BooleanField(default=False)
    # What no step fits waits for whoever decides on everything; where nothing is required it passes undecided.
    is_required = models.BooleanField(default=True)
    # Advisory where False: the thing may go on (an invoice be issued) before everybody has decided.
    is_blocking = models.BooleanField(default=True)
    # All steps are asked at once, and an approval counts for the steps before it as well; else one after the other.
    is_together = models.BooleanField(default=False, db_default=False)
    # Working days of the approver; empty is never.
    reminds_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    escalates_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(reminds_after_days=None)
                | models.Q(escalates_after_days=None)
                | models.Q(reminds_after_days__lt=models.F("escalates_after_days")),
                name="approvals_reminds_before_escalating",
            ),
            models.CheckConstraint(
                condition=~models.Q(reminds_after_days=0) & ~models.Q(escalates_after_days=0),
                name="approvals_waits_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def live_steps(self) -> list["Step"]:
        """The present steps in order; without a statement where `policy_for` has loaded them."""
        steps = [step for step in self.steps.all() if not step.is_retired]
        return sorted(steps, key=lambda step: (step.position, step.pk))

    @property
    def asks_password(self) -> bool:
        """Whether any present step asks for a signature."""
        return any(step.certification != Step.Certification.NONE for step in self.live_steps)


class Step(models.Model):
    """One question of a policy. Steps of the same position are asked side by side, and all must approve.

    A step is never deleted, so that history keeps its words: it is retired.
    """

    class Source(models.TextChoices):
        LINE_MANAGER = "LINE_MANAGER", "Line manager"
        PROJECT_LEAD = "PROJECT_LEAD", "Project lead"
        DEPARTMENT_HEAD = "DEPARTMENT_HEAD", "Department head"
        ROLE = "ROLE", "Everybody with a role"
        PERSON = "PERSON", "A named person"

    class Billable(models.TextChoices):
        BILLABLE = "BILLABLE", "Billable only"
        NON_BILLABLE = "NON_BILLABLE", "Non-billable only"

    class Certification(models.TextChoices):
        NONE = "NONE", "No signature"
        PASSWORD = "PASSWORD", "Name and password"

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=Source.choices, default=Source.LINE_MANAGER)
    role = models.ForeignKey(Role, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Conditions; amounts are in the firm's currency, both ends included. Projects live above this room: no foreign key.
    least_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    most_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    billable = models.CharField(max_length=12, choices=Billable.choices, blank=True)
    project_id = models.BigIntegerField(null=True, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Asked only about what is beyond the limits that its own room knows, such as those of expense codes.
    is_for_exceptions = models.BooleanField(default=False, db_default=False)
    certification = models.CharField(max_length=10, choices=Certification.choices, default=Certification.NONE)
    # A signature in the same session is good for so long; 0 asks each time.
    certified_for_minutes = models.PositiveSmallIntegerField(default=0)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(source="ROLE") | models.Q(role__isnull=False),
                name="approvals_step_names_role",
            ),
            models.CheckConstraint(
                condition=~models.Q(source="PERSON") | models.Q(person__isnull=False),
                name="approvals_step_names_person",
            ),
            models.CheckConstraint(
                condition=models.Q(least_amount=None)
                | models.Q(most_amount=None)
                | models.Q(least_amount__lte=models.F("most_amount")),
                name="approvals_step_amounts_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(certified_for_minutes__lte=1440), name="approvals_certified_for_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.get_source_display()}"

    @property
    def words(self) -> str:
        """Who is asked: the role's or the person's name, else `the line manager`."""
        match self.source:
            case Step.Source.ROLE:
                return str(self.role)
            case Step.Source.PERSON:
                return str(self.person)
            case Step.Source.PROJECT_LEAD:
                return "the project lead"
            case Step.Source.DEPARTMENT_HEAD:
                return "the department head"
            case _:
                return "the line manager"

"""What was agreed about money: contract lines with their terms, terms of single tasks, milestones."""

from typing import ClassVar

from django.db import models

from core.minutes import DAY_MINUTES
from core.models import StoredFile
from core.transitions import Transitions
from projects.models.agreed import AgreedTerms
from projects.models.recurrence import Recurrence


class ContractLine(AgreedTerms):
    """How a part of the project is billed. One billing method is one module in billing.

    The terms are those of its method; the others stay empty. A line that took over from another counts from
    `starts_on`; work before that day is billed by the line that it took over from.
    """

    project = models.ForeignKey("projects.Project", on_delete=models.PROTECT, related_name="contract_lines")
    # The first line of those that took over from each other; empty for that one itself.
    origin = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors"
    )
    starts_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)  # the last day that counts
    percent_complete = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    percent_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            *Recurrence.Meta.constraints,
            models.UniqueConstraint(fields=["project", "position"], name="projects_line_position_once"),
            models.UniqueConstraint(fields=["origin", "starts_on"], name="projects_line_start_once"),
            models.CheckConstraint(
                condition=models.Q(closed_on=None)
                | models.Q(starts_on=None)
                | models.Q(closed_on__gte=models.F("starts_on")),
                name="projects_line_closes_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(fee_amount=None) | models.Q(fee_amount__gte=0),
                name="projects_line_fee_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(daily_cap_minutes=None)
                | models.Q(daily_cap_minutes__range=(1, DAY_MINUTES))
                | models.Q(daily_cap_minutes__gte=1, daily_cap_is_per_person=False),
                name="projects_line_cap_of_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(method__in=["FIXED_FEE", "PERCENT_COMPLETE"])
                | models.Q(fee_amount__isnull=False),
                name="projects_line_has_fee",
            ),
            models.CheckConstraint(
                condition=models.Q(percent_complete=None)
                | models.Q(percent_complete__gte=0, percent_on__isnull=False),
                name="projects_line_percent_has_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(cap_scope="LINE")
                | models.Q(cap_amount__gte=0)
                | models.Q(cap_minutes__isnull=False),
                name="projects_line_has_cap",
            ),
            models.CheckConstraint(
                condition=models.Q(expense_method="CAPPED", expense_cap_amount__gte=0)
                | (~models.Q(expense_method="CAPPED") & models.Q(expense_cap_amount=None)),
                name="projects_line_has_expense_cap",
            ),
            models.CheckConstraint(
                condition=~models.Q(expense_method="WITHIN_CAP") | ~models.Q(cap_scope=""),
                name="projects_line_expenses_within_cap",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TaskTerms(models.Model):
    """What was agreed about one task of a contract line: its fee and how much of it may be billed, or its cap."""

    contract_line = models.ForeignKey(ContractLine, on_delete=models.CASCADE, related_name="task_terms")
    task = models.ForeignKey("projects.Task", on_delete=models.CASCADE, related_name="terms")
    fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    # How much of the fee may be billed by now, what is billed already included.
    released_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    percent_complete = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    percent_on = models.DateField(null=True, blank=True)
    cap_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    cap_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "task terms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract_line", "task"], name="projects_task_terms_once"),
            models.CheckConstraint(
                condition=(models.Q(fee_amount=None) | models.Q(fee_amount__gte=0))
                & (models.Q(cap_amount=None) | models.Q(cap_amount__gte=0))
                & models.Q(released_amount__gte=0),
                name="projects_task_terms_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"Terms of {self.task_id}"


class Milestone(models.Model):
    """A part of a contract line's fee that is billed as a whole: when it is achieved, or from its day on.

    Its worth is an amount, or a percentage of the fee.
    """

    class Trigger(models.TextChoices):
        ACHIEVEMENT = "ACHIEVEMENT", "When it is achieved"
        DAY = "DAY", "On its day"

    class State(models.TextChoices):
        PLANNED = "PLANNED", "Planned"
        ACHIEVED = "ACHIEVED", "Achieved"

    TRANSITIONS: ClassVar = Transitions({State.PLANNED: {State.ACHIEVED}, State.ACHIEVED: {State.PLANNED}})

    contract_line = models.ForeignKey(ContractLine, on_delete=models.PROTECT, related_name="milestones")
    name = models.CharField(max_length=120)
    trigger = models.CharField(max_length=12, choices=Trigger.choices, default=Trigger.ACHIEVEMENT)
    amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    achieved_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)
    # The paper that shows it: a signed acceptance, a mail.
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Taken out of the plan; kept so that it can be put back.
    is_removed = models.BooleanField(default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, percent=None)
                | models.Q(amount=None, percent__gt=0, percent__lte=100),
                name="projects_milestone_has_worth",
            ),
            models.CheckConstraint(
                condition=models.Q(state="PLANNED", achieved_on=None)
                | models.Q(state="ACHIEVED", achieved_on__isnull=False),
                name="projects_milestone_achieved_has_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(trigger="DAY") | models.Q(planned_on__isnull=False),
                name="projects_milestone_of_day_has_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name

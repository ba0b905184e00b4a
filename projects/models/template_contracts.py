"""What a template of projects holds about money: contract lines, milestones, a rate card."""

from typing import ClassVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q

from core.effective import Effective
from people.models import JobTitle, StaffMember
from projects.models.agreed import AgreedTerms
from projects.models.contracts import Milestone
from projects.models.labor import LaborCode
from projects.models.rates import RateCard
from projects.models.templates import ProjectTemplate, TemplateTask


class TemplateLine(AgreedTerms):
    """A contract line of a template. Its periods begin so many days after the project's start and last so many
    months and days; both lengths are empty where they go on until further notice or for a number of periods."""

    first_period_on = None
    last_period_on = None

    template = models.ForeignKey(ProjectTemplate, on_delete=models.CASCADE, related_name="lines")
    first_period_day = models.SmallIntegerField(null=True, blank=True)
    periods_months = models.PositiveSmallIntegerField(null=True, blank=True)
    periods_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "position"], name="projects_template_line_place"),
            models.CheckConstraint(
                condition=Q(periods_months=None, periods_days=None)
                | Q(periods_months__isnull=False, periods_days__isnull=False),
                name="projects_template_line_length",
            ),
            models.CheckConstraint(
                condition=Q(period_count=None) | Q(period_count__gte=1, periods_months=None),
                name="projects_template_line_ends_once",
            ),
        ]


class TemplateMilestone(models.Model):
    """A part of the fee of a template's line; its day is counted from the project's start."""

    line = models.ForeignKey(TemplateLine, on_delete=models.CASCADE, related_name="milestones")
    name = models.CharField(max_length=120)
    trigger = models.CharField(
        max_length=12, choices=Milestone.Trigger.choices, default=Milestone.Trigger.ACHIEVEMENT
    )
    amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    planned_day = models.SmallIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, percent=None) | Q(amount=None, percent__gt=0, percent__lte=100),
                name="projects_template_milestone_worth",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateTaskTerms(models.Model):
    """The fee of a template's task, or its cap."""

    task = models.OneToOneField(TemplateTask, on_delete=models.CASCADE, related_name="terms")
    fee_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    cap_amount = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    cap_minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "template task terms"

    def __str__(self) -> str:
        return f"Terms of {self.task_id}"


class TemplateCard(models.Model):
    """The rate card of projects that are opened from a template, by the hour or by the day."""

    template = models.OneToOneField(ProjectTemplate, on_delete=models.CASCADE, related_name="card")
    unit_minutes = models.PositiveSmallIntegerField(default=60)
    unit = models.CharField(max_length=4, choices=RateCard.Unit.choices, default=RateCard.Unit.HOUR)
    weekend_factor = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    overtime_factor = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    overtime_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    onsite_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    onsite_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"Rates of {self.template}"


class TemplateRate(Effective, models.Model):
    """One rate of a template's card, in the version that counted when the template was filled."""

    card = models.ForeignKey(TemplateCard, on_delete=models.CASCADE, related_name="rates")
    staff = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    job_title = models.ForeignKey(JobTitle, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(TemplateTask, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rate_amount = models.DecimalField(max_digits=12, decimal_places=4)
    effective = DateRangeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rate_amount__gte=0), name="projects_template_rate_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rate_amount} from {self.effective.lower}"

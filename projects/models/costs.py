"""Cost rates: what an hour of somebody's work costs the firm."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from core.effective import Effective, EffectiveQuerySet
from people.models import StaffMember
from projects.models.labor import LaborCode
from projects.models.projects import Project, Task
from projects.models.rates import or_zero


class CostRateQuerySet(EffectiveQuerySet["CostRate"]):
    """Cost rates."""


class CostRate(Effective, models.Model):
    """What an hour costs, in the currency of the firm's company: of a person, of everybody where none is named.

    A rate may be an exception for a project, one of its tasks, or a labor code. `effective` is half-open. Zero is a
    rate (an owner who draws no salary); where no rate applies, work is uncosted, which is not a cost of zero.
    """

    staff = models.ForeignKey(
        StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="cost_rates"
    )
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cost_amount = models.DecimalField(max_digits=12, decimal_places=4)
    effective = DateRangeField()
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = CostRateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="projects_costs_do_not_overlap",
                expressions=[
                    (or_zero("staff"), RangeOperators.EQUAL),
                    (or_zero("project"), RangeOperators.EQUAL),
                    (or_zero("task"), RangeOperators.EQUAL),
                    (or_zero("labor_code"), RangeOperators.EQUAL),
                    (F("effective"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This cost rate overlaps another one for the same people and work.",
            ),
            models.CheckConstraint(
                condition=Q(cost_amount__gte=0),
                name="projects_cost_not_negative",
                violation_error_message="A cost rate cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(effective__startswith__isnull=False) & Q(effective__isempty=False),
                name="projects_cost_has_start",
                violation_error_message="A cost rate needs the date from which it applies.",
            ),
            models.CheckConstraint(
                condition=Q(task=None) | Q(project__isnull=False),
                name="projects_cost_task_has_project",
                violation_error_message="A cost rate for a task names its project too.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cost_amount} from {self.effective.lower}"

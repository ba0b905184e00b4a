"""Rate cards: what an hour costs the client, from when until when, for whom and what."""

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now

from clients.models import Client
from people.models import JobTitle, StaffMember
from projects.models.labor import LaborCode
from projects.models.projects import Project, Task


class RateCardQuerySet(models.QuerySet["RateCard"]):
    def in_currency(self, currency: str) -> "RateCardQuerySet":
        return self.filter(currency=currency)


class RateCard(models.Model):
    """A list of hourly rates in one currency: of the firm, of one client, or of one project."""

    class Scope(models.TextChoices):
        FIRM = "FIRM", "Whole firm"
        CLIENT = "CLIENT", "One client"
        PROJECT = "PROJECT", "One project"

    name = models.CharField(max_length=80, unique=True)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.FIRM)
    currency = models.CharField(max_length=3, default="USD")
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.PROTECT, related_name="rate_cards"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="rate_cards"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = RateCardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="FIRM", client=None, project=None)
                | Q(scope="CLIENT", client__isnull=False, project=None)
                | Q(scope="PROJECT", client=None, project__isnull=False),
                name="projects_card_scope_fits",
            ),
            models.UniqueConstraint(
                fields=["currency"],
                condition=Q(scope="FIRM"),
                name="projects_one_firm_card",
                violation_error_message="The firm already has a rate card in this currency.",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(scope="CLIENT"),
                name="projects_one_client_card",
                violation_error_message="This client already has a rate card.",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(scope="PROJECT"),
                name="projects_one_project_card",
                violation_error_message="This project already has a rate card.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _or_zero(field: str) -> Coalesce:
    return Coalesce(F(field), Value(0), output_field=models.BigIntegerField())


class RateRuleQuerySet(models.QuerySet["RateRule"]):
    def effective_on(self, on: date) -> "RateRuleQuerySet":
        return self.filter(effective__contains=on)


class RateRule(models.Model):
    """One rate of a card: the amount for an hour, for whom and what (empty means any), and from when.

    `effective` is half-open: the first day is inside, the last is not. Zero is a rate; no rule is no rate.
    """

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="rules")
    staff = models.ForeignKey(StaffMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    job_title = models.ForeignKey(JobTitle, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    labor_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    rate_amount = models.DecimalField(max_digits=12, decimal_places=4)
    effective = DateRangeField()

    objects: ClassVar = RateRuleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="projects_rates_do_not_overlap",
                expressions=[
                    (F("card"), RangeOperators.EQUAL),
                    (_or_zero("staff"), RangeOperators.EQUAL),
                    (_or_zero("job_title"), RangeOperators.EQUAL),
                    (_or_zero("task"), RangeOperators.EQUAL),
                    (_or_zero("labor_code"), RangeOperators.EQUAL),
                    (F("effective"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This rate overlaps another one for the same people and work.",
            ),
            models.CheckConstraint(
                condition=Q(rate_amount__gte=0),
                name="projects_rate_not_negative",
                violation_error_message="A rate cannot be negative.",
            ),
            models.CheckConstraint(
                condition=Q(effective__startswith__isnull=False) & Q(effective__isempty=False),
                name="projects_rate_has_start",
                violation_error_message="A rate needs the date from which it applies, before the one on which it ends.",
            ),
            models.CheckConstraint(
                condition=Q(staff=None) | Q(job_title=None),
                name="projects_rate_person_or_role",
                violation_error_message="A rate is for a person or for a role, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate_amount} from {self.effective.lower}"

    @property
    def starts_on(self) -> date:
        """The first day of the rate."""
        return self.effective.lower

    @property
    def ends_on(self) -> date | None:
        """The last day of the rate, or None when it goes on."""
        return self.effective.upper and self.effective.upper - timedelta(days=1)

"""Rate cards: what an hour costs the client, from when until when, for whom and what."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Now

from clients.models import Client
from core.effective import Effective, EffectiveQuerySet
from people.models import JobTitle, StaffMember
from projects.models.labor import LaborCode
from projects.models.projects import Project, Task


class RateCardQuerySet(models.QuerySet["RateCard"]):
    def in_currency(self, currency: str) -> "RateCardQuerySet":
        return self.filter(currency=currency)


class RateCard(models.Model):
    """A list of rates in one currency: of the firm, of one client, of one project, or the rates of one letter.

    A card with a letter holds the rate A (to E) of people and of labor codes. A project may take one of the letters as
    its base rate (`ProjectBase`), by person or by labor code.
    """

    class Scope(models.TextChoices):
        FIRM = "FIRM", "Whole firm"
        CLIENT = "CLIENT", "One client"
        PROJECT = "PROJECT", "One project"
        LETTER = "LETTER", "Projects that take a letter as their base"

    class Unit(models.TextChoices):
        HOUR = "HOUR", "An hour"
        DAY = "DAY", "A day"

    class Letter(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"
        D = "D", "D"
        E = "E", "E"

    name = models.CharField(max_length=80, unique=True)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.FIRM)
    currency = models.CharField(max_length=3, default="USD")
    client = models.ForeignKey(
        Client, null=True, blank=True, on_delete=models.PROTECT, related_name="rate_cards"
    )
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="rate_cards"
    )
    letter = models.CharField(max_length=1, choices=Letter.choices, blank=True, db_default="")
    # What a rate is the price of, in minutes: 60 for an hour, N hours for a day. Fixed once the card has rates.
    unit_minutes = models.PositiveSmallIntegerField(default=60, db_default=60)
    unit = models.CharField(max_length=4, choices=Unit.choices, default=Unit.HOUR, db_default="HOUR")
    # Work on Saturday or Sunday, and work under the labor code of overtime, costs so many times the rate.
    weekend_factor = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    overtime_factor = models.DecimalField(max_digits=5, decimal_places=3, null=True, blank=True)
    overtime_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Work under the labor code of work on site costs so much more for each hour, whatever the card's unit.
    onsite_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    onsite_code = models.ForeignKey(
        LaborCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = RateCardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="FIRM", client=None, project=None, letter="")
                | Q(scope="CLIENT", client__isnull=False, project=None, letter="")
                | Q(scope="PROJECT", client=None, project__isnull=False, letter="")
                | Q(scope="LETTER", client=None, project=None, letter__in=["A", "B", "C", "D", "E"]),
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
            models.UniqueConstraint(
                fields=["letter", "currency"],
                condition=Q(scope="LETTER"),
                name="projects_one_letter_card",
                violation_error_message="There is already a card of this letter in this currency.",
            ),
            models.CheckConstraint(
                condition=Q(unit="HOUR", unit_minutes=60)
                | Q(unit="DAY", unit_minutes__gte=60, unit_minutes__lte=1440),
                name="projects_card_unit_fits",
                violation_error_message="A day has between 1 and 24 hours.",
            ),
            models.CheckConstraint(
                condition=(Q(weekend_factor=None) | Q(weekend_factor__gt=0))
                & (Q(overtime_factor=None) | Q(overtime_factor__gt=0)),
                name="projects_card_factors_positive",
                violation_error_message="A multiplier is above zero.",
            ),
            models.CheckConstraint(
                condition=Q(overtime_factor=None, overtime_code=None)
                | Q(overtime_factor__isnull=False, overtime_code__isnull=False),
                name="projects_card_overtime_code",
                violation_error_message="Say under which labor code overtime is recorded, and its multiplier.",
            ),
            models.CheckConstraint(
                condition=Q(onsite_amount=None) | Q(onsite_amount__gt=0),
                name="projects_card_onsite_positive",
                violation_error_message="A surcharge is above zero.",
            ),
            models.CheckConstraint(
                condition=Q(onsite_amount=None, onsite_code=None)
                | Q(onsite_amount__isnull=False, onsite_code__isnull=False),
                name="projects_card_onsite_code",
                violation_error_message="Say under which labor code work on site is recorded, and its surcharge.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_by_day(self) -> bool:
        """Whether its rates are for a day."""
        return self.unit == self.Unit.DAY


class ProjectBase(models.Model):
    """Which letter a project takes as its base rate, and whether that of the person or that of the labor code."""

    class Source(models.TextChoices):
        STAFF = "STAFF", "The person's rate"
        LABOR_CODE = "LABOR_CODE", "The labor code's rate"

    project = models.OneToOneField(Project, on_delete=models.CASCADE, related_name="rate_base")
    source = models.CharField(max_length=10, choices=Source.choices)
    letter = models.CharField(max_length=1, choices=RateCard.Letter.choices)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(letter__in=["A", "B", "C", "D", "E"], source__in=["STAFF", "LABOR_CODE"]),
                name="projects_base_is_a_letter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.letter}"


def or_zero(field: str) -> Coalesce:
    """A key in which nothing named is equal to nothing named."""
    return Coalesce(F(field), Value(0), output_field=models.BigIntegerField())


class RateRule(Effective, models.Model):
    """One rate of a card: the amount for the card's unit, for whom and what (empty means any), and from when.

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

    objects: ClassVar = EffectiveQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="projects_rates_do_not_overlap",
                expressions=[
                    (F("card"), RangeOperators.EQUAL),
                    (or_zero("staff"), RangeOperators.EQUAL),
                    (or_zero("job_title"), RangeOperators.EQUAL),
                    (or_zero("task"), RangeOperators.EQUAL),
                    (or_zero("labor_code"), RangeOperators.EQUAL),
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

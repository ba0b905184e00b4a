"""What people belong to: legal entities, offices, departments, job titles."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower

from people.models.reading import HoursStyle


class LegalEntity(models.Model):
    """A company of the firm that issues invoices: what its documents show, its currency and time zone."""

    class Paper(models.TextChoices):
        LETTER = "Letter", "US Letter"
        A4 = "A4", "A4"

    name = models.CharField(max_length=120)
    tagline = models.CharField(max_length=120, blank=True)
    address = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    remittance = models.TextField(
        blank=True, help_text="Where a check or bank transfer goes; printed on invoices."
    )
    # ISO 3166, and the account that electronic invoices name; both for programs, `remittance` is for people.
    country = models.CharField(max_length=2, blank=True, default="", db_default="")
    iban = models.CharField(max_length=34, blank=True, default="", db_default="")
    currency = models.CharField(max_length=3, default="USD")
    time_zone = models.CharField(max_length=60, default="America/New_York")
    paper = models.CharField(max_length=6, choices=Paper.choices, default=Paper.LETTER)
    # How hours look to people who join; each of them may choose another way.
    hours_style = models.CharField(
        max_length=10, choices=HoursStyle.choices, default="decimal", db_default="decimal"
    )
    mark = models.CharField(
        max_length=3, blank=True, help_text="Two or three letters shown where there is no logo."
    )
    mark_color = models.CharField(max_length=7, default="#1b1d23")
    logo = models.ForeignKey(
        "core.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The one that bills clients for whom no other was chosen; the firm goes by its name.
    is_default = models.BooleanField(default=False)
    # One that bills no more stays for what it issued.
    is_active = models.BooleanField(default=True, db_default=True)

    class Meta:
        verbose_name_plural = "legal entities"
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="people_entity_name_once"),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="people_default_entity_is_active",
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="people_one_default_entity"
            ),
            models.CheckConstraint(
                condition=models.Q(mark_color__regex=r"^#[0-9a-fA-F]{6}$"), name="people_mark_color_is_hex"
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="people_currency_is_a_code"
            ),
            models.CheckConstraint(
                condition=models.Q(country="") | models.Q(country__regex=r"^[A-Z]{2}$"),
                name="people_entity_country_is_a_code",
            ),
            models.CheckConstraint(
                condition=models.Q(iban="") | models.Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
                name="people_iban_is_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Office(models.Model):
    """Where people work. Country and subdivision (ISO 3166) name the calendar its public holidays come from."""

    name = models.CharField(max_length=80, unique=True)
    country = models.CharField(max_length=2, blank=True, db_default="")
    subdivision = models.CharField(max_length=20, blank=True, db_default="")

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(subdivision="") | ~models.Q(country=""),
                name="people_subdivision_needs_country",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    name = models.CharField(max_length=80, unique=True)
    head = models.ForeignKey(
        "people.StaffMember",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="headed_departments",
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class JobTitle(models.Model):
    """What a person is billed as (Senior engineer); rate cards may name it as *role*."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

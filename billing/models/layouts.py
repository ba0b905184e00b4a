"""How the lines of an invoice are formed and what the client sees of them; remembered for each project."""

from typing import ClassVar

from django.db import models

from projects.models import Project


class By(models.TextChoices):
    """What entries on one line, or lines under one heading, have in common."""

    NONE = "NONE", "nothing"
    TASK = "TASK", "task"
    ROLE = "ROLE", "role"
    STAFF = "STAFF", "person"
    LABOR_CODE = "LABOR_CODE", "labor code"
    DAY = "DAY", "day"
    WEEK = "WEEK", "week"
    PROJECT = "PROJECT", "project"


class Detail(models.TextChoices):
    """How much of an invoice its client sees. The lines behind it are the same."""

    SUMMARY = "SUMMARY", "One line"
    HEADINGS = "HEADINGS", "Headings with their sums"
    GROUPED = "GROUPED", "Grouped lines"
    APPENDIX = "APPENDIX", "Grouped lines and appendix"
    ENTRIES = "ENTRIES", "Every entry"


class InvoiceLayout(models.Model):
    """What was chosen for a project's last invoice: the next one is laid out alike."""

    project = models.OneToOneField(
        Project, primary_key=True, on_delete=models.CASCADE, related_name="invoice_layout"
    )
    group_by = models.CharField(max_length=10, choices=By.choices, default=By.TASK)
    line_by = models.CharField(max_length=10, choices=By.choices, default=By.ROLE)
    detail = models.CharField(max_length=10, choices=Detail.choices, default=Detail.APPENDIX)
    hides_rates = models.BooleanField(default=False)
    hides_names = models.BooleanField(default=False)
    hides_zero = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(line_by="NONE"), name="billing_layout_has_lines")
        ]

    def __str__(self) -> str:
        return f"{self.group_by}, {self.line_by}, {self.detail}"

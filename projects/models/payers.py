"""Who pays for a project, where that is not its client alone: shares in percent, from a day on."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from clients.models import Client, Contact, PaymentTerms
from projects.models.contracts import ContractLine
from projects.models.projects import Project


class BillingSplit(models.Model):
    """How a project's bills are shared from `starts_on` on, until the next split; without that day from the beginning.

    A split without payers says that the client pays everything again.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="splits")
    starts_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["project_id", models.F("starts_on").asc(nulls_first=True)]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "starts_on"], nulls_distinct=False, name="projects_split_start_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} from {self.starts_on or 'the beginning'}"


class Payer(models.Model):
    """A client's share of one contract line, or of all that have no shares of their own.

    The shares of one scope add up to 100 and their clients share the project's currency: triggers keep both. What is
    in no scope is paid by the project's client.
    """

    split = models.ForeignKey(BillingSplit, on_delete=models.CASCADE, related_name="payers")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    contract_line = models.ForeignKey(
        ContractLine, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    percent = models.DecimalField(max_digits=7, decimal_places=4)
    # Empty: the terms of the client.
    terms = models.ForeignKey(PaymentTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    po_number = models.CharField(max_length=40, blank=True)
    # Who of the client gets these invoices; empty: its billing contacts.
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["split", "contract_line", "client"],
                nulls_distinct=False,
                name="projects_payer_once",
            ),
            models.CheckConstraint(
                condition=models.Q(percent__gt=0, percent__lte=100), name="projects_payer_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.percent} %"

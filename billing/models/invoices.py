"""Invoices and their lines."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from billing.models.items import CatalogueItem
from billing.models.layouts import By, Detail
from clients.models import Client, PaymentTerms, TaxCode, TaxComponent
from core.models import Job
from core.transitions import Transitions
from people.models import LegalEntity
from projects.models import BillingSplit, ContractLine, Project, Task
from timesheets.models import ExpenseCode


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def drafts(self) -> "InvoiceQuerySet":
        return self.filter(state=Invoice.State.DRAFT)

    def issued(self) -> "InvoiceQuerySet":
        return self.filter(state=Invoice.State.ISSUED)

    def bills(self) -> "InvoiceQuerySet":
        """Without deposit requests: those are neither sales nor receivables."""
        return self.filter(kind=Invoice.Kind.INVOICE)

    def with_balance(self) -> "models.QuerySet[Any]":
        """Adds what was paid, is under way, was credited and written off, and `balance_amount`: what is left of it.

        `paid_amount`, `processing_amount`, `credited_amount`, `written_off_amount` and its part `discounted_amount`
        (for paying early), `is_disputed`, as everything stands now.
        """
        stops: Any = self.model._meta.get_field("dunning_stops").related_model
        disputes = stops.objects.filter(invoice=models.OuterRef("pk"), kind="DISPUTE", ended_on=None)
        return self.annotate(
            paid_amount=self._settled("applications", payment__state="SUCCEEDED"),
            processing_amount=self._settled("applications", payment__state="PROCESSING"),
            credited_amount=self._settled("credit_applications"),
            written_off_amount=self._settled("write_offs"),
            discounted_amount=self._settled("write_offs", kind="DISCOUNT"),
            is_disputed=models.Exists(disputes),
        ).annotate(
            balance_amount=models.F("total_amount")
            - models.F("paid_amount")
            - models.F("credited_amount")
            - models.F("written_off_amount")
        )

    def _settled(self, relation: str, **where: str) -> models.functions.Coalesce:
        """The sum of what was not undone of one kind of settlement; a subquery, so that kinds do not multiply."""
        rows: Any = self.model._meta.get_field(relation).related_model
        mine = rows._default_manager.filter(invoice=models.OuterRef("pk"), undone_on=None, **where)
        sums = mine.order_by().values("invoice").annotate(sum=models.Sum("amount")).values("sum")
        zero = models.Value(0, output_field=models.DecimalField(max_digits=16, decimal_places=4))
        return models.functions.Coalesce(models.Subquery(sums), zero)

    def open(self) -> "models.QuerySet[Any]":
        """Issued and not fully paid."""
        return self.issued().with_balance().filter(balance_amount__gt=0)

    def overdue(self, on: date) -> "models.QuerySet[Any]":
        return self.open().filter(due_on__lt=on)


class Invoice(models.Model):
    """A bill to one client. A draft reserves the work on it; issuing makes it a document that never changes.

    Paid, partly paid, overdue and processing are derived, never stored.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", "Draft"
        ISSUED = "ISSUED", "Issued"
        VOID = "VOID", "Void"

    class Kind(models.TextChoices):
        INVOICE = "INVOICE", "Invoice"
        # Asks for money on a retainer: nothing is owed or earned until it is paid.
        DEPOSIT = "DEPOSIT", "Deposit request"

    Detail = Detail

    TRANSITIONS: ClassVar = Transitions({State.DRAFT: {State.ISSUED}, State.ISSUED: {State.VOID}})

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="invoices")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="invoices")
    # The project it is drafted from; empty for an invoice over several projects.
    project = models.ForeignKey(
        Project, null=True, blank=True, on_delete=models.PROTECT, related_name="invoices"
    )
    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.INVOICE, db_default=Kind.INVOICE
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    currency = models.CharField(max_length=3)
    title = models.CharField(max_length=160)
    period_first_on = models.DateField(null=True, blank=True)
    period_last_on = models.DateField(null=True, blank=True)
    number = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    terms = models.ForeignKey(PaymentTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    po_number = models.CharField(max_length=40, blank=True)
    message = models.TextField(blank=True)
    # Said to colleagues, never to the client.
    internal_note = models.TextField(blank=True, default="", db_default="")
    detail = models.CharField(max_length=10, choices=Detail.choices, default=Detail.APPENDIX)
    # Receipts of billed expenses go along, behind the appendix.
    shows_receipts = models.BooleanField(default=False, db_default=False)
    # Headings and lines of work at its hours; see billing.grouping.
    group_by = models.CharField(max_length=10, choices=By.choices, default=By.TASK, db_default=By.TASK)
    line_by = models.CharField(max_length=10, choices=By.choices, default=By.ROLE, db_default=By.ROLE)
    hides_rates = models.BooleanField(default=False, db_default=False)
    hides_names = models.BooleanField(default=False, db_default=False)
    hides_zero = models.BooleanField(default=False, db_default=False)
    # Units of the entity's currency for one of the invoice's; empty where they are the same, or nobody says it. Typed
    # on the draft or taken from the table when it is issued, and frozen then.
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, blank=True)
    subtotal_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # What all discounts take off the lines.
    discount_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=Decimal(0))
    # All taxes, and those of them that the prices contain.
    tax_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    included_tax_amount = models.DecimalField(
        max_digits=16, decimal_places=4, default=0, db_default=Decimal(0)
    )
    total_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    # The day whose tax rates count; empty is the invoice's date.
    tax_on = models.DateField(null=True, blank=True)
    # Frozen at issue from the terms: so much off the total when all of it is paid by that day.
    early_discount_percent = models.DecimalField(
        max_digits=6, decimal_places=3, default=0, db_default=Decimal(0)
    )
    discount_until_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField(db_default=Now())
    # The bulk job that drafted it: its result lists the drafts, its undo deletes them.
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The run that drafted it beside the first, where payers share the project.
    schedule_run = models.ForeignKey(
        "billing.ScheduleRun",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="further_invoices",
    )
    # Work under the draft changed since; recalculating is an operation with a preview.
    is_stale = models.BooleanField(default=False)
    # How it looks, where that is not how the client's documents look.
    template = models.ForeignKey(
        "billing.DocumentTemplate", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_to = models.CharField(max_length=400, blank=True)
    voided_on = models.DateField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)
    # Kept by a trigger; a payment of the invoice counts as a change of it.
    updated_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = InvoiceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-issued_on", "-id"]
        indexes: ClassVar = [models.Index(fields=["updated_at", "id"], name="billing_invoice_changed")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entity", "number"], condition=~models.Q(number=""), name="billing_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state="DRAFT", number="", issued_on=None)
                | (
                    models.Q(state__in=["ISSUED", "VOID"], issued_on__isnull=False, due_on__isnull=False)
                    & ~models.Q(number="")
                ),
                name="billing_issued_has_number",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    total_amount=models.F("subtotal_amount")
                    - models.F("discount_amount")
                    + models.F("tax_amount")
                    - models.F("included_tax_amount")
                ),
                name="billing_total_is_sum",
            ),
            models.CheckConstraint(condition=~models.Q(line_by="NONE"), name="billing_invoice_has_lines"),
            models.CheckConstraint(
                condition=models.Q(exchange_rate=None) | models.Q(exchange_rate__gt=0),
                name="billing_exchange_rate_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"Draft {self.id}"


class InvoiceLine(models.Model):
    """A printed line. `computed_amount` is what the work comes to; the difference to `amount` is its adjustment."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    contract_line = models.ForeignKey(
        ContractLine, null=True, blank=True, on_delete=models.PROTECT, related_name="invoice_lines"
    )
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # How the project is shared between payers, and the part of this one: empty where its client pays alone.
    # What issued lines were shared by stays (a trigger); a split that goes leaves its id on drafts and void ones.
    split = models.ForeignKey(
        BillingSplit,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    share_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    # The task whose work or fee it bills; empty when it is of several or of none.
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # What it bills expenses of; empty for work, fees and lines by hand.
    expense_code = models.ForeignKey(
        ExpenseCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What it sells of the catalogue.
    item = models.ForeignKey(
        CatalogueItem, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    group = models.CharField(max_length=160, blank=True, help_text="The heading it stands under: the task.")
    # What its entries have in common; empty for a line without entries. Recalculating finds the line by it.
    work_key = models.CharField(max_length=80, blank=True)
    description = models.CharField(max_length=300)
    minutes = models.PositiveIntegerField(default=0)
    # Empty when the entries of the line have different rates.
    rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    # What the rate is the price of: an hour, or a day of so many minutes.
    rate_minutes = models.PositiveSmallIntegerField(default=60, db_default=60)
    computed_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    amount = models.DecimalField(max_digits=16, decimal_places=4)
    # What is printed where hours or a rate were written up or down; `minutes` and `rate_amount` are the work's own.
    adjusted_minutes = models.PositiveIntegerField(null=True, blank=True)
    adjusted_rate_amount = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    adjustment_reason = models.CharField(max_length=200, blank=True)
    is_taxable = models.BooleanField(default=True)
    # The code that taxes it, empty for none: its client's, unless somebody chose it.
    tax_code = models.ForeignKey(TaxCode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    is_tax_chosen = models.BooleanField(default=False, db_default=False)
    # Its own discount with its share of the invoice's, and the tax that its price contains.
    discount_amount = models.DecimalField(max_digits=16, decimal_places=4, default=0, db_default=Decimal(0))
    included_tax_amount = models.DecimalField(
        max_digits=16, decimal_places=4, default=0, db_default=Decimal(0)
    )
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(amount=models.F("computed_amount")) | ~models.Q(adjustment_reason=""),
                name="billing_adjustment_has_reason",
                violation_error_message="Say why the amount differs from the work.",
            )
        ]

    def __str__(self) -> str:
        return self.description

    @property
    def is_expense(self) -> bool:
        """Whether it passes expenses on."""
        return self.expense_code_id is not None

    @property
    def printed_minutes(self) -> int:
        """The quantity that the client sees."""
        return self.minutes if self.adjusted_minutes is None else self.adjusted_minutes

    @property
    def printed_rate(self) -> Decimal | None:
        return self.rate_amount if self.adjusted_rate_amount is None else self.adjusted_rate_amount

    @property
    def net_amount(self) -> Decimal:
        """What is earned by it: without its discounts and the tax that its price contains."""
        return self.amount - self.discount_amount - self.included_tax_amount


# The same for sums over lines.
NET_AMOUNT = models.F("amount") - models.F("discount_amount") - models.F("included_tax_amount")


class InvoiceTax(models.Model):
    """One tax of an invoice: a component of a tax code at its rate, on top of the prices or contained in them."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="taxes")
    tax_code = models.ForeignKey(TaxCode, on_delete=models.PROTECT, related_name="+")
    component = models.ForeignKey(TaxComponent, on_delete=models.PROTECT, related_name="+")
    is_included = models.BooleanField(default=False, db_default=False)
    name = models.CharField(max_length=60)
    rate_percent = models.DecimalField(max_digits=7, decimal_places=4)
    base_amount = models.DecimalField(max_digits=16, decimal_places=4)
    amount = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "component"], name="billing_tax_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"

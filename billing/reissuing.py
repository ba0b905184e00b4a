"""Issuing anew: the invoice is voided, or credited where it cannot be, and the same work stands on a new draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from billing import billable, expense_billable
from billing.access import ISSUE_INVOICES
from billing.credit_lines import HUNDRED, LineWish
from billing.crediting import draft_credit
from billing.drafting import ADJUSTED, BILLED_EXPENSE
from billing.editing import add_up_anew
from billing.issuing_credits import issue_credit
from billing.layouts import FIELDS
from billing.models import (
    BilledExpense,
    BilledMilestone,
    BilledPeriod,
    BilledTime,
    CreditMemo,
    Discount,
    Invoice,
    InvoiceLine,
)
from billing.voiding import HasCredits, credited_by, is_in_closed_period, void_invoice
from core import audit
from core.copying import copy_rows
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User
from timesheets.models import Expense, TimeEntry

# What a new draft takes over. Number, dates, sending and state begin anew.
KEPT = (
    "entity", "client", "project", "currency", "title", "period_first_on", "period_last_on", "terms", "po_number",
    "message", "internal_note", "exchange_rate", "shows_receipts", *FIELDS,
)  # fmt: skip


class IsADeposit(Refusal):
    """A deposit request bills nothing; its line on an invoice would be revenue."""

    sentence = "A deposit request is not issued anew. Void it, then ask for the deposit again."


@dataclass(frozen=True)
class Reissued:
    """The new draft; and the credit memo, where the invoice could not be voided."""

    draft: Invoice
    credit: CreditMemo | None


@dataclass(frozen=True)
class Billed:
    """What the lines of an invoice bill."""

    time: Sequence[Mapping[str, Any]]
    expenses: Sequence[Mapping[str, Any]]
    milestones: Sequence[BilledMilestone]
    periods: Sequence[BilledPeriod]
    empty_lines: frozenset[int]

    def of_lines_with_amounts(self) -> "Billed":
        return Billed(
            [row for row in self.time if row["line_id"] not in self.empty_lines],
            [row for row in self.expenses if row["line_id"] not in self.empty_lines],
            self.milestones,
            [each for each in self.periods if each.line_id not in self.empty_lines],
            self.empty_lines,
        )


def _billed_on(invoice: Invoice) -> Billed:
    empty = InvoiceLine.objects.filter(invoice=invoice, amount=0).values_list("pk", flat=True)
    return Billed(
        list(BilledTime.objects.filter(line__invoice=invoice, is_live=True).values()),
        list(BilledExpense.objects.filter(line__invoice=invoice, is_live=True).values()),
        list(BilledMilestone.objects.filter(line__invoice=invoice, is_live=True)),
        list(BilledPeriod.objects.filter(line__invoice=invoice, is_live=True)),
        frozenset(empty),
    )


def reissue_invoice(*, invoice: Invoice, reason: str, by: User | None, on: date, at: datetime) -> Reissued:
    """Takes an invoice back and drafts the same lines, amounts and hours again, in one transaction.

    It is voided; in a closed period it is credited whole from the day `on`. Raises IsADeposit, and as void_invoice;
    HasCredits when a part of it is credited already.
    """
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        billable.lock(TimeEntry.objects.filter(billed__line__invoice=invoice, billed__is_live=True))
        spent = BilledExpense.objects.filter(line__invoice=invoice, is_live=True).values("expense")
        expense_billable.lock(Expense.objects.filter(pk__in=spent))
        locked = Invoice.objects.select_for_update(of=("self",)).select_related("client").get(pk=invoice.pk)
        if locked.kind != Invoice.Kind.INVOICE:
            raise IsADeposit
        billed = _billed_on(locked)
        credit = None
        with audit.acting("invoice.reissue", by=by, subject=locked, why=reason):
            if is_in_closed_period(locked) and locked.state == Invoice.State.ISSUED:
                credit = _credit_all(locked, reason=reason, by=by, on=on, at=at)
                # A line that came to nothing is not credited: it keeps its hours.
                billed = billed.of_lines_with_amounts()
            else:
                void_invoice(invoice=locked, reason=reason, by=by, on=on, at=at)
            draft = _copy(locked, billed, by)
        with audit.acting("invoice.draft", by=by, subject=draft, instead_of=locked.number):
            add_up_anew(draft)
    return Reissued(draft, credit)


def _credit_all(invoice: Invoice, *, reason: str, by: User | None, on: date, at: datetime) -> CreditMemo:
    if number := credited_by(invoice):
        raise HasCredits(number=number)
    lines = InvoiceLine.objects.filter(invoice=invoice).exclude(amount=0).values_list("pk", flat=True)
    wishes = [LineWish(pk, percent=HUNDRED, returns_work=True) for pk in lines]
    credit = draft_credit(invoice=invoice, lines=wishes, reason=reason, by=by)
    return issue_credit(credit=credit, by=by, on=max(on, invoice.issued_on or on), at=at)


def _copy(invoice: Invoice, billed: Billed, by: User | None) -> Invoice:
    """The same lines, hours, expenses, milestones and periods at the same amounts, with their discounts and taxes, on
    a draft. One statement for each table."""
    draft = Invoice(**{name: getattr(invoice, name) for name in KEPT}, drafted_by=by)
    draft.save()
    lines = {line.pk: line for line in InvoiceLine.objects.filter(invoice=invoice)}
    copies = {pk: InvoiceLine(**_values(line) | {"invoice": draft}) for pk, line in lines.items()}
    InvoiceLine.objects.bulk_create(copies.values())
    Discount.objects.bulk_create(
        Discount(**_values(each) | {"invoice": draft, "line": copies.get(each.line_id or 0)})
        for each in Discount.objects.filter(invoice=invoice)
    )
    for model, columns, rows in (
        (BilledTime, ADJUSTED, billed.time),
        (BilledExpense, BILLED_EXPENSE, billed.expenses),
    ):
        copied = ([{**row, "line_id": copies[row["line_id"]].pk}[name] for name in columns] for row in rows)
        copy_rows(model._meta.db_table, columns, copied)
    BilledMilestone.objects.bulk_create(
        BilledMilestone(**_values(each) | {"line": copies[each.line_id]}) for each in billed.milestones
    )
    BilledPeriod.objects.bulk_create(
        BilledPeriod(**_values(each) | {"line": copies[each.line_id]}) for each in billed.periods
    )
    return draft


def _values(line: models.Model) -> dict[str, Any]:
    """All that a row holds, but its key and what it belongs to."""
    names = (field.attname for field in line._meta.concrete_fields if not field.primary_key)
    return {name: getattr(line, name) for name in names if name not in ("invoice_id", "line_id")}

"""Bringing a stale draft in line with the work under it, after a look at what would change."""

from django.db import transaction

from billing import billable, expense_billable, staleness
from billing.access import DRAFT_INVOICES
from billing.contract_terms import read_contracts
from billing.drafting import bill_expenses, bill_time, write_lines
from billing.editing import add_up_anew, lock_draft
from billing.models import BilledExpense, BilledTime, Invoice, InvoiceLine
from billing.pricing.work import PricedLine
from core import audit
from core.money import ZERO
from core.promises import promises
from people.access import require
from people.models import User
from timesheets.models import Expense, TimeEntry


def recalculate_draft(*, invoice: Invoice, by: User | None, version: int | None = None) -> Invoice:
    """Prices the entries under the draft anew, as `staleness.changes` showed.

    Lines keep their words and their write-down or write-up (an amount never falls below zero); entries that can no
    longer be billed drop off and stay in work in progress; lines left without entries go. Raises ChangedMeanwhile,
    IssuedNeverChanges, NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        # Entries before the invoice: the order in which changes of work go.
        billable.lock(TimeEntry.objects.filter(billed__line__invoice=invoice).order_by("pk"))
        on_it = BilledExpense.objects.filter(line__invoice=invoice)
        expense_billable.lock(Expense.objects.filter(pk__in=on_it.values("expense")))
        draft = lock_draft(invoice.pk, version=version)
        with audit.acting("invoice.recalculate", by=by, subject=draft):
            # What is left of caps and fees stays as it is read until this is written.
            read_contracts(staleness.projects_of(draft), is_locking=True)
            lines = staleness.changes(draft).lines
            BilledTime.objects.filter(line__invoice=draft).delete()
            on_it.delete()
            _rewrite(draft, lines)
            draft.is_stale = False
            add_up_anew(draft)
    return draft


def _rewrite(invoice: Invoice, lines: list[PricedLine]) -> None:
    """Updates the lines that stay, removes those without work, adds new ones at the end."""
    old = {
        (line.contract_line_id, line.work_key): line
        for line in InvoiceLine.objects.filter(invoice=invoice).exclude(work_key="")
    }
    stay = {place: line for line in lines if (place := (line.contract_line_id, line.key)) in old}
    for key, row in old.items():
        if key in stay:
            _reprice(row, stay[key])
    InvoiceLine.objects.filter(pk__in=[row.pk for key, row in old.items() if key not in stay]).delete()
    InvoiceLine.objects.bulk_update(
        [row for key, row in old.items() if key in stay],
        ["minutes", "computed_amount", "amount", "adjustment_reason"],
    )
    staying = [(old[key], line) for key, line in stay.items()]
    bill_time(staying)
    bill_expenses(staying)
    new = [line for line in lines if (line.contract_line_id, line.key) not in old]
    if new:
        last = max((row.position for row in InvoiceLine.objects.filter(invoice=invoice)), default=0)
        write_lines([(invoice, new)], first_position=last + 1)


def _reprice(row: InvoiceLine, line: PricedLine) -> None:
    adjustment = row.amount - row.computed_amount
    row.minutes = line.minutes
    row.computed_amount = line.amount
    # What takes earlier expenses back may be below zero, as it was computed.
    row.amount = max(line.amount + adjustment, min(line.amount, ZERO))
    if row.amount == row.computed_amount:
        row.adjustment_reason = ""

"""Expenses that wait: held back from drafts with a reason, released again, and taken off a draft."""

from collections.abc import Collection
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from billing import expense_billable
from billing.access import DRAFT_INVOICES
from billing.editing import changing
from billing.models import BilledExpense, HeldExpense, Invoice, InvoiceLine
from core import audit
from core.actors import actor_name
from core.errors import Refusal
from core.money import ZERO
from core.promises import promises
from people.access import require
from people.models import User
from timesheets.models import Expense


class NothingToHold(Refusal):
    """None of the expenses can wait: they are billed already, or not billable."""

    sentence = "None of these expenses is ready to bill. What stands on a draft is taken off it first."


class NotOnThisDraft(Refusal):
    """None of the expenses stands on the draft."""

    sentence = "None of these expenses stands on this draft any more. Load the page again."


class ReasonIsMissing(Refusal):
    sentence = "Say why this is on hold."


def hold_expenses(*, expense_ids: Collection[int], reason: str, by: User | None) -> int:
    """Unbilled expenses wait until somebody releases them: no draft takes them. Those on hold get the new reason.

    Returns how many. Raises NotAllowed, ReasonIsMissing, NothingToHold.
    """
    require(by, DRAFT_INVOICES)
    words = " ".join(reason.split())[:200]
    if not words:
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        wanted = expense_billable.unbilled(Expense.objects.filter(pk__in=list(expense_ids)))
        ids = expense_billable.lock(wanted)
        if not ids:
            raise NothingToHold
        audit.acting("expense.hold", by=by, why=words, expense_ids=ids)
        HeldExpense.objects.bulk_create(
            (HeldExpense(expense_id=pk, reason=words, by_name=actor_name(by)[:160]) for pk in ids),
            update_conflicts=True,
            unique_fields=["expense"],
            update_fields=["reason", "by_name"],
        )
    return len(ids)


def release_expenses(*, expense_ids: Collection[int], by: User | None) -> int:
    """Held expenses are ready to bill again. Returns how many."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        audit.acting("expense.release", by=by, expense_ids=list(expense_ids))
        released, _ = HeldExpense.objects.filter(expense__in=list(expense_ids)).delete()
    return released


def undo_expense_hold(*, hold: HeldExpense, by: User | None) -> int:
    """Releases what was put on hold together with it and waits still. Returns how many."""
    together = HeldExpense.objects.filter(by_name=hold.by_name, created_at=hold.created_at)
    return release_expenses(expense_ids=list(together.values_list("expense", flat=True)), by=by)


def drop_expenses(
    *,
    invoice: Invoice,
    expense_ids: Collection[int],
    by: User | None,
    version: int | None = None,
    hold_reason: str = "",
) -> Invoice:
    """Takes expenses off a draft; they are ready to bill again, or on hold with `hold_reason`.

    Lines keep their words and their write-down or write-up; one left without expenses goes. Raises NotOnThisDraft,
    IssuedNeverChanges, ChangedMeanwhile, NotAllowed.
    """
    ids = list(expense_ids)
    with promises(), transaction.atomic():
        on_it = BilledExpense.objects.filter(line__invoice=invoice, expense__in=ids)
        expense_billable.lock(Expense.objects.filter(pk__in=on_it.values("expense")))
        with changing(invoice, "invoice.drop_expenses", by=by, version=version, expense_ids=ids):
            lines = set(on_it.values_list("line", flat=True))
            if not lines:
                raise NotOnThisDraft
            on_it.delete()
            _add_up(lines)
        if hold_reason.strip():
            hold_expenses(expense_ids=ids, reason=hold_reason, by=by)
    invoice.refresh_from_db()
    return invoice


def _add_up(line_ids: Collection[int]) -> None:
    """Lines of expenses come to what is left on them; those without any go. Three statements at most."""
    lines = InvoiceLine.objects.filter(pk__in=line_ids, expense_code__isnull=False)
    found = list(lines.annotate(left=Sum("billed_expenses__billed_amount")))
    for line in found:
        _reprice(line, getattr(line, "left", None) or ZERO)
    gone = [line.pk for line in found if getattr(line, "left", None) is None]
    InvoiceLine.objects.filter(pk__in=gone).delete()
    InvoiceLine.objects.bulk_update(
        [line for line in found if line.pk not in gone], ["computed_amount", "amount", "adjustment_reason"]
    )


def _reprice(line: InvoiceLine, computed: Decimal) -> None:
    adjustment = line.amount - line.computed_amount
    line.computed_amount = computed
    line.amount = max(computed + adjustment, min(computed, ZERO))
    if line.amount == line.computed_amount:
        line.adjustment_reason = ""

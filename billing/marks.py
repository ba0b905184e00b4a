"""What the week grid and expense reports show of bills: what is on an issued invoice."""

from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from billing.models import BilledExpense, BilledTime, Invoice
from timesheets.ports import EntryMark


def billed(entry_ids: Collection[int]) -> QuerySet[BilledTime]:
    """The rows of those entries that stand on an issued invoice."""
    return BilledTime.objects.filter(
        entry__in=list(entry_ids), is_live=True, line__invoice__state=Invoice.State.ISSUED
    )


def billed_mark(number: str) -> EntryMark:
    """How an entry on that invoice is marked."""
    return EntryMark("file-invoice", f"Billed, {number}")


def expense_marks(expense_ids: Collection[int]) -> Mapping[int, EntryMark]:
    """The marks of those expenses that stand on an issued invoice. One statement."""
    rows = BilledExpense.objects.filter(
        expense__in=list(expense_ids), is_live=True, line__invoice__state=Invoice.State.ISSUED
    )
    return {pk: billed_mark(number) for pk, number in rows.values_list("expense", "line__invoice__number")}

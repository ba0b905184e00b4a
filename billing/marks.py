"""What the week grid shows of bills: which entries are on an issued invoice."""

from collections.abc import Collection

from django.db.models import QuerySet

from billing.models import BilledTime, Invoice
from timesheets.ports import EntryMark


def billed(entry_ids: Collection[int]) -> QuerySet[BilledTime]:
    """The rows of those entries that stand on an issued invoice."""
    return BilledTime.objects.filter(
        entry__in=list(entry_ids), is_live=True, line__invoice__state=Invoice.State.ISSUED
    )


def billed_mark(number: str) -> EntryMark:
    """How an entry on that invoice is marked."""
    return EntryMark("file-invoice", f"Billed, {number}")

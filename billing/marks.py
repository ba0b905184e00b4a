"""What the week grid shows of bills: which entries are on an issued invoice. psa/wiring binds it."""

from collections.abc import Collection, Mapping

from billing.models import BilledTime, Invoice
from timesheets.ports import EntryMark


def billed_marks(entry_ids: Collection[int]) -> Mapping[int, EntryMark]:
    """The marks of those entries that stand on an issued invoice. One statement."""
    rows = BilledTime.objects.filter(
        entry__in=list(entry_ids), is_live=True, line__invoice__state=Invoice.State.ISSUED
    )
    return {
        entry_id: EntryMark("file-invoice", f"Billed, {number}")
        for entry_id, number in rows.values_list("entry_id", "line__invoice__number")
    }

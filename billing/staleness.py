"""What recalculating a stale draft would change, entry by entry and line by line, before it is done."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing import billable
from billing.models import BilledTime, Invoice, InvoiceLine
from billing.pricing.methods import price
from billing.pricing.work import PricedLine, PricedWork
from core.money import ZERO
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class EntryChange:
    """One entry as it stands on the draft and as it is now. `after_*` are None when it drops off the draft."""

    entry_id: int
    staff_name: str
    task_name: str
    worked_on: date
    before_minutes: int
    before_rate: Decimal
    before_amount: Decimal
    after_minutes: int | None
    after_rate: Decimal | None
    after_amount: Decimal | None
    reason: str

    @property
    def difference(self) -> Decimal:
        return (self.after_amount or ZERO) - self.before_amount


@dataclass(frozen=True)
class Changes:
    """The entries that changed, and the lines that the draft would have."""

    entries: list[EntryChange]
    lines: list[PricedLine]
    is_stale: bool

    @property
    def difference(self) -> Decimal:
        """What recalculating adds to the work on the draft, before adjustments and tax."""
        return sum((entry.difference for entry in self.entries), ZERO)

    @property
    def taken_off(self) -> Decimal:
        """The difference as people say it when it is below zero."""
        return -self.difference


def changes(invoice: Invoice) -> Changes:
    """Compares what the draft billed with the entries as they are now. Three statements, whatever their number."""
    rows = list(
        BilledTime.objects.filter(line__invoice=invoice)
        .select_related("entry__staff", "entry__task")
        .order_by("entry__worked_on", "entry_id")
    )
    found = billable.read([row.entry_id for row in rows], besides=invoice.pk)
    work = [piece for piece in found.work if piece.project_id == invoice.project_id]
    lines = price(work, invoice.currency)
    now = {piece.work.entry_id: (line, piece) for line in lines for piece in line.pieces}
    keys = dict(InvoiceLine.objects.filter(invoice=invoice).values_list("pk", "work_key"))
    return Changes(
        [
            change
            for row in rows
            if (change := _compare(row, now.get(row.entry_id), keys[row.line_id], invoice)) is not None
        ],
        lines,
        invoice.is_stale,
    )


def _compare(
    row: BilledTime, now: tuple[PricedLine, PricedWork] | None, key: str, invoice: Invoice
) -> EntryChange | None:
    if now is None:
        return _change(row, None, None, None, _why_gone(row.entry, invoice))
    line, piece = now
    minutes, amount = piece.work.minutes, piece.amount
    if (minutes, line.rate_amount, amount, line.key) == (row.minutes, row.rate_amount, row.amount, key):
        return None
    if minutes != row.minutes:
        reason = "Hours changed"
    elif line.rate_amount != row.rate_amount:
        reason = "Rate changed"
    else:
        reason = "Moves to another line"
    return _change(row, minutes, line.rate_amount, amount, reason)


def _why_gone(entry: TimeEntry, invoice: Invoice) -> str:
    if entry.state != TimeEntry.State.APPROVED:
        return "No longer approved"
    if entry.project_id != invoice.project_id:
        return "Moved to another project"
    if not entry.is_billable or not entry.billable_minutes:
        return "No longer billable"
    if entry.rate_amount is None or entry.rate_currency != invoice.currency:
        return "Has no rate any more"
    return "On another invoice meanwhile"


def _change(
    row: BilledTime, minutes: int | None, rate: Decimal | None, amount: Decimal | None, reason: str
) -> EntryChange:
    entry = row.entry
    return EntryChange(
        entry_id=entry.pk,
        staff_name=entry.staff.name,
        task_name=entry.task.name,
        worked_on=entry.worked_on,
        before_minutes=row.minutes,
        before_rate=row.rate_amount,
        before_amount=row.amount,
        after_minutes=minutes,
        after_rate=rate,
        after_amount=amount,
        reason=reason,
    )

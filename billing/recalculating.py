"""Bringing a stale draft in line with the work under it, after a look at what would change; and what every change of
the entries on a draft has in common: its lines are written anew and keep what people made of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection, transaction

from billing import billable, expense_billable, staleness
from billing.access import DRAFT_INVOICES
from billing.adjusting import by_amount, keep, sum_up, with_reason
from billing.contract_terms import read_contracts
from billing.drafting import ADJUSTED, bill_expenses, bill_milestones, bill_periods, line_row
from billing.editing import add_up_anew, lock_draft
from billing.grouping import is_of_hours
from billing.models import BilledExpense, BilledTime, Invoice, InvoiceLine
from billing.pricing.work import PricedLine, PricedWork
from core import audit
from core.copying import copy_rows
from core.money import ZERO
from core.promises import promises
from people.access import require
from people.models import User
from timesheets.models import Expense, TimeEntry

# Contract line, the part of it ("" at hours, which may be grouped otherwise) and entry: one that crosses a cap or an
# allowance stands on a draft twice.
Place = tuple[int | None, str, int]

# What a line that stays may have become.
LINE = (
    "group", "task", "position", "minutes", "rate_amount", "computed_amount", "amount", "adjusted_minutes",
    "adjusted_rate_amount", "adjustment_reason",
)  # fmt: skip


def recalculate_draft(*, invoice: Invoice, by: User | None, version: int | None = None) -> Invoice:
    """Prices the entries under the draft anew, as `staleness.changes` showed.

    Lines keep their words, entries what they are written up or down by (an amount never falls below zero); entries that
    can no longer be billed drop off and stay in work in progress; lines left without entries go. Raises
    ChangedMeanwhile, IssuedNeverChanges, NotAllowed.
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
            on_it.delete()
            rewrite(draft, lines)
            draft.is_stale = False
            add_up_anew(draft)
    return draft


def rewrite(draft: Invoice, lines: Sequence[PricedLine], *, anew: Collection[int] | None = None) -> None:
    """Makes these the lines of the locked draft's work, in their order, before lines that people added.

    Those that were there stay with their words, those that are missing go; entries keep their adjustments. `anew` are
    the entries that were priced now, all unless told otherwise: what changed under the others stays to be reviewed.
    A constant number of statements.
    """
    rows = list(InvoiceLine.objects.filter(invoice=draft))
    known = {(row.contract_line_id, row.work_key): row for row in rows if row.work_key}
    before = _before(known.values())
    written: list[tuple[InvoiceLine, PricedLine, list[BilledTime]]] = []
    for position, line in enumerate(lines, start=1):
        row = known.get((line.contract_line_id, line.key)) or line_row(draft, line, position)
        row.position = position
        written.append((row, line, _reprice(row, line, before, draft.currency, anew)))
    others = [row for row in rows if not row.work_key]
    for position, row in enumerate(others, start=len(lines) + 1):
        row.position = position
    stay = [row for row, _, _ in written if row.pk]
    new = [(row, line) for row, line, _ in written if not row.pk]
    if anew is None:
        bill_expenses((row, line) for row, line, _ in written if row.pk)
    _write(draft, [*stay, *others], new, [(row, billed) for row, _, billed in written], before)


def _write(
    draft: Invoice,
    stay: Sequence[InvoiceLine],
    new: Sequence[tuple[InvoiceLine, PricedLine]],
    billed: Sequence[tuple[InvoiceLine, Sequence[BilledTime]]],
    before: Mapping[Place, BilledTime],
) -> None:
    """Entries move in place, so that whoever reads the history sees what became of each."""
    kept = {row.pk for _, rows in billed for row in rows if row.pk}
    BilledTime.objects.filter(pk__in=[row.pk for row in before.values() if row.pk not in kept]).delete()
    # What goes makes room under a cap before what stays takes it.
    going = InvoiceLine.objects.filter(invoice=draft).exclude(pk__in=[row.pk for row in stay])
    going.update(amount=ZERO, computed_amount=ZERO)
    InvoiceLine.objects.bulk_update(stay, LINE)
    InvoiceLine.objects.bulk_create(row for row, _ in new)
    bill_expenses(new)
    _keep_expenses(draft, [*stay, *(row for row, _ in new)])
    bill_milestones(new)
    bill_periods(new)
    _move([(line.pk, row) for line, rows in billed for row in rows if row.pk])
    names = [name for name in ADJUSTED if name != "line_id"]
    copy_rows(
        BilledTime._meta.db_table,
        ("line_id", *names),
        (
            (line.pk, *(getattr(row, name) for name in names))
            for line, rows in billed
            for row in rows
            if not row.pk
        ),
    )
    lines = [row.pk for row in stay] + [row.pk for row, _ in new]
    InvoiceLine.objects.filter(invoice=draft).exclude(pk__in=lines).delete()


def _keep_expenses(draft: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """Expenses that fees include go with the first line of their contract line where their own line goes."""
    stray = BilledExpense.objects.filter(line__invoice=draft).exclude(line__in=[line.pk for line in lines])
    for each in stray.select_related("line"):
        home = next((line for line in lines if line.contract_line_id == each.line.contract_line_id), None)
        if home is not None:
            BilledExpense.objects.filter(pk=each.pk).update(line=home)


# The columns of a billed entry that may be others, and their types.
MOVED = {
    "line_id": "bigint", "minutes": "integer", "printed_minutes": "integer", "rate_amount": "numeric",
    "rate_source": "text", "amount": "numeric", "is_live": "boolean", "adjustment_amount": "numeric",
    "adjusted_minutes": "integer", "adjusted_rate_amount": "numeric", "adjustment_reason": "text",
}  # fmt: skip
MOVE = f"""
UPDATE billing_billedtime billed SET {", ".join(f"{name} = wanted.{name}" for name in MOVED)}
FROM unnest(%s::bigint[], {", ".join(f"%s::{kind}[]" for kind in MOVED.values())}) AS wanted (id, {", ".join(MOVED)})
WHERE billed.id = wanted.id
"""


def _move(rows: Sequence[tuple[int, BilledTime]]) -> None:
    """Writes entries that were on the draft before, on the lines of these ids. One statement."""
    if not rows:
        return
    columns = [[line_id for line_id, _ in rows]]
    columns += [[getattr(row, name) for _, row in rows] for name in MOVED if name != "line_id"]
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [[row.pk for _, row in rows], *columns])


def _before(lines: Iterable[InvoiceLine]) -> dict[Place, BilledTime]:
    places = {line.pk: (line.contract_line_id, _part(line.work_key)) for line in lines}
    rows = BilledTime.objects.filter(line__in=places)
    return {(*places[row.line_id or 0], row.entry_id): row for row in rows}


def _part(key: str) -> str:
    return "" if is_of_hours(key) else key


def _reprice(
    row: InvoiceLine,
    line: PricedLine,
    before: Mapping[Place, BilledTime],
    currency: str,
    anew: Collection[int] | None,
) -> list[BilledTime]:
    """The line at what its work comes to now, and its entries."""
    adjustment = row.amount - row.computed_amount
    billed = []
    for piece in line.pieces:
        each = _billed(piece)
        if old := before.get((line.contract_line_id, _part(line.key), each.entry_id)):
            each.pk = old.pk
            each.is_live = old.is_live if anew is not None and each.entry_id not in anew else True
            keep(each, old)
        billed.append(each)
    row.group, row.task_id = line.group, line.task_id
    if line.fee_amount is None and billed:
        row.minutes = line.minutes
        sum_up(row, billed, currency)
        return billed
    row.computed_amount = line.amount
    # What takes earlier expenses back may be below zero, as it was computed.
    row.amount = max(line.amount + adjustment, min(line.amount, ZERO))
    row.adjustment_reason = row.adjustment_reason if row.amount != row.computed_amount else ""
    if billed:
        by_amount(billed, row.amount, currency)
        with_reason(billed, None, row.adjustment_reason)
    return billed


def _billed(piece: PricedWork) -> BilledTime:
    work = piece.work
    return BilledTime(
        entry_id=work.entry_id,
        minutes=work.minutes,
        printed_minutes=piece.printed_minutes,
        rate_amount=work.rate_amount,
        rate_source=work.rate_source,
        amount=piece.amount,
        adjustment_amount=ZERO,
    )

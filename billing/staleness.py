"""What recalculating a stale draft would change, entry by entry and line by line, before it is done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billing import billable, expense_billable
from billing.contract_terms import Contracts, read_contracts
from billing.expense_changes import ExpenseChange, expense_changes
from billing.expense_pricing import price_expenses, read_agreements
from billing.layouts import regrouped
from billing.models import BilledExpense, BilledMilestone, BilledPeriod, BilledTime, Invoice, InvoiceLine
from billing.payers import Sharing, read_sharing
from billing.pricing.methods import price
from billing.pricing.work import Priced, PricedLine, PricedWork, Work
from core.money import ZERO
from projects.models import Project
from timesheets.models import TimeEntry


@dataclass(frozen=True)
class EntryChange:
    """One entry as it stands on the draft and as it is now. `after_*` are None when it drops off the draft."""

    entry_id: int
    staff_name: str
    task_name: str
    worked_on: date
    before_minutes: int
    before_rate: Decimal | None
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
    """The entries and expenses that changed, the lines that the draft would have, and what that adds to it before
    adjustments and tax."""

    entries: list[EntryChange]
    expenses: list[ExpenseChange]
    lines: list[PricedLine]
    is_stale: bool
    difference: Decimal

    @property
    def taken_off(self) -> Decimal:
        """The difference as people say it when it is below zero."""
        return -self.difference


def changes(invoice: Invoice) -> Changes:
    """Compares what the draft billed with the entries and the terms as they are now, by the methods that drafted it.

    Fees and milestones that are not on the draft stay off it. A constant number of statements.
    """
    rows = list(
        BilledTime.objects.filter(line__invoice=invoice)
        .select_related("entry__staff", "entry__task")
        .order_by("entry__worked_on", "entry_id")
    )
    old = list(InvoiceLine.objects.filter(invoice=invoice).exclude(work_key=""))
    priced = _price_anew(invoice, [row.entry_id for row in rows], old)
    now: dict[int, list[tuple[PricedLine, PricedWork]]] = {}
    for line in priced.lines:
        for piece in line.pieces:
            now.setdefault(piece.work.entry_id, []).append((line, piece))
    keys = {line.pk: line.work_key for line in old}
    held = {each.work.entry_id: each.reason for each in priced.held}
    projects = {line.project_id for line in old}
    return Changes(
        [
            change
            for row in rows
            if (
                change := _compare(
                    row, now.get(row.entry_id, ()), keys[row.line_id or 0], held, invoice, projects
                )
            )
            is not None
        ],
        expense_changes(invoice, priced),
        priced.lines,
        invoice.is_stale,
        priced.amount - sum((line.computed_amount for line in old), ZERO),
    )


def projects_of(invoice: Invoice) -> list[int]:
    """The projects of the draft: its own, or of one for several those of its lines. One statement for such a one."""
    if invoice.project_id is not None:
        return [invoice.project_id]
    lines = InvoiceLine.objects.filter(invoice=invoice, project__isnull=False).order_by("project")
    return [pk for pk in lines.values_list("project", flat=True).distinct() if pk is not None]


def _price_anew(invoice: Invoice, entry_ids: Collection[int], old: Sequence[InvoiceLine]) -> Priced:
    """What the draft's entries, expenses and fees come to now, as if the draft were not there; of shared projects the
    part of its client."""
    ids = sorted({line.project_id for line in old if line.project_id is not None})
    if not ids:
        return Priced()
    spent = list(BilledExpense.objects.filter(line__invoice=invoice).values_list("expense", flat=True))
    sharing = read_sharing(ids, entry_ids, spent, besides=invoice.pk)
    contracts = sharing.besides(read_contracts(ids, besides=invoice.pk))
    open_work = billable.read(entry_ids, besides=invoice.pk).under(contracts.by_id)
    found = sharing.whole(open_work, contracts)
    charged = _charged(contracts, found.work, invoice, old)
    _add_expenses(invoice, spent, sharing, contracts, charged)
    through = invoice.period_last_on or date.max
    fixed = {line.contract_line_id: line.split_id for line in old if line.split_id is not None}
    priced = Priced()
    for project in Project.objects.filter(pk__in=ids).select_related("client"):
        mine = charged.get(project.pk, Priced())
        mine.lines = [
            line
            for payer, line in sharing.parts(project, mine.lines, through=through, fixed=fixed)
            if payer.client_id == invoice.client_id
        ]
        priced.add(mine)
    priced.lines = regrouped(invoice, priced.lines)
    return priced


def _charged(
    contracts: Contracts, work: Sequence[Work], invoice: Invoice, old: Sequence[InvoiceLine]
) -> dict[int, Priced]:
    """What entries and those fees come to that are on the draft, by project and before they are shared."""
    milestones = set(BilledMilestone.objects.filter(line__in=old).values_list("milestone", flat=True))
    through = invoice.period_last_on or date.max
    # The fee of a period in advance was due on its first day, also where hours were billed up to an earlier one.
    begun = BilledPeriod.objects.filter(line__in=old).values_list("first_on", flat=True)
    on = max([through, *begun])
    known = {(line.contract_line_id, line.work_key.partition("/split")[0]) for line in old}
    found: dict[int, Priced] = {}
    for project_id, lines in contracts.by_project.items():
        contract = [
            replace(terms, milestones=tuple(each for each in terms.milestones if each.id in milestones))
            if terms.milestones
            else terms
            for terms in lines
        ]
        mine = [piece for piece in work if piece.project_id == project_id]
        priced = price(contract, contracts.so_far, mine, on=on, through=through)
        priced.lines = [
            line for line in priced.lines if line.pieces or (line.contract_line_id, line.key) in known
        ]
        found[project_id] = priced
    return found


def _add_expenses(
    invoice: Invoice,
    expense_ids: Collection[int],
    sharing: Sharing,
    contracts: Contracts,
    charged: dict[int, Priced],
) -> None:
    """What the expenses on the draft come to now. Four statements at most, none where there are none."""
    found = expense_billable.read(set(expense_ids), besides=invoice.pk)
    expenses = sharing.whole_expenses([piece for piece in found if piece.project_id in charged])
    agreements = read_agreements(expenses, besides=invoice.pk)
    agreements = replace(agreements, used=sharing.besides_expenses(agreements.used))
    for project_id, each in price_expenses(expenses, agreements, contracts, charged).items():
        charged.setdefault(project_id, Priced()).add(each)


def _compare(
    row: BilledTime,
    now: Sequence[tuple[PricedLine, PricedWork]],
    key: str,
    held: Mapping[int, str],
    invoice: Invoice,
    projects: Collection[int | None],
) -> EntryChange | None:
    """`now` is where the entry goes; one that crosses a cap goes to two lines, and its parts are compared by line."""
    if not now:
        why = held.get(row.entry_id) or _why_gone(row.entry, invoice, projects)
        return _change(row, None, None, None, why)
    line, (work, amount, _) = next((each for each in now if each[0].key == key), now[0])
    if (work.minutes, work.rate_amount, amount, line.key) == (row.minutes, row.rate_amount, row.amount, key):
        return None
    if work.minutes != row.minutes:
        reason = "Hours changed"
    elif work.rate_amount != row.rate_amount:
        reason = "Rate changed"
    elif line.key != key:
        reason = "Moves to another line"
    else:
        reason = "Has another share of the fee" if line.fee_amount is not None else "Rounded differently"
    return _change(row, work.minutes, work.rate_amount, amount, reason)


def _why_gone(entry: TimeEntry, invoice: Invoice, projects: Collection[int | None]) -> str:
    if entry.state != TimeEntry.State.APPROVED:
        return "No longer approved"
    if entry.project_id not in projects:
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

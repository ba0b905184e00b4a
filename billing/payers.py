"""What each payer of shared projects has on its bills, and how new lines are shared between them.

Work of a shared project is priced whole, as if no part of it was billed; then each payer's part is what lacks of its
share. So one payer's invoice can be voided and billed again while the others keep theirs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from billing.billable import Found
from billing.contract_terms import LIVE, Contracts
from billing.models import (
    BilledExpense,
    BilledMilestone,
    BilledPeriod,
    BilledTime,
    CreditLine,
    CreditMemo,
    Invoice,
    InvoiceLine,
)
from billing.pricing.split import Before, Had, Share, split_line
from billing.pricing.terms import SoFar, Used
from billing.pricing.work import ExpenseWork, PricedLine, Work
from core.money import ZERO, round_amount
from projects.models import Project
from projects.models.agreed import SHARED_CAPS
from projects.splits import PayerTerms, Splits, read_splits


class Part(NamedTuple):
    """A priced line, or a payer's part of one."""

    payer: PayerTerms
    line: PricedLine


class PeriodShare(NamedTuple):
    """What a payer has of a part of a period on live bills: in percent, and before any edit."""

    percent: Decimal
    amount: Decimal


# Contract line, kind, first day.
PeriodKey = tuple[int, str, date]


@dataclass(frozen=True)
class Sharing:
    """The splits of projects, and what their payers have on live bills: of entries, of fees (by contract line, key and
    payer), of milestones and of parts of periods, in percent. `used` is what the entries and expenses count on contract
    lines and tasks, `spent` what the expenses count on contract lines."""

    splits: Splits = field(default_factory=Splits)
    entries: Mapping[int, Mapping[int, Had]] = field(default_factory=dict)
    expenses: Mapping[int, Mapping[int, Decimal]] = field(default_factory=dict)
    fees: Mapping[tuple[int | None, str], Mapping[int, Decimal]] = field(default_factory=dict)
    milestones: Mapping[int, Mapping[int, Decimal]] = field(default_factory=dict)
    used: Mapping[int, Mapping[int, Used]] = field(default_factory=dict)
    spent: Mapping[int, Decimal] = field(default_factory=dict)
    periods: Mapping[PeriodKey, Mapping[int, PeriodShare]] = field(default_factory=dict)

    def whole(self, found: Found, contracts: Contracts) -> Found:
        """Work with the minutes that payers have of it already; of an allowance only what is on no bill, because its
        periods know what was used."""
        if not self.entries:
            return found
        settling = {
            terms.id
            for terms in contracts.by_id.values()
            if terms.recurrence is not None and terms.recurrence.allowed is not None
        }
        return Found(
            [self._whole(piece, settling) for piece in found.work],
            [self._whole(each, settling) for each in found.unrated],
        )

    def _whole(self, piece: Work, settling: Collection[int]) -> Work:
        had = self.entries.get(piece.entry_id)
        if not had or piece.contract_line_id in settling:
            return piece
        return piece._replace(minutes=piece.minutes + sum(part.minutes for part in had.values()))

    def whole_expenses(self, found: Sequence[ExpenseWork]) -> list[ExpenseWork]:
        """Expenses with what payers have of them already."""
        return [
            piece._replace(amount=piece.amount + sum(self.expenses.get(piece.expense_id, {}).values(), ZERO))
            for piece in found
        ]

    def besides_expenses(self, used: Mapping[int, Decimal]) -> dict[int, Decimal]:
        """What caps of expenses have used, without the expenses that are priced whole now."""
        return {line: amount - self.spent.get(line, ZERO) for line, amount in used.items()}

    def besides(self, contracts: Contracts) -> Contracts:
        """What was billed before, without the work that is priced whole now; a shared cap sums its lines."""
        if not self.used:
            return contracts
        so_far = dict(contracts.so_far)
        for line_id in self.used.keys() & so_far.keys():
            # Hours under a fee are only attached to it: what is billed of the fee stays billed.
            if contracts.by_id[line_id].is_driven_by_hours:
                so_far[line_id] = self._without_days(_less(so_far[line_id], self.used[line_id]))
        for project_lines in contracts.by_project.values():
            for scope in SHARED_CAPS:
                sharing = [terms.id for terms in project_lines if terms.cap_scope == scope]
                taken = [used for line in sharing for used in self.used.get(line, {}).values()]
                for line in sharing:
                    order = so_far[line].order
                    for used in taken:
                        order = _minus(order, used)
                    so_far[line] = replace(so_far[line], order=order)
        return Contracts(contracts.by_project, so_far)

    def _without_days(self, so_far: SoFar) -> SoFar:
        by_day = {
            day: {entry: minutes for entry, minutes in billed.items() if entry not in self.entries}
            for day, billed in so_far.by_day.items()
        }
        return replace(so_far, by_day=by_day)

    def parts(
        self,
        project: Project,
        lines: Iterable[PricedLine],
        *,
        through: date,
        fixed: Mapping[int | None, int] | None = None,
    ) -> list[Part]:
        """The lines of a project by payer. Hours are shared as on their day, periods as on their first, other fees as
        on the day `through`, or by the split that `fixed` names for the contract line."""
        owner = PayerTerms(project.client_id)
        if project.pk not in self.splits.by_project:
            return [Part(owner, line) for line in lines]
        return [
            part
            for line in lines
            for payers, alike in self._alike(line, through, fixed or {}, owner)
            for part in self._shared(payers, alike, project.client.currency)
        ]

    def _alike(
        self, line: PricedLine, through: date, fixed: Mapping[int | None, int], owner: PayerTerms
    ) -> list[tuple[Sequence[PayerTerms], PricedLine]]:
        """The line in parts that are shared alike: one for a fee, else one for each split that its work falls under."""
        project_id, line_id = line.project_id, line.contract_line_id
        if line.period is not None:
            return [(self.splits.on(project_id, line_id, line.period.first_on) or [owner], line)]
        if line.fee_amount is not None:
            if split := fixed.get(line_id):
                return [(self.splits.of(project_id, split, line_id) or [owner], line)]
            return [(self.splits.on(project_id, line_id, through) or [owner], line)]
        found: dict[int | None, tuple[Sequence[PayerTerms], PricedLine]] = {}

        def place(day: date) -> PricedLine:
            payers = self.splits.on(project_id, line_id, day) or [owner]
            return found.setdefault(payers[0].split_id, (payers, replace(line, pieces=[], expenses=[])))[1]

        for piece in line.pieces:
            place(piece.work.worked_on).pieces.append(piece)
        for part in line.expenses:
            # What fees include goes with them.
            is_included = line.expense_code_id is None and found
            like = next(iter(found.values()))[1] if is_included else place(part.work.spent_on)
            like.expenses.append(part)
        return list(found.values())

    def _shared(self, payers: Sequence[PayerTerms], line: PricedLine, currency: str) -> list[Part]:
        split_id = payers[0].split_id
        if split_id is not None:
            line = replace(line, key=f"{line.key}/split{split_id}", split_id=split_id)
        before = self._before(line)
        shares = [Share(payer.client_id, payer.percent) for payer in payers]
        found = split_line(line, shares, before, currency)
        if split_id is None:
            found = {payer: replace(each, share_percent=None) for payer, each in found.items()}
        return [Part(payer, found[payer.client_id]) for payer in payers if payer.client_id in found]

    def _before(self, line: PricedLine) -> Before:
        if line.period is None:
            fee = self.fees.get((line.contract_line_id, line.key), {})
            return Before(self.entries, self.expenses, fee, self.milestones.get(line.milestone_id or 0, {}))
        had = self.periods.get((line.contract_line_id, line.period.kind, line.period.first_on), {})
        return Before(
            self.entries,
            self.expenses,
            {payer: each.amount for payer, each in had.items()},
            {payer: each.percent for payer, each in had.items()},
        )


ALONE = Sharing()


def read_sharing(
    project_ids: Collection[int],
    entry_ids: Collection[int],
    expense_ids: Collection[int] = (),
    *,
    besides: int | None = None,
    is_locking: bool = False,
    splits: Splits | None = None,
) -> Sharing:
    """How the projects are shared, and what payers have of these entries and expenses, of fees and milestones. What
    stands on the invoice `besides` does not count. One statement where no project is shared, else nine."""
    if splits is None:
        splits = read_splits(project_ids, is_locking=is_locking)
    if not splits.by_project:
        return ALONE
    shared = list(splits.by_project)
    entries, used = _entries(shared, entry_ids, besides)
    expenses, spent = _expenses(shared, expense_ids, besides, used)
    return Sharing(
        splits,
        entries,
        expenses,
        _fees(shared, besides),
        _milestones(shared, besides),
        used,
        spent,
        _periods(shared, besides),
    )


def _entries(
    project_ids: list[int], entry_ids: Collection[int], besides: int | None
) -> tuple[dict[int, dict[int, Had]], dict[int, dict[int, Used]]]:
    # What is written off has no line, and no payer has it.
    rows = BilledTime.objects.filter(
        entry__in=entry_ids, entry__project__in=project_ids, line__isnull=False, is_live=True
    )
    if besides is not None:
        rows = rows.exclude(line__invoice=besides)
    entries: dict[int, dict[int, Had]] = {}
    used: dict[int, dict[int, Used]] = {}
    for row in rows.select_related("line__invoice"):
        if (line := row.line) is None:
            continue
        minutes = row.minutes - row.released_minutes
        amount = round_amount(row.amount * minutes / row.minutes, line.invoice.currency)
        mine, payer = entries.setdefault(row.entry_id, {}), line.invoice.client_id
        before = mine.get(payer, Had())
        mine[payer] = Had(before.minutes + minutes, before.amount + amount)
        tasks = used.setdefault(line.contract_line_id or 0, {})
        tasks[line.task_id or 0] = tasks.get(line.task_id or 0, Used()).plus(Used(amount, minutes, amount))
    return entries, used


def _expenses(
    project_ids: list[int],
    expense_ids: Collection[int],
    besides: int | None,
    used: dict[int, dict[int, Used]],
) -> tuple[dict[int, dict[int, Decimal]], dict[int, Decimal]]:
    """Of expenses by payer, and what they count on contract lines; adds that to `used`. One statement, or none."""
    found: dict[int, dict[int, Decimal]] = {}
    spent: dict[int, Decimal] = {}
    if not expense_ids:
        return found, spent
    rows = BilledExpense.objects.filter(
        expense__in=expense_ids, expense__project__in=project_ids, is_live=True
    )
    if besides is not None:
        rows = rows.exclude(line__invoice=besides)
    for row in rows.select_related("line__invoice"):
        amount = row.amount - row.released_amount
        mine, payer = found.setdefault(row.expense_id, {}), row.line.invoice.client_id
        mine[payer] = mine.get(payer, ZERO) + amount
        if row.billed_amount:
            line, task = row.line.contract_line_id or 0, row.line.task_id or 0
            spent[line] = spent.get(line, ZERO) + amount
            tasks = used.setdefault(line, {})
            tasks[task] = tasks.get(task, Used()).plus(Used(amount, 0, amount))
    return found, spent


def _fees(project_ids: list[int], besides: int | None) -> dict[tuple[int | None, str], dict[int, Decimal]]:
    """What payers have of fees on drafts and invoices, less what credit memos gave back to be billed again."""
    lines = InvoiceLine.objects.filter(project__in=project_ids, split__isnull=False, invoice__state__in=LIVE)
    if besides is not None:
        lines = lines.exclude(invoice=besides)
    gone = CreditLine.objects.filter(
        line__project__in=project_ids,
        line__split__isnull=False,
        line__invoice__state=Invoice.State.ISSUED,
        credit__state=CreditMemo.State.ISSUED,
        returns_work=True,
    )
    found: dict[tuple[int | None, str], dict[int, Decimal]] = {}
    billed = lines.order_by().values_list("contract_line", "work_key", "invoice__client")
    back = gone.order_by().values_list("line__contract_line", "line__work_key", "line__invoice__client")
    for sign, sums in (
        (1, billed.annotate(sum=Sum("computed_amount"))),
        (-1, back.annotate(sum=Sum("amount"))),
    ):
        for line, key, payer, amount in sums:
            mine = found.setdefault((line, key), {})
            mine[payer] = mine.get(payer, ZERO) + sign * amount
    return found


def _milestones(project_ids: list[int], besides: int | None) -> dict[int, dict[int, Decimal]]:
    rows = BilledMilestone.objects.filter(milestone__contract_line__project__in=project_ids, is_live=True)
    if besides is not None:
        rows = rows.exclude(line__invoice=besides)
    found: dict[int, dict[int, Decimal]] = {}
    for milestone, payer, percent in rows.values_list("milestone", "line__invoice__client", "share_percent"):
        mine = found.setdefault(milestone, {})
        mine[payer] = mine.get(payer, ZERO) + percent
    return found


def _periods(project_ids: list[int], besides: int | None) -> dict[PeriodKey, dict[int, PeriodShare]]:
    rows = BilledPeriod.objects.filter(contract_line__project__in=project_ids, is_live=True)
    if besides is not None:
        rows = rows.exclude(line__invoice=besides)
    found: dict[PeriodKey, dict[int, PeriodShare]] = {}
    columns = (
        "contract_line", "kind", "first_on", "line__invoice__client", "share_percent", "line__computed_amount",
    )  # fmt: skip
    for line, kind, first_on, payer, percent, amount in rows.values_list(*columns):
        mine = found.setdefault((line, kind, first_on), {})
        before = mine.get(payer, PeriodShare(ZERO, ZERO))
        mine[payer] = PeriodShare(before.percent + percent, before.amount + amount)
    return found


def _minus(whole: Used, part: Used) -> Used:
    return whole.plus(Used(-part.amount, -part.minutes, -part.computed_amount))


def _less(so_far: SoFar, used: Mapping[int, Used]) -> SoFar:
    whole, by_task = so_far.used, dict(so_far.by_task)
    for task, part in used.items():
        whole = _minus(whole, part)
        if task in by_task:
            by_task[task] = _minus(by_task[task], part)
    return replace(so_far, used=whole, by_task=by_task)

"""What expenses come to on invoices of projects: the terms of their contract lines, and what of caps is used."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils import translation
from django.utils.translation import gettext

from billing.contract_terms import LIVE, Contracts
from billing.models import CreditLine, CreditMemo, Invoice, InvoiceLine
from billing.pricing.capped import SHARED
from billing.pricing.expenses import ExpenseTerms, Pool, Words, charge
from billing.pricing.terms import NOTHING_YET, UNUSED
from billing.pricing.work import ExpenseWork, Priced, PricedLine
from core.locales import written_day
from core.money import ZERO, format_amount
from projects.models import ContractLine

Method, Scope = ContractLine.ExpenseMethod, ContractLine.CapScope


@dataclass(frozen=True)
class Agreements:
    """Terms about expenses in the order of their lines, the language of each project's client, what caps have used."""

    terms: Sequence[ExpenseTerms]
    languages: Mapping[int, str]
    used: Mapping[int, Decimal]

    def shows_receipts(self, project_id: int) -> bool:
        """Whether receipts go along with an invoice of these expenses."""
        return any(each.shows_receipts for each in self.terms if each.project_id == project_id)


NO_AGREEMENTS = Agreements((), {}, {})


def read_agreements(
    expenses: Sequence[ExpenseWork], *, besides: int | None = None, is_locking: bool = False
) -> Agreements:
    """The terms that these expenses come under. What stands on the invoice `besides` does not count as billed.

    Three statements at most, none without expenses. With `is_locking` lines with a cap of expenses are locked first,
    in the order of their ids, so that nobody bills on them meanwhile.
    """
    if not expenses:
        return NO_AGREEMENTS
    rows = list(
        ContractLine.objects.filter(pk__in={piece.contract_line_id for piece in expenses})
        .order_by("project_id", "position")
        .values_list(
            *(
                "id",
                "project_id",
                "name",
                "project__client__currency",
                "expense_method",
                "expense_cap_amount",
            ),
            *("expense_excess", "expense_detail", "shows_receipts", "cap_scope", "project__client__language"),
        )
    )
    terms = [ExpenseTerms(*row[:-1]) for row in rows]
    capped = [each.id for each in terms if each.method == Method.CAPPED]
    if capped and is_locking:
        locked = ContractLine.objects.filter(pk__in=capped).order_by("pk")
        list(locked.select_for_update(of=("self",), no_key=True).values_list("pk"))
    return Agreements(terms, {row[1]: row[-1] for row in rows}, _used(capped, besides))


def price_expenses(
    expenses: Sequence[ExpenseWork],
    agreements: Agreements,
    contracts: Contracts,
    priced: Mapping[int, Priced],
) -> dict[int, Priced]:
    """What the expenses of each project come to; `priced` is what the rest of its draft comes to. No statement.

    Expenses that fees include are attached to the lines in `priced`.
    """
    by_line: dict[int, list[ExpenseWork]] = {}
    for piece in expenses:
        by_line.setdefault(piece.contract_line_id, []).append(piece)
    found: dict[int, Priced] = {}
    for terms in agreements.terms:
        fees = priced[terms.project_id].lines if terms.project_id in priced else []
        billed = found.setdefault(terms.project_id, Priced())
        pools = Pools(terms, contracts, [*fees, *billed.lines], agreements.used.get(terms.id, ZERO))
        own = [line for line in fees if line.contract_line_id == terms.id]
        words = words_in(agreements.languages[terms.project_id])
        billed.add(charge(terms, pools.of, own, by_line[terms.id], words))
    return found


def words_in(language: str) -> Words:
    """How expenses are called on invoices of that language."""

    def day(value: date) -> str:
        with translation.override(language):
            return written_day(value, "medium")

    with translation.override(language):
        return Words(gettext("Expenses"), day)


class Pools:
    """The caps that the expenses of one contract line count against: its own, or that of its fees, task or order."""

    def __init__(
        self, terms: ExpenseTerms, contracts: Contracts, beside: Sequence[PricedLine], used: Decimal
    ) -> None:
        self.terms = terms
        self.contracts = contracts
        self.beside = beside
        self.used = used
        self.pools: dict[int, Pool] = {}

    def of(self, piece: ExpenseWork) -> Pool:
        """The cap that the expense counts against."""
        fees = self.contracts.by_id[self.terms.id]
        key = (piece.task_id or 0) if fees.cap_scope == Scope.TASK else 0
        if key not in self.pools:
            self.pools[key] = self._within(key) if self.terms.method == Method.WITHIN_CAP else self._own()
        return self.pools[key]

    def _own(self) -> Pool:
        terms = self.terms
        if terms.cap_amount is None or terms.method != Method.CAPPED:
            return Pool(None, "", terms.excess)
        words = f"{format_amount(terms.cap_amount, terms.currency)} for expenses of {terms.name}"
        return Pool(max(terms.cap_amount - self.used, ZERO), words, terms.excess)

    def _within(self, task_id: int) -> Pool:
        """What is left of the fees' cap after what is billed and what else stands on this draft."""
        fees = self.contracts.by_id[self.terms.id]
        so_far = self.contracts.so_far.get(fees.id, NOTHING_YET)
        amount, used, what = fees.cap_amount, so_far.used, fees.name
        lines = [line for line in self.beside if line.contract_line_id == fees.id]
        if fees.has_shared_cap:
            used, what = so_far.order, SHARED[fees.cap_scope]
            ordered = {
                line.id
                for line in self.contracts.by_project[fees.project_id]
                if line.cap_scope == fees.cap_scope
            }
            lines = [line for line in self.beside if line.contract_line_id in ordered]
        elif fees.cap_scope == Scope.TASK:
            agreed = fees.tasks.get(task_id)
            amount, used = (agreed.cap_amount if agreed else None), so_far.by_task.get(task_id, UNUSED)
            what = agreed.task_name if agreed else ""
            lines = [line for line in lines if line.task_id == task_id]
        if amount is None:
            return Pool(None, "", fees.excess)
        left = amount - used.amount - sum((line.amount for line in lines), ZERO)
        return Pool(max(left, ZERO), f"{format_amount(amount, fees.currency)} of {what}", fees.excess)


def _used(line_ids: Collection[int], besides: int | None) -> dict[int, Decimal]:
    """What lines billed of their caps of expenses, less what credit memos gave back. Two statements, or none."""
    if not line_ids:
        return {}
    lines = InvoiceLine.objects.filter(
        contract_line__in=line_ids, expense_code__isnull=False, invoice__state__in=LIVE
    )
    credited = CreditLine.objects.filter(
        line__contract_line__in=line_ids,
        line__expense_code__isnull=False,
        line__invoice__state=Invoice.State.ISSUED,
        credit__state=CreditMemo.State.ISSUED,
        returns_work=True,
    )
    if besides is not None:
        lines = lines.exclude(invoice=besides)
    billed = dict(lines.order_by().values_list("contract_line").annotate(sum=Sum("amount")))
    back = dict(credited.order_by().values_list("line__contract_line").annotate(sum=Sum("amount")))
    return {line: billed.get(line, ZERO) - back.get(line, ZERO) for line in {*billed, *back}}

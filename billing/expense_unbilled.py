"""Expenses in work in progress: what is ready to bill by project, and what keeps the rest from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Min, OuterRef, Q, Subquery, Sum

from billing import expense_billable
from billing.agreed import special_work
from billing.contract_terms import Contracts, read_contracts
from billing.expense_pricing import price_expenses, read_agreements
from billing.payers import read_sharing
from billing.pricing.methods import price
from billing.pricing.work import Priced, Work
from core.money import ZERO
from projects.models import ContractLine, Project
from timesheets.models import Expense

Method = ContractLine.ExpenseMethod


@dataclass(frozen=True)
class Spent:
    """Of one project, in its client's currency: ready, by age, what waits for approval, what is on hold, and notes."""

    amount: Decimal = ZERO
    ages: tuple[Decimal, ...] = (ZERO, ZERO, ZERO, ZERO)
    waiting_amount: Decimal = ZERO
    held_amount: Decimal = ZERO
    oldest_on: date | None = None
    notes: tuple[str, ...] = ()


NOTHING_SPENT = Spent()


def unbilled_spending(through: date, today: date, ends: Collection[int]) -> dict[int, Spent]:
    """By project; `ends` are the upper ends of the ages in days. One statement, and a constant number more where
    expenses have a cap or are included in fees."""
    line = ContractLine.objects.filter(pk=OuterRef("contract_line_id"))
    spent = expense_billable.unbilled(Expense.objects.filter(spent_on__lte=through))
    rows = (
        expense_billable.with_contract_line(spent)
        .annotate(method=Subquery(line.values("expense_method")))
        .exclude(method=Method.NOT_BILLED)
        .order_by()
        .values("project", "method")
        .annotate(**_sums(today, ends))
    )
    found: dict[int, Spent] = {}
    special: list[int] = []
    for row in rows:
        is_plain = row["method"] == Method.AT_PRICE
        if not is_plain:
            special.append(row["project"])
        found[row["project"]] = _plus(found.get(row["project"], NOTHING_SPENT), row, is_plain)
    for project_id, more in _priced(special, through, today).items():
        found[project_id] = _plus(found[project_id], more, is_plain=True)
    return found


def _sums(today: date, ends: Collection[int]) -> dict[str, Any]:
    is_approved = Q(state=Expense.State.APPROVED)
    is_ready = is_approved & Q(held=None)
    days = [date.max, *(today - timedelta(days=end) for end in ends), date.min]
    buckets = {
        f"age_{number}": Sum(
            "remaining_amount", filter=is_ready & Q(spent_on__lt=younger, spent_on__gte=older)
        )
        for number, (younger, older) in enumerate(pairwise(days), start=1)
    }
    return {
        "amount": Sum("remaining_amount", filter=is_ready),
        "waiting": Sum("remaining_amount", filter=~is_approved),
        "on_hold": Sum("remaining_amount", filter=is_approved & Q(held__isnull=False)),
        "oldest_on": Min("spent_on", filter=is_ready),
        **buckets,
    }


def _plus(spent: Spent, row: dict[str, Any], is_plain: bool) -> Spent:
    """What is not plain counts as priced by its contract line alone."""
    ready = [row.get(f"age_{number}") or ZERO for number in range(1, 5)] if is_plain else [ZERO] * 4
    oldest = [spent.oldest_on, row.get("oldest_on") if is_plain else None]
    return Spent(
        amount=spent.amount + ((row.get("amount") or ZERO) if is_plain else ZERO),
        ages=tuple(before + now for before, now in zip(spent.ages, ready, strict=True)),
        waiting_amount=spent.waiting_amount + (row.get("waiting") or ZERO),
        held_amount=spent.held_amount + (row.get("on_hold") or ZERO),
        oldest_on=min(filter(None, oldest), default=None),
        notes=(*spent.notes, *row.get("notes", ())),
    )


def _priced(project_ids: list[int], through: date, today: date) -> dict[int, dict[str, Any]]:
    """Projects whose expenses are not simply billed at their price, as drafting would price and share those."""
    if not project_ids:
        return {}
    wanted = expense_billable.with_contract_line(expense_billable.find(project_ids, through=through))
    method = ContractLine.objects.filter(pk=OuterRef("contract_line_id")).values("expense_method")
    apart = wanted.annotate(method=Subquery(method)).exclude(method__in=[Method.AT_PRICE, Method.NOT_BILLED])
    ids = list(apart.order_by().values_list("pk", flat=True))
    contracts = read_contracts(project_ids)
    work = special_work(project_ids, contracts, through)
    sharing = read_sharing(project_ids, [piece.entry_id for piece in work.work], ids)
    contracts = sharing.besides(contracts)
    fees = _fees(contracts, sharing.whole(work, contracts).work, today, through)
    expenses = sharing.whole_expenses(expense_billable.read(ids))
    agreements = read_agreements(expenses)
    agreements = replace(agreements, used=sharing.besides_expenses(agreements.used))
    by_project = price_expenses(expenses, agreements, contracts, fees)
    for project in Project.objects.filter(pk__in=sharing.splits.by_project).select_related("client"):
        if project.pk in by_project:
            parts = sharing.parts(project, by_project[project.pk].lines, through=through)
            by_project[project.pk].lines = [part.line for part in parts]
    return {project_id: _row(each) for project_id, each in by_project.items()}


def _fees(contracts: Contracts, work: Iterable[Work], on: date, through: date) -> dict[int, Priced]:
    """What stands beside the expenses on a draft of each project."""
    by_project: dict[int, list[Work]] = {}
    for piece in work:
        by_project.setdefault(piece.project_id, []).append(piece)
    return {
        project_id: price(contract, contracts.so_far, by_project.get(project_id, []), on=on, through=through)
        for project_id, contract in contracts.by_project.items()
    }


def _row(priced: Priced) -> dict[str, Any]:
    """What is priced counts with the youngest: a cap does not say which of its expenses are left."""
    days = [part.work.spent_on for line in priced.lines for part in line.expenses]
    return {
        "amount": priced.amount,
        "age_1": priced.amount,
        "oldest_on": min(days, default=None),
        "notes": priced.words,
    }

"""What drafts would come to: which work and expenses of projects are billed, at what, and why the rest is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q, Sum

from billing import billable, expense_billable
from billing.contract_terms import Contracts, read_contracts
from billing.expense_pricing import NO_AGREEMENTS, Agreements, price_expenses, read_agreements
from billing.expense_reasons import expenses_left
from billing.holds import is_held
from billing.payers import Sharing, read_sharing
from billing.pricing.methods import price
from billing.pricing.work import Priced, Work
from core.minutes import format_decimal
from timesheets.models import TimeEntry


class Parts(models.TextChoices):
    """What of a project is billed: fees and expenses, or one of them alone."""

    ALL = "ALL", "Time, fees and expenses"
    FEES = "FEES", "Time and fees only"
    EXPENSES = "EXPENSES", "Expenses only"


@dataclass(frozen=True)
class Wanted:
    """What is looked for: up to which day, which parts, or only these entries and expenses, and no fees then."""

    through: date
    on: date
    parts: Parts = Parts.ALL
    entry_ids: Sequence[int] | None = None
    expense_ids: Sequence[int] | None = None

    @property
    def is_picked(self) -> bool:
        return self.entry_ids is not None or self.expense_ids is not None

    @property
    def has_time(self) -> bool:
        if self.is_picked:
            return self.entry_ids is not None
        return self.parts != Parts.EXPENSES

    @property
    def has_expenses(self) -> bool:
        if self.is_picked:
            return self.expense_ids is not None
        return self.parts != Parts.FEES

    @property
    def has_fees(self) -> bool:
        return not self.is_picked and self.parts != Parts.EXPENSES


@dataclass(frozen=True)
class Prices:
    """What projects come to, by their ids, and what their contracts say about expenses."""

    by_project: Mapping[int, Priced]
    unrated_minutes: Mapping[int, int]
    is_taken: bool
    agreements: Agreements
    sharing: Sharing


def find_prices(project_ids: Sequence[int], wanted: Wanted) -> Prices:
    """Locks what may be billed, time before expenses, and prices it by the contracts."""
    through = wanted.through
    entries = billable.find(project_ids, through=through, entry_ids=wanted.entry_ids)
    locked = billable.lock(entries) if wanted.has_time else []
    spent = expense_billable.find(project_ids, through=through, expense_ids=wanted.expense_ids)
    locked_expenses = expense_billable.lock(spent) if wanted.has_expenses else []
    contracts = read_contracts(project_ids, is_locking=True)
    sharing = read_sharing(project_ids, locked, locked_expenses, is_locking=True)
    contracts = sharing.besides(contracts)
    found = sharing.whole(billable.read(locked).under(contracts.by_id), contracts)
    priced = _price(contracts, found.work, on=wanted.on, through=through, has_fees=wanted.has_fees)
    agreements = NO_AGREEMENTS
    expenses = sharing.whole_expenses(expense_billable.read(locked_expenses))
    if expenses:
        agreements = read_agreements(expenses, is_locking=True)
        agreements = replace(agreements, used=sharing.besides_expenses(agreements.used))
        for project_id, each in price_expenses(expenses, agreements, contracts, priced).items():
            priced.setdefault(project_id, Priced()).add(each)
    is_taken = bool(locked or locked_expenses) and not (found.work or found.unrated or expenses)
    return Prices(priced, found.unrated_minutes, is_taken, agreements, sharing)


def _price(
    contracts: Contracts, work: Sequence[Work], *, on: date, through: date, has_fees: bool
) -> dict[int, Priced]:
    """What each project comes to, by its id; without fees only what hours make."""
    by_project: dict[int, list[Work]] = {}
    for piece in work:
        by_project.setdefault(piece.project_id, []).append(piece)
    return {
        project_id: price(
            contract if has_fees else [terms for terms in contract if terms.is_driven_by_hours],
            contracts.so_far,
            by_project.get(project_id, []),
            on=on,
            through=through,
        )
        for project_id, contract in contracts.by_project.items()
    }


def why_nothing(
    project_ids: Sequence[int], *, wanted: Wanted, priced: Mapping[int, Priced]
) -> dict[int, str]:
    """For projects without anything to bill: what there is instead. Two statements."""
    if not project_ids:
        return {}
    waiting = Q(state__in=[TimeEntry.State.DRAFT, TimeEntry.State.SUBMITTED, TimeEntry.State.REJECTED])
    entries = TimeEntry.objects.filter(project__in=project_ids, worked_on__lte=wanted.through)
    sums = {
        row["project"]: row
        for row in billable.unbilled(entries)
        .order_by()
        .values("project")
        .annotate(
            waiting=Sum("remaining_minutes", filter=waiting),
            unrated=Sum("remaining_minutes", filter=~waiting & ~billable.rated()),
            held=Sum("remaining_minutes", filter=Q(is_held())),
        )
    }
    spent = expenses_left(project_ids, wanted.through) if wanted.has_expenses else {}
    return {pk: _words(sums.get(pk, {}), priced.get(pk, Priced()), spent.get(pk, [])) for pk in project_ids}


def _words(row: Mapping[str, Any], priced: Priced, spent: Sequence[str]) -> str:
    parts = priced.words + priced.reasons
    if row.get("waiting"):
        parts.append(f"{format_decimal(row['waiting'])} h are not approved yet.")
    if row.get("unrated"):
        parts.append(f"{format_decimal(row['unrated'])} h have no rate.")
    if row.get("held"):
        parts.append(f"{format_decimal(row['held'])} h are on hold.")
    parts += spent
    return (
        " ".join(parts) or "All approved, billable hours and expenses are on an invoice or a draft already."
    )

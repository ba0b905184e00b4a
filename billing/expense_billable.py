"""Which expenses may be billed, and by which contract line: approved, billable, not held, not on another invoice."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.models import BilledExpense
from billing.pricing.work import ExpenseWork
from core.money import ZERO
from projects.models import ContractLine
from timesheets.models import Expense

MONEY = DecimalField(max_digits=16, decimal_places=4)


def with_remaining(expenses: QuerySet[Expense], *, besides: int | None = None) -> QuerySet[Any]:
    """Adds `remaining_amount`: the price less what is billed. The invoice `besides` does not count as billed."""
    live = BilledExpense.objects.filter(expense=OuterRef("pk"), is_live=True)
    if besides is not None:
        live = live.exclude(line__invoice=besides)
    billed = (
        live.order_by().values("expense").annotate(sum=Sum(F("amount") - F("released_amount"))).values("sum")
    )
    nothing = Value(Decimal(ZERO), output_field=MONEY)
    return expenses.annotate(
        remaining_amount=F("billable_amount") - Coalesce(Subquery(billed, output_field=MONEY), nothing)
    )


def unbilled(expenses: QuerySet[Expense]) -> QuerySet[Any]:
    """Billable ones of which something stands on no invoice and no draft; those on hold too."""
    return with_remaining(billable(expenses)).exclude(remaining_amount=0)


def billable(expenses: QuerySet[Expense]) -> QuerySet[Expense]:
    """Those with a price in their client's currency."""
    return expenses.filter(
        is_billable=True, billable_amount__isnull=False, billable_currency=F("project__client__currency")
    )


def contract_line() -> Coalesce:
    """The id of the contract line that bills an expense: its task's, without one the project's first; on the day, of
    those that took over from each other.

    Only for expenses that are annotated with `root`.
    """
    latest = (
        ContractLine.objects.filter(Q(pk=OuterRef("root")) | Q(origin=OuterRef("root")))
        .filter(Q(starts_on=None) | Q(starts_on__lte=OuterRef("spent_on")))
        .order_by(F("starts_on").desc(nulls_last=True))
        .values("pk")[:1]
    )
    return Coalesce(Subquery(latest), F("root"))


def with_contract_line(expenses: QuerySet[Any]) -> QuerySet[Any]:
    """Adds `contract_line_id`: by which line each expense is billed."""
    first = ContractLine.objects.filter(project=OuterRef("project")).order_by("position").values("pk")[:1]
    root = Coalesce("task__contract_line__origin", "task__contract_line", Subquery(first))
    return expenses.annotate(root=root).annotate(contract_line_id=contract_line())


def find(
    project_ids: Iterable[int], *, through: date, expense_ids: Iterable[int] | None = None
) -> QuerySet[Any]:
    """Approved, unbilled expenses of the projects up to and including the day `through`, but for those on hold."""
    expenses = Expense.objects.filter(project__in=list(project_ids), spent_on__lte=through, held=None)
    if expense_ids is not None:
        expenses = expenses.filter(pk__in=list(expense_ids))
    return unbilled(expenses.approved())


def lock(expenses: QuerySet[Any]) -> list[int]:
    """Locks the expenses in the order of their ids, so that nobody changes or bills them meanwhile; returns the ids.

    Call it after locking time and before any invoice is locked.
    """
    locked = expenses.order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(locked.values_list("pk", flat=True))


# The fields of ExpenseWork, in their order.
WORK = (
    "pk", "project_id", "contract_line_id", "task_id", "code_id", "code__name", "code__is_taxable", "vendor", "note",
    "spent_on", "remaining_amount", "billable_currency",
)  # fmt: skip


def read(expense_ids: Iterable[int], *, besides: int | None = None) -> list[ExpenseWork]:
    """The billable, approved rest of the expenses. One statement, whatever their number; none where there are none."""
    ids = list(expense_ids)
    if not ids:
        return []
    wanted = with_remaining(billable(Expense.objects.filter(pk__in=ids).approved()), besides=besides)
    rows = with_contract_line(wanted).order_by("spent_on", "pk").values_list(*WORK)
    return [piece for values in rows if (piece := ExpenseWork(*values)).amount]

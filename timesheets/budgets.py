"""What is used of budgets: hours, fees and expenses of projects and their tasks. Limits are set in projects."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, IntegerField, Q, Sum, Value
from django.db.models.functions import Cast, Round

from core.money import ZERO
from core.periods import Period
from core.rounded import WIDE, rounded
from timesheets.models import Expense, TimeEntry


@dataclass(frozen=True)
class Use:
    """What is recorded, whatever its state, and what of it is approved. Amounts in the client's currency.

    Hours are worked minutes. Fees are billable minutes at their rates, each line rounded half-up once, whatever the
    method of billing; lines without a rate count for nothing. Expenses are what the client pays, markup included.
    `recent_minutes` are those of the weeks that were asked for.
    """

    minutes: int = 0
    approved_minutes: int = 0
    fee_amount: Decimal = ZERO
    approved_fee_amount: Decimal = ZERO
    expense_amount: Decimal = ZERO
    approved_expense_amount: Decimal = ZERO
    recent_minutes: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(*(getattr(self, name) + getattr(other, name) for name in Use.__dataclass_fields__))


NONE = Use()


@dataclass(frozen=True)
class UseOf:
    """What is used of some projects, by project and task; expenses without a task stand under None."""

    by_task: dict[tuple[int, int | None], Use]

    def task(self, project_id: int, task_id: int | None) -> Use:
        """Of one task alone, without its parts."""
        return self.by_task.get((project_id, task_id), NONE)

    def projects(self) -> dict[int, Use]:
        """Of each project as a whole."""
        found: dict[int, Use] = {}
        for (project_id, _), use in self.by_task.items():
            found[project_id] = found.get(project_id, NONE) + use
        return found


def use_of(project_ids: Iterable[int], recent: Period | None = None) -> UseOf:
    """What is used of these projects. Two statements, however many projects and lines."""
    ids = list(project_ids)
    found = {(row.pop("project"), row.pop("task")): Use(**row) for row in _time(ids, recent)}
    for row in _expenses(ids):
        key = (row.pop("project"), row.pop("task"))
        found[key] = found.get(key, NONE) + Use(**row)
    return UseOf(found)


def fee_amount() -> Round:
    """The fee of a time entry: its billable minutes at its rate, rounded half-up to the places of its currency."""
    exact = F("rate_amount") * Cast(F("billable_minutes"), WIDE) / F("rate_minutes")
    return rounded(exact, "rate_currency")


def _time(ids: list[int], recent: Period | None) -> Any:
    is_approved = Q(state=TimeEntry.State.APPROVED)
    fee = fee_amount()
    in_currency = Q(rate_currency=F("project__client__currency"))
    lately = Value(0, output_field=IntegerField())
    if recent is not None:
        days = Q(worked_on__range=(recent.first, recent.last))
        lately = Sum("worked_minutes", filter=days, default=0)  # type: ignore[assignment]
    return (
        TimeEntry.objects.filter(project__in=ids)
        .order_by()
        .values("project", "task")
        .annotate(
            minutes=Sum("worked_minutes", default=0),
            approved_minutes=Sum("worked_minutes", filter=is_approved, default=0),
            fee_amount=Sum(fee, filter=in_currency, default=ZERO),
            approved_fee_amount=Sum(fee, filter=in_currency & is_approved, default=ZERO),
            recent_minutes=lately,
        )
    )


def _expenses(ids: list[int]) -> Any:
    is_approved = Q(state=Expense.State.APPROVED)
    return (
        Expense.objects.filter(project__in=ids, is_billable=True)
        .order_by()
        .values("project", "task")
        .annotate(
            expense_amount=Sum("billable_amount", default=ZERO),
            approved_expense_amount=Sum("billable_amount", filter=is_approved, default=ZERO),
        )
    )

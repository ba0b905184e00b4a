"""What is to be paid back and what was: by person, for finance. A constant number of statements."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from core.money import ZERO
from people.models import StaffMember
from timesheets.expenses.values import total
from timesheets.models import Expense, Reimbursement

PAID_ROWS = 50


@dataclass(frozen=True)
class Owed:
    """What one person is to be paid in one currency."""

    staff: StaffMember
    currency: str
    lines: list[Expense]

    @property
    def amount(self) -> Decimal:
        return total(line.base_amount for line in self.lines)

    @property
    def is_negative(self) -> bool:
        """Reversed lines come to more than the rest: nothing can be paid until more is approved."""
        return self.amount < ZERO


@dataclass(frozen=True)
class Paid:
    payment: Reimbursement
    lines: int
    amount: Decimal


def owed() -> list[Owed]:
    """By person and currency, in the order of names. One statement."""
    lines = Expense.objects.to_reimburse().select_related("report__staff", "code", "project", "reverses")
    groups: dict[tuple[int, str], list[Expense]] = {}
    for line in lines.order_by("report__staff__name", "report__staff_id", "spent_on", "pk"):
        groups.setdefault((line.report.staff_id, line.report.currency), []).append(line)
    return [Owed(each[0].report.staff, currency, each) for (_, currency), each in groups.items()]


def totals(groups: list[Owed]) -> list[tuple[str, Decimal]]:
    """What it comes to by currency."""
    by_currency: dict[str, list[Decimal | None]] = {}
    for group in groups:
        by_currency.setdefault(group.currency, []).append(group.amount)
    return [(currency, total(amounts)) for currency, amounts in sorted(by_currency.items())]


def paid(start: int = 0) -> tuple[list[Paid], int]:
    """Payments, the latest first, and how many more there are to show. Two statements."""
    rows = (
        Reimbursement.objects.select_related("staff")
        .annotate(lines=Count("expenses"), sum=Sum("expenses__base_amount"))
        .order_by("-paid_on", "-pk")
    )
    count = Reimbursement.objects.count()
    shown = [Paid(row, row.lines, row.sum or ZERO) for row in rows[start : start + PAID_ROWS]]
    return shown, max(0, min(PAID_ROWS, count - start - PAID_ROWS))

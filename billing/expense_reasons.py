"""Why expenses of projects are not drafted, in words."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, Sum

from billing import expense_billable
from core.money import format_amount
from timesheets.models import Expense


def expenses_left(project_ids: Sequence[int], through: date) -> dict[int, list[str]]:
    """What waits for approval or is on hold, by project. One statement."""
    is_approved = Q(state=Expense.State.APPROVED)
    spent = Expense.objects.filter(project__in=project_ids, spent_on__lte=through)
    rows = (
        expense_billable.unbilled(spent)
        .order_by()
        .values("project", "billable_currency")
        .annotate(
            waiting=Sum("remaining_amount", filter=~is_approved),
            on_hold=Sum("remaining_amount", filter=is_approved & Q(held__isnull=False)),
        )
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        words = found.setdefault(row["project"], [])
        if row["waiting"]:
            words.append(
                f"{format_amount(row['waiting'], row['billable_currency'])} of expenses are not approved yet."
            )
        if row["on_hold"]:
            words.append(
                f"{format_amount(row['on_hold'], row['billable_currency'])} of expenses are on hold."
            )
    return found

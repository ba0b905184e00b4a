"""Questions about expenses: the rules and words of this room for approvals.asking."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from approvals.desks import Desk, Topic
from core.money import format_amount
from people.models import User
from timesheets.days import day_words
from timesheets.expenses.approving import mandate_of, require_decider
from timesheets.expenses.subjects import KIND
from timesheets.expenses.waiting import waiting_requests
from timesheets.models import Expense


def _require(by: User, at: datetime) -> None:
    require_decider(by)


def _topics(ids: Collection[int], reader: User) -> dict[int, Topic]:
    """The lines in the order of their days. One statement."""
    found = Expense.objects.filter(pk__in=ids).select_related("report", "code", "project")
    return {expense.pk: _topic(expense) for expense in found.order_by("spent_on", "pk")}


def _topic(expense: Expense) -> Topic:
    what = str(expense.code or expense.vendor or "Expense")
    amount = "" if expense.amount is None else f", {format_amount(expense.amount, expense.currency)}"
    project = expense.project.name if expense.project else ""
    return Topic(
        title=f"{what}{amount}",
        about=" · ".join(filter(None, [day_words(expense.spent_on), expense.vendor, project, expense.note])),
        page_url=f"{reverse('timesheets:expense-report', args=[expense.report_id])}?line={expense.pk}",
        queue_url=f"{reverse('timesheets:expense-approvals')}?report={expense.report_id}",
        dialog_url=reverse("timesheets:expense-question", args=[expense.pk]),
    )


EXPENSES = Desk(
    kind=KIND,
    noun="expense",
    one="line",
    many="lines",
    require=_require,
    waiting=waiting_requests,
    mandate=mandate_of,
    topics=_topics,
)

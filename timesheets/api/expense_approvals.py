"""Deciding on expenses: what waits, approving, returning, taking back."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from approvals.api.dialogues import Text, TextWish
from approvals.asking import answer, ask
from approvals.certifying import Signature
from core import clock
from core.api import Amount, Listing, Part, Routes, Wish, page
from people.guards import guarded, staff_only
from timesheets.access import APPROVE_ALL, APPROVE_TEAM
from timesheets.api.deciding import SignatureWish
from timesheets.api.expense_schemas import (
    ApprovedExpenseWish,
    ExpenseRow,
    ExpenseSkippedRow,
    Ids,
    expense_row,
    expense_rows,
    in_order,
)
from timesheets.api.whose import user_of
from timesheets.expenses.access import visible_to
from timesheets.expenses.approving import Decided, approve_expenses, return_expenses, take_back_expenses
from timesheets.expenses.desk import EXPENSES
from timesheets.expenses.waiting import waiting_lines
from timesheets.models import Expense

routes = Routes("approvals")
decider = guarded(APPROVE_TEAM, APPROVE_ALL)


class WaitingExpenseFilters(Part):
    mine_only: bool = Field(False, description="Only one's own inbox, for those who decide on everything.")


class ExpenseApproveWish(Wish):
    expenses: Annotated[list[ApprovedExpenseWish], Field(min_length=1, max_length=500)]
    signature: SignatureWish | None = Field(None, description="Needed where the policy asks for one.")


class ExpenseReturnWish(Wish):
    expense_ids: Ids
    reason: Annotated[str, Field(max_length=300)]


class ExpenseTakeBackWish(Wish):
    expense_ids: Ids
    reason: Annotated[str, Field(max_length=300)] = ""


class ExpenseAskWish(Wish):
    expense_ids: Ids
    text: Text


class ExpensesAsked(Schema):
    expense_ids: list[int] = Field(description="Asked about; they go on waiting.")


class ExpensesDecided(Schema):
    expense_ids: list[int] = Field(description="Decided on.")
    waiting_ids: list[int] = Field(description="Now wait for the next step.")
    amount: Amount
    skipped: list[ExpenseSkippedRow]
    certification_id: int | None


class ExpensesTakenBack(Schema):
    expense_ids: list[int] = Field(description="Wait for a decision again.")


@routes.read("/approvals/expenses", Listing[ExpenseRow])
@decider
def list_waiting_expenses(request: HttpRequest, wanted: Query[WaitingExpenseFilters]) -> dict[str, Any]:
    """Lists the expenses that wait for one's decision, with findings and receipts."""
    user = user_of(request)
    found = page(waiting_lines(user, clock.today(user), mine_only=wanted.mine_only), wanted)
    ids = [line.pk for line in found["items"]]
    return found | {"items": in_order(expense_rows(Expense.objects.filter(pk__in=ids)), found["items"])}


@routes.write("/approvals/expenses/approve", ExpensesDecided)
@decider
def approve_some_expenses(request: HttpRequest, wish: ExpenseApproveWish) -> ExpensesDecided:
    """Approves expenses. What waits no more, waits for somebody else or was changed is skipped with its reason."""
    signature = None
    if wish.signature is not None:
        address = request.META.get("REMOTE_ADDR")
        signature = Signature(wish.signature.typed_name, wish.signature.password, address)
    named = any(each.version is not None for each in wish.expenses)
    seen = {each.id: -1 if each.version is None else each.version for each in wish.expenses}
    decided = approve_expenses(
        expense_ids=list(seen),
        by=user_of(request),
        at=clock.now(),
        signature=signature,
        seen=seen if named else None,
    )
    return _decided(decided)


@routes.write("/approvals/expenses/return", ExpensesDecided)
@decider
def return_some_expenses(request: HttpRequest, wish: ExpenseReturnWish) -> ExpensesDecided:
    """Returns expenses to their owner with a reason; the others of the report go on."""
    decided = return_expenses(
        expense_ids=wish.expense_ids, reason=wish.reason, by=user_of(request), at=clock.now()
    )
    return _decided(decided)


@routes.write("/approvals/expenses/take-back", ExpensesTakenBack)
@decider
def take_back_some_expenses(request: HttpRequest, wish: ExpenseTakeBackWish) -> dict[str, Any]:
    """Takes decisions back: the lines wait again. Not once they are paid back or changed."""
    again = take_back_expenses(
        expense_ids=wish.expense_ids, by=user_of(request), at=clock.now(), reason=wish.reason
    )
    return {"expense_ids": again}


@routes.write("/approvals/expenses/ask", ExpensesAsked)
@decider
def ask_about_expenses(request: HttpRequest, wish: ExpenseAskWish) -> dict[str, Any]:
    """Asks the owners about expenses that wait for one's decision."""
    ids = ask(desk=EXPENSES, ids=wish.expense_ids, text=wish.text, by=user_of(request), at=clock.now())
    return {"expense_ids": ids}


@routes.write("/approvals/expenses/{int:expense_id}/answer", ExpenseRow)
@staff_only
def answer_about_expense(request: HttpRequest, expense_id: int, wish: TextWish) -> ExpenseRow:
    """Answers the question about one's own expense, or replies to its return."""
    user = user_of(request)
    line = get_object_or_404(visible_to(user, clock.today(user)), pk=expense_id)
    answer(desk=EXPENSES, subject_id=line.pk, text=wish.text, by=user, at=clock.now())
    return expense_row(line.pk)


def _decided(decided: Decided) -> ExpensesDecided:
    return ExpensesDecided(
        expense_ids=decided.expense_ids,
        waiting_ids=decided.waiting_ids,
        amount=decided.amount,
        skipped=[ExpenseSkippedRow(id=pk, reason=reason) for pk, reason in decided.skipped.items()],
        certification_id=decided.certification.pk if decided.certification else None,
    )

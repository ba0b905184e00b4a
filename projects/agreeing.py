"""What is agreed about the expenses of a contract line: how they are billed, up to what, and how they are printed."""

from decimal import Decimal

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.money import round_amount
from core.promises import promises
from people.models import User
from projects.contracting import MOST, lock_line
from projects.models import ContractLine

Method = ContractLine.ExpenseMethod


class ExpenseTermsAreWrong(Refusal):
    """The terms do not fit each other; the message says what is missing."""


def agree_on_expenses(
    *,
    line: ContractLine,
    by: User | None,
    method: str,
    cap_amount: Decimal | None = None,
    excess: str = ContractLine.Excess.HOLD,
    detail: str = ContractLine.ExpenseDetail.CODE,
    shows_receipts: bool = False,
) -> ContractLine:
    """Sets how expenses of the line are billed from now on; what is billed stays. A cap is kept for CAPPED alone.

    Raises ExpenseTermsAreWrong, NotAllowed; refused below what is billed.
    """
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        audit.acting("contract_line.agree_on_expenses", by=by, subject=line, method=method)
        line.expense_method = method
        line.expense_cap_amount = _cap(method, cap_amount, line)
        line.expense_excess = excess
        line.expense_detail = detail
        line.shows_receipts = shows_receipts
        line.save(update_fields=[*line.expense_terms])
    return line


def _cap(method: str, cap_amount: Decimal | None, line: ContractLine) -> Decimal | None:
    if method == Method.WITHIN_CAP and not line.cap_scope:
        raise ExpenseTermsAreWrong("The fees of this line have no cap.", field="expense_method")
    if method != Method.CAPPED:
        return None
    if cap_amount is None or cap_amount < 0:
        raise ExpenseTermsAreWrong("Enter the cap of expenses.", field="expense_cap_amount")
    if cap_amount > MOST:
        raise ExpenseTermsAreWrong("This cap is too large.", field="expense_cap_amount")
    return round_amount(cap_amount, line.project.currency)

"""A fixed fee by task: each task has its fee, and people say how much of it may be billed by now.

Whether that was said as all of it, a percentage, an amount or percent complete, it is kept as an amount to date:
`this bill = released to date - billed before`. Hours of a task are attached to the bill of its fee.
"""

from collections.abc import Sequence
from datetime import date

from billing.pricing.fees import attach, covered, fee_line
from billing.pricing.terms import UNUSED, SoFar, Terms
from billing.pricing.work import Priced, Work
from core.money import ZERO


def charges(terms: Terms, so_far: SoFar, work: Sequence[Work], on: date, through: date) -> Priced:
    """For each task what was released of its fee and is not billed yet."""
    found = Priced()
    for task_id, agreed in terms.tasks.items():
        hours = [piece for piece in work if piece.task_id == task_id]
        before = so_far.by_task.get(task_id, UNUSED).computed_amount
        amount = agreed.released_amount - before
        if amount > 0:
            line = fee_line(terms, f"fee/task{task_id}", terms.name, amount, group=agreed.task_name)
            line.task_id = task_id
            attach(line, hours, terms.currency)
            found.lines.append(line)
        else:
            is_over = agreed.fee_amount is not None and before >= agreed.fee_amount
            found.held += covered(terms, hours, is_billed_in_full=is_over)
        if agreed.released_amount > (agreed.fee_amount or ZERO):
            found.notices.append(f"More than the fee of {agreed.task_name} is released.")
    loose = [piece for piece in work if piece.task_id not in terms.tasks]
    found.held += covered(terms, loose, is_billed_in_full=False)
    if not found.lines:
        found.reasons.append(f"Nothing of {terms.name} is released to be billed.")
    return found

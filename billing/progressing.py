"""How much of a fee may be billed by now: percent complete of a contract line, what is released of a task's fee.

Neither goes below what is billed already; a credit memo is what gives money back.
"""

from datetime import date
from decimal import Decimal

from django.db import models, transaction

from billing.contract_terms import read_contracts
from billing.pricing.percent_complete import earned
from billing.pricing.terms import UNUSED
from core import audit
from core.errors import Refusal
from core.money import ZERO, format_amount, round_amount
from core.promises import promises
from people.models import User
from projects.contracting import Method, lock_line
from projects.models import ContractLine, Task, TaskTerms


class BelowWhatIsBilled(Refusal):
    """Progress does not take back what was billed."""

    sentence = "{billed} of it is billed already. To give money back, make a credit memo."


class NotByThisMethod(Refusal):
    sentence = "This contract line is not billed in this way."


class MoreThanTheFee(Refusal):
    sentence = "The fee of this task is {fee}. Add a line to the draft for what goes beyond it."


class NoFee(Refusal):
    sentence = "Set the fee of this task first."


class Release(models.TextChoices):
    """How somebody says what of a task's fee may be billed."""

    WHOLE = "WHOLE", "All of it"
    PERCENT = "PERCENT", "A further percentage of it"
    AMOUNT = "AMOUNT", "A further amount"
    COMPLETE = "COMPLETE", "Percent complete to date"


def record_progress(*, line: ContractLine, percent: Decimal, on: date, by: User | None) -> ContractLine:
    """The line is so many percent complete as of the day `on`; above 100 it is billed with a warning.

    Raises NotByThisMethod, BelowWhatIsBilled, NotAllowed.
    """
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        if line.method != Method.PERCENT_COMPLETE:
            raise NotByThisMethod
        currency = line.project.currency
        contracts = read_contracts([line.project_id])
        billed = contracts.so_far[line.pk].used.computed_amount
        if earned(line.fee_amount or ZERO, percent, currency) < billed:
            raise BelowWhatIsBilled(billed=format_amount(billed, currency), field="percent")
        audit.acting("contract_line.progress", by=by, subject=line, percent=percent, on=on)
        line.percent_complete, line.percent_on = percent, on
        line.save(update_fields=["percent_complete", "percent_on"])
    return line


def release_fee(
    *, line: ContractLine, task: Task, how: str, by: User | None, on: date, value: Decimal | None = None
) -> TaskTerms:
    """Releases a part of a task's fee to be billed: `how` is one of Release, `value` its percentage or amount.

    All of it and percent complete are to date, the others come on top of what was released before. Rounded half-up.
    Raises NotByThisMethod, NoFee, MoreThanTheFee, BelowWhatIsBilled, NotAllowed.
    """
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        if line.method != Method.FIXED_FEE_BY_TASK:
            raise NotByThisMethod
        terms = TaskTerms.objects.filter(contract_line=line, task=task).first()
        if terms is None or terms.fee_amount is None:
            raise NoFee
        currency = line.project.currency
        released = round_amount(_released(terms, terms.fee_amount, Release(how), value or ZERO), currency)
        billed = (
            read_contracts([line.project_id]).so_far[line.pk].by_task.get(task.pk, UNUSED).computed_amount
        )
        if released < billed:
            raise BelowWhatIsBilled(billed=format_amount(billed, currency), field="value")
        if released > terms.fee_amount and how != Release.COMPLETE:
            raise MoreThanTheFee(fee=format_amount(terms.fee_amount, currency), field="value")
        audit.acting("contract_line.release", by=by, subject=line, task=task.pk, how=how, on=on, to=released)
        terms.released_amount = released
        if how == Release.COMPLETE:
            terms.percent_complete, terms.percent_on = value, on
        terms.save()
    return terms


def _released(terms: TaskTerms, fee_amount: Decimal, how: Release, value: Decimal) -> Decimal:
    if how == Release.WHOLE:
        return fee_amount
    if how == Release.AMOUNT:
        return terms.released_amount + value
    part = fee_amount * value / 100
    return part if how == Release.COMPLETE else terms.released_amount + part

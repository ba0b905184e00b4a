"""Contract lines: adding, changing their terms, raising a cap, switching the method from a day on.

What is billed already limits what may change; those limits are the database's, kept by triggers of billing.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Max

from core import audit
from core.errors import Refusal
from core.minutes import DAY_MINUTES
from core.money import ZERO, round_amount
from core.periods import ONE_DAY
from core.promises import promises
from people.models import User
from projects.access import require_manage
from projects.models import ContractLine, Project, Task, TaskTerms
from projects.opening import NameIsMissing
from projects.period_terms import (
    ALLOWANCE,
    CALENDAR,
    PeriodTerms,
    TermsAreMissing,
    check_end,
    choose_end,
    complete,
)
from projects.period_terms import EMPTY as NO_PERIODS

Method = ContractLine.Method
Scope = ContractLine.CapScope


# More than any contract; the columns hold a little more.
MOST = Decimal(10) ** 11


class ReasonIsMissing(Refusal):
    sentence = "Say why the cap is raised."


class NotAnOpenLine(Refusal):
    sentence = "This contract line is closed. Change the one that took over from it."


class StartsTooEarly(Refusal):
    sentence = "The new terms start after the day on which these began."


class NoCapToRaise(Refusal):
    sentence = "This contract line has no cap of its own in money."


class ContractTerms(PeriodTerms, total=False):
    """The terms of a contract line; those that the method does not know are dropped."""

    fee_amount: Decimal | None
    cap_scope: str
    cap_amount: Decimal | None
    cap_minutes: int | None
    daily_cap_minutes: int | None
    daily_cap_is_per_person: bool
    excess: str


# Which terms a method has; the others are emptied.
KNOWN: Mapping[str, tuple[str, ...]] = {
    Method.TIME_AND_MATERIALS: (
        "cap_scope",
        "cap_amount",
        "cap_minutes",
        "daily_cap_minutes",
        "daily_cap_is_per_person",
        "excess",
    ),
    Method.FIXED_FEE: ("fee_amount",),
    Method.FIXED_FEE_BY_TASK: (),
    Method.PERCENT_COMPLETE: ("fee_amount",),
    Method.MILESTONE: ("fee_amount",),
    Method.RECURRING: ("fee_amount", *CALENDAR),
    Method.ALLOWANCE: ("fee_amount", *CALENDAR, *ALLOWANCE),
}
EMPTY: Mapping[str, Any] = {
    "fee_amount": None, "cap_scope": "", "cap_amount": None, "cap_minutes": None,
    "daily_cap_minutes": None, "daily_cap_is_per_person": True, "excess": ContractLine.Excess.HOLD, **NO_PERIODS,
}  # fmt: skip


def add_line(
    *, project: Project, name: str, method: str, by: User | None, **terms: Unpack[ContractTerms]
) -> ContractLine:
    """Adds a contract line at the end of the project's. Raises NameIsMissing, TermsAreMissing, NotAllowed."""
    with promises(), transaction.atomic():
        project = Project.objects.select_for_update(of=("self",)).select_related("client").get(pk=project.pk)
        require_manage(by, project)
        line = ContractLine(project=project, position=_next_position(project), method=method)
        _set(line, name, terms)
        line.save()
        audit.acting("contract_line.add", by=by, subject=line, project=project.pk, method=method)
    return line


def change_line(
    *, line: ContractLine, name: str, method: str, by: User | None, **terms: Unpack[ContractTerms]
) -> ContractLine:
    """Changes name and terms. The method changes only while nothing is billed on the line; later `switch_method` does.

    Raises NameIsMissing, TermsAreMissing, NotAllowed; refused below what is billed.
    """
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        audit.acting("contract_line.change", by=by, subject=line)
        line.method = method
        _set(line, name, terms)
        line.save()
    return line


def switch_method(
    *,
    line: ContractLine,
    starts_on: date,
    name: str,
    method: str,
    by: User | None,
    **terms: Unpack[ContractTerms],
) -> ContractLine:
    """Closes the line the day before `starts_on` and opens another one, to which its tasks move.

    Work before that day stays with the closed line, whenever it is entered. Raises NotAnOpenLine, StartsTooEarly,
    TermsAreMissing, NotAllowed.
    """
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        if line.closed_on is not None:
            raise NotAnOpenLine
        if line.starts_on is not None and starts_on <= line.starts_on:
            raise StartsTooEarly(field="starts_on")
        audit.acting("contract_line.switch", by=by, subject=line, starts_on=starts_on, method=method)
        new = ContractLine(
            project=line.project,
            position=_next_position(line.project),
            method=method,
            origin_id=line.origin_id or line.pk,
            starts_on=starts_on,
            **line.expense_terms,
        )
        _set(new, name, terms)
        new.save()
        line.closed_on = starts_on - ONE_DAY
        line.save(update_fields=["closed_on"])
        Task.objects.filter(contract_line=line).update(contract_line=new)
    return new


def raise_cap(*, line: ContractLine, amount: Decimal, reason: str, by: User | None) -> ContractLine:
    """A change order: the line's cap in money grows by `amount`, above zero. Raises NoCapToRaise, ReasonIsMissing."""
    words = reason.strip()
    if not words:
        raise ReasonIsMissing(field="reason")
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        if line.cap_scope != Scope.LINE or line.cap_amount is None:
            raise NoCapToRaise
        amount = round_amount(amount, line.project.currency)
        if amount <= 0:
            raise TermsAreMissing("Enter an amount above zero.", field="amount")
        audit.acting("contract_line.raise_cap", by=by, subject=line, why=words[:300], amount=amount)
        if line.cap_amount + amount > MOST:
            raise TermsAreMissing("This cap is too large.", field="amount")
        line.cap_amount += amount
        line.save(update_fields=["cap_amount"])
    return line


def move_tasks(*, line: ContractLine, tasks: Iterable[Task], by: User | None) -> ContractLine:
    """Tasks of the project that this line bills from now on, with all of their work that is not billed yet."""
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        if line.closed_on is not None:
            raise NotAnOpenLine
        ids = [task.pk for task in tasks]
        audit.acting("contract_line.move_tasks", by=by, subject=line, tasks=ids)
        Task.objects.filter(pk__in=ids, project=line.project_id).exclude(contract_line=line).update(
            contract_line=line
        )
    return line


def agree_on_task(
    *,
    line: ContractLine,
    task: Task,
    by: User | None,
    fee_amount: Decimal | None = None,
    cap_amount: Decimal | None = None,
    cap_minutes: int | None = None,
) -> TaskTerms:
    """Sets the fee of a task (fixed fee by task) or its cap (a cap for each task)."""
    with promises(), transaction.atomic():
        line = lock_line(line, by)
        currency = line.project.currency
        audit.acting("contract_line.agree_on_task", by=by, subject=line, task=task.pk)
        task = Task.objects.get(pk=task.pk, project=line.project_id)
        found, _ = TaskTerms.objects.get_or_create(contract_line=line, task=task)
        found.fee_amount = _rounded(fee_amount, currency)
        found.cap_amount, found.cap_minutes = _rounded(cap_amount, currency), cap_minutes
        found.save()
    return found


def lock_line(line: ContractLine, by: User | None) -> ContractLine:
    """The line, locked as drafting locks it, for somebody who manages its project. Raises NotAllowed."""
    found = (
        ContractLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project__client", "project__lead")
        .get(pk=line.pk)
    )
    require_manage(by, found.project)
    return found


def _set(line: ContractLine, name: str, terms: ContractTerms) -> None:
    line.name = " ".join(name.split())[:120]
    if not line.name:
        raise NameIsMissing("Give the contract line a name.", field="name")
    known = KNOWN.get(line.method, ())
    for field, empty in EMPTY.items():
        if field not in known:
            setattr(line, field, empty)
        elif field in terms:
            setattr(line, field, terms.get(field))
    line.fee_amount = _rounded(line.fee_amount, line.project.currency)
    line.cap_amount = _rounded(line.cap_amount, line.project.currency)
    _check(line)
    choose_end(line, terms)
    complete(line)
    check_end(line, terms)


def _check(line: ContractLine) -> None:
    if line.method in (Method.FIXED_FEE, Method.PERCENT_COMPLETE) and line.fee_amount is None:
        raise TermsAreMissing("Enter the fee.", field="fee_amount")
    if line.cap_scope == Scope.LINE and line.cap_amount is None and line.cap_minutes is None:
        raise TermsAreMissing("Enter the cap, in money or in hours.", field="cap_amount")
    if line.cap_scope != Scope.LINE:
        line.cap_amount = line.cap_minutes = None
    if line.daily_cap_minutes is None:
        line.daily_cap_is_per_person = True
    elif line.daily_cap_minutes < 1:
        raise TermsAreMissing("A cap of a day is more than zero.", field="daily_cap_minutes")
    elif line.daily_cap_is_per_person and line.daily_cap_minutes > DAY_MINUTES:
        raise TermsAreMissing("A person's day has at most 24 hours.", field="daily_cap_minutes")
    project = line.project
    if (
        line.cap_scope == Scope.PROJECT
        and project.budget_fee_amount is None
        and project.budget_minutes is None
    ):
        raise TermsAreMissing(
            "The project has no budget of fees or hours yet. Enter it first.", field="cap_scope"
        )
    if line.fee_amount is not None and line.fee_amount < ZERO:
        raise TermsAreMissing("A fee is zero or more.", field="fee_amount")


def _rounded(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else round_amount(amount, currency)


def _next_position(project: Project) -> int:
    last = ContractLine.objects.filter(project=project).aggregate(last=Max("position"))["last"] or 0
    return int(last) + 1

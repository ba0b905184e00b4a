"""Cost rates: adding, changing from a day on, ending, removing them. What work costs follows at once."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.models import StaffMember, User
from projects.access import require_manage_costs
from projects.carding import (
    NotARate,
    RateHasEnded,
    StartsTooEarly,
    checked_range,
    is_rate,
    words_of_day,
)
from projects.models import CostRate, LaborCode, Project, Task


class TaskIsElsewhere(Refusal):
    sentence = "This task does not belong to that project."


def add_cost_rate(
    *,
    cost_amount: Decimal,
    starts_on: date,
    by: User | None,
    staff: StaffMember | None = None,
    project: Project | None = None,
    task: Task | None = None,
    labor_code: LaborCode | None = None,
    ends_on: date | None = None,
) -> CostRate:
    """Adds what an hour costs, for whom and what is given; nothing given is the firm's default. Zero is a rate.

    From `starts_on` through `ends_on` (None: until further notice). Raises NotARate, CostOverlaps, EndsBeforeStart,
    TaskIsElsewhere, NotAllowed.
    """
    if not is_rate(cost_amount):
        raise NotARate(field="cost_amount")
    if task is not None:
        if project is not None and task.project_id != project.pk:
            raise TaskIsElsewhere(field="task")
        project = task.project
    with promises(), transaction.atomic():
        require_manage_costs(by)
        rate = CostRate.objects.create(
            staff=staff,
            project=project,
            task=task,
            labor_code=labor_code,
            cost_amount=cost_amount,
            effective=checked_range(starts_on, ends_on),
        )
        audit.acting("cost_rate.add", by=by, subject=rate, cost_amount=cost_amount, starts_on=starts_on)
        return rate


def change_cost_rate_from(
    *, rate: CostRate, cost_amount: Decimal, starts_on: date, by: User | None
) -> CostRate:
    """A new amount from a day on: ends the rate the day before and starts the new one; from its first day on it is
    corrected. Returns the rate that applies then. Raises StartsTooEarly, RateHasEnded, NotARate, NotAllowed.
    """
    if not is_rate(cost_amount):
        raise NotARate(field="cost_amount")
    with promises(), transaction.atomic():
        require_manage_costs(by)
        rate = CostRate.objects.select_for_update().get(pk=rate.pk)
        if starts_on < rate.starts_on:
            raise StartsTooEarly(day=words_of_day(rate.starts_on), field="starts_on")
        if rate.ends_on is not None and starts_on > rate.ends_on:
            raise RateHasEnded(day=words_of_day(rate.ends_on), field="starts_on")
        audit.acting("cost_rate.change", by=by, subject=rate, cost_amount=cost_amount, starts_on=starts_on)
        if starts_on == rate.starts_on:
            rate.cost_amount = cost_amount
            rate.save(update_fields=["cost_amount"])
            return rate
        until = rate.effective.upper
        rate.effective = DateRange(rate.starts_on, starts_on)
        rate.save(update_fields=["effective"])
        return CostRate.objects.create(
            staff_id=rate.staff_id,
            project_id=rate.project_id,
            task_id=rate.task_id,
            labor_code_id=rate.labor_code_id,
            cost_amount=cost_amount,
            effective=DateRange(starts_on, until),
        )


def end_cost_rate(*, rate: CostRate, ends_on: date | None, by: User | None) -> CostRate:
    """Sets the last day of a cost rate; None: until further notice. Raises EndsBeforeStart, CostOverlaps."""
    with promises(), transaction.atomic():
        require_manage_costs(by)
        rate = CostRate.objects.select_for_update().get(pk=rate.pk)
        audit.acting("cost_rate.end", by=by, subject=rate, ends_on=ends_on)
        rate.effective = checked_range(rate.starts_on, ends_on)
        rate.save(update_fields=["effective"])
        return rate


def remove_cost_rate(*, rate: CostRate, by: User | None) -> None:
    """Removes a cost rate, such as one entered by mistake; what it cost is then decided by the others."""
    with promises(), transaction.atomic():
        require_manage_costs(by)
        audit.acting("cost_rate.remove", by=by, subject=rate, cost_amount=rate.cost_amount)
        rate.delete()

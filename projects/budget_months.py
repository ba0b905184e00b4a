"""A project's budget split by month: which months there are, what each has, and an even spread."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import allocate
from core.periods import add_months
from projects.budgets import Measure
from projects.models import BudgetMonth, Project

# Ten years; more months are nobody's plan.
MOST_MONTHS = 120
WITHOUT_END = 12

# What each month has, by measure.
Split = Mapping[str, Mapping[date, Any]]


def split_of(project: Project) -> dict[str, dict[date, Any]]:
    """What the months of a project have, in minutes or in an amount, by measure. One statement."""
    found: dict[str, dict[date, Any]] = {measure.value: {} for measure in Measure}
    for row in BudgetMonth.objects.filter(project=project):
        found[row.measure][row.month] = int(row.budget) if row.measure == Measure.HOURS else row.budget
    return found


def months_of(project: Project, split: Split, today: date) -> list[date]:
    """From the month of its start through that of its end, and those besides that have something; a project without a
    start begins now, one without an end has twelve. Ten years at most."""
    given = sorted({month for months in split.values() for month in months})
    first = (project.starts_on or (given[0] if given else today)).replace(day=1)
    last = (project.ends_on or add_months(first, WITHOUT_END - 1)).replace(day=1)
    return list(span(min([first, *given]), max([first, last, *given])))[:MOST_MONTHS]


def span(first: date, last: date) -> Iterable[date]:
    """The first days of all months of these two."""
    while first <= last:
        yield first
        first = add_months(first, 1)


def spread(measure: str, budget: Any, months: list[date], currency: str) -> dict[date, Any]:
    """The budget in equal parts that add up to it, to the minute or the cent; the first months have what is over."""
    if not months or budget is None:
        return {}
    if measure == Measure.HOURS:
        part, over = divmod(budget, len(months))
        return {month: part + (number < over) for number, month in enumerate(months)}
    return dict(zip(months, allocate(budget, [1] * len(months), currency), strict=True))


def relative(split: Split, start: date | None) -> list[tuple[str, int, Decimal]]:
    """Measure, number of months after that of the start (else of the first month), and what it has."""
    given = [month for months in split.values() for month in months]
    if not given:
        return []
    first = start or min(given)
    return [
        (measure, (month.year - first.year) * 12 + month.month - first.month, Decimal(budget))
        for measure, months in split.items()
        for month, budget in months.items()
    ]

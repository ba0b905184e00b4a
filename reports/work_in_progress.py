"""Work in progress as of a day, and how it got there: opening + new ± revalued − relieved = closing.

Approved, billable, rated hours that are billed at their rates, and expenses at their price. What stands on a draft or
on hold is work in progress still. Each entry's rest is rounded half-up once, as bills do; hours and rates count as they
stood at the end of a day (the record of changes knows), so that a past day stays what it was.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from billing import expense_billable
from billing.access import VIEW_BILLING
from billing.agreed import AGES, DRIVEN_BY_HOURS
from billing.billable import contract_line, rated
from core.money import NO_PLACES, THREE_PLACES, ZERO
from people.access import require
from people.models import User
from projects.models import ContractLine, Project
from reports.work_in_progress_sql import MOVEMENT_OF_EXPENSES, MOVEMENT_OF_TIME
from timesheets.models import Expense, TimeEntry


@dataclass(frozen=True)
class Movement:
    """Of one project, or many in one currency, between two days. `written_down` is what was relieved and neither billed
    nor written off: write-downs less write-ups, the excess above a cap, cents of rounding."""

    opening: Decimal = ZERO
    new_time: Decimal = ZERO
    new_expenses: Decimal = ZERO
    revalued: Decimal = ZERO
    billed: Decimal = ZERO
    written_down: Decimal = ZERO
    written_off: Decimal = ZERO
    closing: Decimal = ZERO
    # Of the closing: by age in days 0 to 30, 31 to 60, 61 to 90, older; on drafts, on hold.
    age_1: Decimal = ZERO
    age_2: Decimal = ZERO
    age_3: Decimal = ZERO
    age_4: Decimal = ZERO
    on_draft: Decimal = ZERO
    on_hold: Decimal = ZERO
    # Beside it: not approved yet.
    waiting: Decimal = ZERO

    @property
    def relieved(self) -> Decimal:
        return self.billed + self.written_down + self.written_off

    @property
    def left(self) -> Decimal:
        """What left it: the relieved, below zero."""
        return -self.relieved

    @property
    def new(self) -> Decimal:
        return self.new_time + self.new_expenses

    @property
    def ages(self) -> tuple[Decimal, ...]:
        return (self.age_1, self.age_2, self.age_3, self.age_4)

    @property
    def ties(self) -> bool:
        """Opening, movements and closing agree; they do by how they are found, and the page says so."""
        found = self.opening + self.new + self.revalued - self.relieved
        return found == self.closing == sum(self.ages, ZERO)

    def __add__(self, other: "Movement") -> "Movement":
        return Movement(*(getattr(self, name) + getattr(other, name) for name in FIELDS))

    @property
    def is_nothing(self) -> bool:
        return not any(getattr(self, name) for name in FIELDS)


FIELDS = tuple(Movement.__dataclass_fields__)


@dataclass(frozen=True)
class Row:
    """One project."""

    project: Project
    movement: Movement

    @property
    def currency(self) -> str:
        return self.project.client.currency


@dataclass(frozen=True)
class WorkInProgress:
    """From the morning of `first` to the evening of `last`."""

    first: date
    last: date
    rows: list[Row]

    def totals(self) -> list[tuple[str, Movement]]:
        """Of each currency."""
        return [
            (code, reduce(add, (row.movement for row in self.rows if row.currency == code)))
            for code in sorted({row.currency for row in self.rows})
        ]


def work_in_progress(user: User | None, first: date, last: date) -> WorkInProgress:
    """Every project that has or had work in progress, the largest first. Three statements. Raises NotAllowed."""
    require(user, VIEW_BILLING)
    found: dict[int, Movement] = {}
    for statement, rows in ((MOVEMENT_OF_TIME, _time(last)), (MOVEMENT_OF_EXPENSES, _expenses(last))):
        for project_id, movement in _read(statement, rows, first, last):
            found[project_id] = found.get(project_id, Movement()) + movement
    projects = Project.objects.filter(pk__in=[pk for pk, each in found.items() if not each.is_nothing])
    listed = [Row(project, found[project.pk]) for project in projects.select_related("client", "lead")]
    listed.sort(key=lambda row: (-row.movement.closing, row.project.name))
    return WorkInProgress(first, last, listed)


def _time(last: date) -> QuerySet[Any, Any]:
    """Hours that are billed at their rates, in the order of the statement's columns."""
    line = ContractLine.objects.filter(pk=OuterRef("line_id"))
    return (
        # What is not billable any more was so before: it has no billable minutes now.
        TimeEntry.objects.filter(rated(), worked_on__lte=last)
        .annotate(line_id=contract_line(), currency=F("project__client__currency"))
        .annotate(method=Subquery(line.values("method")))
        .filter(method__in=DRIVEN_BY_HOURS)
        .order_by()
        .values_list(
            "pk",
            "project_id",
            "worked_on",
            "billable_minutes",
            "rate_amount",
            "rate_minutes",
            "state",
            "currency",
        )
    )


def _expenses(last: date) -> QuerySet[Any, Any]:
    line = ContractLine.objects.filter(pk=OuterRef("contract_line_id"))
    method = ContractLine.ExpenseMethod
    spent = expense_billable.billable(Expense.objects.filter(spent_on__lte=last))
    return (
        expense_billable.with_contract_line(spent)
        .annotate(method=Subquery(line.values("expense_method")))
        .exclude(method__in=[method.NOT_BILLED, method.INCLUDED])
        .order_by()
        .values_list("pk", "project_id", "spent_on", "billable_amount", "state", "billable_currency")
    )


def _read(statement: str, rows: QuerySet[Any, Any], first: date, last: date) -> list[tuple[int, Movement]]:
    sql, parameters = rows.query.sql_with_params()
    before = first - timedelta(days=1)
    given: list[Any] = [
        first,
        before,
        last,
        # Days of the record of changes end at midnight UTC.
        datetime.combine(before, time.max, UTC),
        datetime.combine(last, time.max, UTC),
        *(last - timedelta(days=days) for days in AGES),
        sorted(NO_PLACES),
        sorted(THREE_PLACES),
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("/* rows */", sql), [*given, *parameters])
        return [(project_id, Movement(*values)) for project_id, *values in cursor.fetchall()]

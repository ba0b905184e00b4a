"""Hours and amounts by project and person in a period, by the day of the work.

Hours are as worked. An amount is what billable minutes come to at the rate of their entry, each entry rounded once to
its currency, as invoices do; work without a rate has hours and no amount, and is counted apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from core.money import NO_PLACES, THREE_PLACES, ZERO
from core.periods import Period
from core.prepared import prepared_cursor
from people.access import has_right, require
from people.models import User
from projects.access import VIEW_ALL_PROJECTS, VIEW_RATES
from timesheets.models import TimeEntry

# Sums first, names afterwards: a name is looked up once for each row of the report, not for each entry.
HOURS = f"""
SELECT work.project_id, project.name, project.code, client.name, client.currency, work.staff_id, staff.name,
    work.worked, work.billable, work.unrated, work.amount
FROM (
    SELECT project_id, staff_id, sum(worked_minutes) AS worked, sum(billable_minutes) AS billable,
        coalesce(sum(billable_minutes) FILTER (WHERE rate_amount IS NULL), 0) AS unrated,
        coalesce(sum(round(rate_amount * billable_minutes / rate_minutes, CASE
            WHEN rate_currency IN ({", ".join(f"'{code}'" for code in sorted(NO_PLACES))}) THEN 0
            WHEN rate_currency IN ({", ".join(f"'{code}'" for code in sorted(THREE_PLACES))}) THEN 3
            ELSE 2
        END)), 0) AS amount
    FROM timesheets_timeentry
    WHERE worked_on BETWEEN %s AND %s AND state = ANY(%s::text[])
    GROUP BY project_id, staff_id
) work
JOIN projects_project project ON project.id = work.project_id
JOIN clients_client client ON client.id = project.client_id
JOIN people_staffmember staff ON staff.id = work.staff_id
ORDER BY client.name, project.name, project.id, staff.name, staff.id
"""
ALL_STATES = tuple(TimeEntry.State.values)


class Line(NamedTuple):
    """One person on one project. Minutes, and the amount in the currency of the project's client."""

    project_id: int
    project: str
    code: str
    client: str
    currency: str
    staff_id: int
    person: str
    worked: int
    billable: int
    unrated: int
    amount: Decimal


@dataclass(frozen=True)
class Sums:
    """What lines of one currency add up to."""

    currency: str
    worked: int
    billable: int
    unrated: int
    amount: Decimal


@dataclass(frozen=True)
class ProjectHours:
    """One project and its people."""

    lines: Sequence[Line]

    @property
    def head(self) -> Line:
        """Carries the names of project and client."""
        return self.lines[0]

    @property
    def sums(self) -> Sums:
        return sums_of(self.head.currency, self.lines)


@dataclass(frozen=True)
class HoursReport:
    """All lines of the period. Without the right to see rates `has_amounts` is False and all amounts are zero."""

    period: Period
    lines: list[Line]
    has_amounts: bool

    @property
    def projects(self) -> list[ProjectHours]:
        """By client and name."""
        found: dict[int, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.project_id, []).append(line)
        return [ProjectHours(lines) for lines in found.values()]

    @property
    def totals(self) -> list[Sums]:
        """For each currency, the largest amount first."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.currency, []).append(line)
        sums = [sums_of(currency, lines) for currency, lines in found.items()]
        return sorted(sums, key=lambda each: (-each.amount, each.currency))

    @property
    def worked(self) -> int:
        return sum(line.worked for line in self.lines)

    @property
    def billable(self) -> int:
        return sum(line.billable for line in self.lines)

    @property
    def unrated(self) -> int:
        """Billable minutes without a rate."""
        return sum(line.unrated for line in self.lines)


def sums_of(currency: str, lines: Iterable[Line]) -> Sums:
    """The lines, which are of one currency, added up."""
    listed = list(lines)
    return Sums(
        currency,
        sum(line.worked for line in listed),
        sum(line.billable for line in listed),
        sum(line.unrated for line in listed),
        sum((line.amount for line in listed), ZERO),
    )


def hours_report(period: Period, *, by: User | None, only_approved: bool = False) -> HoursReport:
    """The report of a period. One statement. Raises NotAllowed."""
    require(by, VIEW_ALL_PROJECTS)
    states = [TimeEntry.State.APPROVED.value] if only_approved else list(ALL_STATES)
    with prepared_cursor() as cursor:
        cursor.execute(HOURS, [period.first, period.last, states])
        lines = list(map(Line._make, cursor.fetchall()))
    has_amounts = has_right(by, VIEW_RATES)
    if not has_amounts:
        lines = [line._replace(amount=ZERO, unrated=0) for line in lines]
    return HoursReport(period, lines, has_amounts)

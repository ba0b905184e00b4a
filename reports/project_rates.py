"""Who is billed at what on a project today, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from people.models import StaffMember
from projects.models import Project, Task
from projects.rates import Rate, RateKey, resolve_rates


@dataclass(frozen=True)
class PersonRates:
    """The rates of one person: one for all open tasks, or several, each with the tasks it is for."""

    staff: StaffMember
    rates: list[tuple[Rate, list[str]]]

    @property
    def is_same(self) -> bool:
        """One rate whatever the task."""
        return len(self.rates) == 1

    @property
    def is_missing(self) -> bool:
        """Some work of this person has no rate; it cannot be billed."""
        return any(rate.amount is None for rate, _ in self.rates)

    @property
    def least(self) -> Decimal | None:
        return min((rate.amount for rate, _ in self.rates if rate.amount is not None), default=None)

    @property
    def most(self) -> Decimal | None:
        return max((rate.amount for rate, _ in self.rates if rate.amount is not None), default=None)


def team_rates(
    project: Project, team: Sequence[StaffMember], tasks: Sequence[Task], on: date
) -> list[PersonRates]:
    """For each member the rate on each billable task (with the task's own labor code), equal ones together.

    One statement for all; none without people. Without tasks it is the rate for work as such.
    """
    asked: list[Task | None] = [task for task in tasks if task.is_billable] or [None]
    keys = [_key(project, member, task, on) for member in team for task in asked]
    rates = resolve_rates(keys)
    found = []
    for place, member in enumerate(team):
        own = rates[place * len(asked) : (place + 1) * len(asked)]
        groups: dict[Rate, list[str]] = {}
        for rate, task in zip(own, asked, strict=True):
            groups.setdefault(rate, []).append(task.name if task else "")
        found.append(PersonRates(member, list(groups.items())))
    return found


def _key(project: Project, member: StaffMember, task: Task | None, on: date) -> RateKey:
    return RateKey(
        staff_id=member.pk,
        job_title_id=member.job_title_id,
        client_id=project.client_id,
        project_id=project.pk,
        task_id=task.pk if task else None,
        labor_code_id=task.labor_code_id if task else None,
        currency=project.client.currency,
        on=on,
    )

"""What work costs the firm: the cost rate of each key, resolved for any number of them by one statement.

The most specific rate that applies on the day of the work wins: one that names the person before one that does not,
then one that names the task, the project, the labor code; last the firm's default, which names nothing. Ties cannot be
(exclusion constraint). Where nothing applies, work is uncosted: it is counted as such, and never taken for free.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from people.access import has_right
from people.entities import default_entity
from people.models import User
from projects.access import MANAGE_COSTS, VIEW_COSTS
from projects.models import CostRate
from projects.models.costs import CostRateQuerySet
from projects.rates import rule_words


@dataclass(frozen=True)
class CostKey:
    """Who works on what, on which day."""

    staff_id: int
    project_id: int
    task_id: int | None
    labor_code_id: int | None
    on: date


@dataclass(frozen=True)
class Cost:
    """What an hour costs, in the currency of the firm's company. `amount` None: uncosted, which is not free."""

    amount: Decimal | None
    rate_id: int | None = None


# For a relation with these five columns, whatever its name: `asked` is put in.
COST_OF = """LATERAL (
    SELECT rate.id, rate.cost_amount FROM projects_costrate rate
    WHERE rate.effective @> {asked}.worked_on
        AND (rate.staff_id IS NULL OR rate.staff_id = {asked}.staff_id)
        AND (rate.project_id IS NULL OR rate.project_id = {asked}.project_id)
        AND (rate.task_id IS NULL OR rate.task_id = {asked}.task_id)
        AND (rate.labor_code_id IS NULL OR rate.labor_code_id = {asked}.labor_code_id)
    ORDER BY rate.staff_id IS NULL, rate.task_id IS NULL, rate.project_id IS NULL, rate.labor_code_id IS NULL
    LIMIT 1
)"""
RESOLVE = f"""
SELECT asked.number, cost.cost_amount, cost.id
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[]) WITH ORDINALITY
    AS asked (staff_id, project_id, task_id, labor_code_id, worked_on, number)
CROSS JOIN {COST_OF.format(asked="asked")} cost
"""
KEY = ("staff_id", "project_id", "task_id", "labor_code_id", "on")


def cost_of(relation: str) -> str:
    """A lateral SELECT of `cost_amount` for each row of a relation in SQL that has the columns of a time entry."""
    return COST_OF.format(asked=relation)


def resolve_costs(keys: Sequence[CostKey]) -> list[Cost]:
    """The cost of each key, in the order of the keys, by one statement for any number of them."""
    asked = list(dict.fromkeys(keys))
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(RESOLVE, [[getattr(key, name) for key in asked] for name in KEY])
        found = {asked[number - 1]: Cost(amount, rate_id) for number, amount, rate_id in cursor.fetchall()}
    return [found.get(key, Cost(None)) for key in keys]


def costs_visible_to(by: User) -> CostRateQuerySet:
    """Cost rates that the person may see: all with one of the rights, else none."""
    if has_right(by, VIEW_COSTS) or has_right(by, MANAGE_COSTS):
        return CostRate.objects.all()
    return CostRate.objects.none()


def cost_currency() -> str:
    """The currency of cost rates: that of the firm's own company."""
    return default_entity().currency


def cost_words(rate: CostRate) -> str:
    """For whom and what a cost rate is; `Everybody` for the firm's default."""
    words = rule_words(
        staff=rate.staff.name if rate.staff else None,
        task=rate.task.name if rate.task else None,
        labor_code=rate.labor_code.name if rate.labor_code else None,
        project=rate.project.name if rate.project else None,
    )
    return "Everybody" if words == "base rate" else words[0].upper() + words[1:]

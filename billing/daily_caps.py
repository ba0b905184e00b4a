"""Hours on live bills that use caps: of all work, and of single days."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from billing import billable
from billing.models import BilledTime
from billing.pricing.capped import ABOVE
from timesheets.models import TimeEntry


def hours_under_caps(line_ids: Collection[int], besides: int | None) -> QuerySet[BilledTime]:
    """The hours on live bills that use their caps: what is written off above one uses nothing of it."""
    rows = BilledTime.objects.filter(line__contract_line__in=line_ids, is_live=True).exclude(
        line__work_key__startswith=ABOVE
    )
    return rows if besides is None else rows.exclude(line__invoice=besides)


def billed_by_day(
    line_ids: Collection[int], besides: int | None
) -> dict[int, dict[tuple[date, int], dict[int, int]]]:
    """What entries of these contract lines have on live bills, by line, day and person. Of long histories only the days
    on which their project has work that is not billed whole. One statement where there are such lines."""
    found: dict[int, dict[tuple[date, int], dict[int, int]]] = {}
    if not line_ids:
        return found
    rows = hours_under_caps(line_ids, besides)
    if besides is None:
        same_day = TimeEntry.objects.filter(
            project=OuterRef("entry__project"), worked_on=OuterRef("entry__worked_on")
        )
        rows = rows.filter(Exists(billable.unbilled(same_day)))
    left = Sum(F("minutes") - F("released_minutes"))
    sums = rows.order_by().values_list("line__contract_line", "entry__worked_on", "entry__staff", "entry")
    for line, day, staff, entry, minutes in sums.annotate(sum=left):
        found.setdefault(line, {}).setdefault((day, staff), {})[entry] = minutes
    return found

"""Putting rates on lines of work: resolved when a line is saved, stored with where the rate comes from."""

from collections.abc import Sequence

from people.models import StaffMember
from projects.rates import RateKey, resolve_rates
from timesheets.models import TimeEntry
from timesheets.rows import Place


def put_rates(entries: Sequence[tuple[TimeEntry, Place]], staff: StaffMember) -> None:
    """Sets billable minutes and rate of unsaved lines of one person from their place and day. One statement.

    A line that is not billable has no billable minutes; its rate is stored all the same, for what the work is worth.
    Where no rule applies the rate is None: the line is unrated, which is not a rate of zero. A rate that somebody set
    for a line alone was for that project and task: it ends here.
    """
    keys = [
        RateKey(
            staff_id=staff.pk,
            job_title_id=staff.job_title_id,
            client_id=place.project.client_id,
            project_id=place.project.pk,
            task_id=place.task.pk,
            labor_code_id=entry.labor_code_id,
            currency=place.client.currency,
            on=entry.worked_on,
        )
        for entry, place in entries
    ]
    for (entry, _), rate in zip(entries, resolve_rates(keys), strict=True):
        entry.billable_minutes = entry.worked_minutes if entry.is_billable else 0
        entry.rate_amount = rate.amount
        entry.rate_currency = rate.currency
        entry.rate_rule_id = rate.rule_id
        entry.rate_source = rate.source
        entry.rate_minutes, entry.has_own_rate = rate.minutes, False

"""Rating work that was saved before there was a rate for it. Work that has a rate keeps it."""

from collections.abc import Iterable

from django.db import transaction

from billing import billable
from billing.access import DRAFT_INVOICES
from core import audit
from core.promises import promises
from people.access import require
from people.models import User
from projects.rates import RateKey, resolve_rates
from timesheets.models import TimeEntry

COLUMNS = ["rate_amount", "rate_currency", "rate_rule", "rate_source", "version"]


def rate_unrated(*, entry_ids: Iterable[int], by: User | None) -> int:
    """Looks for the rates of unbilled, unrated entries anew; returns how many found one.

    The rate of the day of the work applies, as if the entry were saved now. Raises NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic(), audit.acting("time.rate", by=by):
        unrated = billable.unbilled(TimeEntry.objects.filter(pk__in=list(entry_ids)))
        ids = billable.lock(unrated.exclude(billable.rated()))
        entries = list(TimeEntry.objects.filter(pk__in=ids).select_related("staff", "project__client"))
        rates = resolve_rates([_key(entry) for entry in entries])
        found = []
        for entry, rate in zip(entries, rates, strict=True):
            if rate.amount is not None:
                entry.rate_amount, entry.rate_currency = rate.amount, rate.currency
                entry.rate_rule_id, entry.rate_source = rate.rule_id, rate.source
                entry.version += 1
                found.append(entry)
        TimeEntry.objects.bulk_update(found, COLUMNS, batch_size=1000)
    return len(found)


def _key(entry: TimeEntry) -> RateKey:
    return RateKey(
        staff_id=entry.staff_id,
        job_title_id=entry.staff.job_title_id,
        client_id=entry.project.client_id,
        project_id=entry.project_id,
        task_id=entry.task_id,
        labor_code_id=entry.labor_code_id,
        currency=entry.project.client.currency,
        on=entry.worked_on,
    )

"""Pulling the company's lists: all of them anew, as often as wanted; nothing comes twice, and no failure deletes.

Each list is read whole before anything of it is kept, so what a broken connection left unread changes nothing. Calls
go out between transactions.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from core import audit, jobs
from core.models import Job
from integrations.access import MANAGE_CONNECTIONS
from integrations.models import Connection
from integrations.quickbooks import adopting, lists
from integrations.quickbooks.client import Gateway, company
from integrations.quickbooks.connecting import numbers_warning
from integrations.quickbooks.lists import Record
from integrations.quickbooks.tokens import PROVIDER
from people.access import require
from people.models import User

PULL_KIND = "quickbooks.pull"
# Where the result is seen.
PAGE_PATH = "/connections/quickbooks/"

Pulled = dict[str, dict[str, int]]


def start_pull(*, by: User | None) -> Job:
    """Has a worker pull the lists. Raises NotAllowed."""
    require(by, MANAGE_CONNECTIONS)
    return jobs.start(PULL_KIND, {}, by=by, title="Pull lists from QuickBooks", url=PAGE_PATH)


def run_pull(job: Job, progress: jobs.Progress) -> Mapping[str, Any]:
    """The work of the job, for the person who began it."""
    by = User.objects.get(pk=job.started_by_id) if job.started_by_id else None
    return pull(by=by, at=progress.clock(), progress=progress)


def pull(*, by: User | None, at: datetime, progress: jobs.Progress | None = None) -> Pulled:
    """Pulls every list. Returns for each list that means something of ours how many were linked, added and left.

    Raises NotAllowed, and whatever keeps QuickBooks from answering: AccessLost, Throttled, Away. It can be repeated.
    """
    require(by, MANAGE_CONNECTIONS)
    books = company(at)
    if progress is not None:
        progress.expect(len(lists.LISTS) + 1)
    currency = _pull_company(books, at)
    _step(progress, "Company")
    told: Pulled = {}
    for entity in lists.LISTS:
        records = _whole(books, entity)
        with transaction.atomic():
            lists.keep_mirror(books.realm, entity, records, at=at)
            lists.follow_links(books.realm, entity, records)
            counted = _adopt(books.realm, entity, records, currency)
        told[entity] = dict(counted)
        _step(progress, f"{entity}: {len(records)}")
    with transaction.atomic():
        audit.acting("quickbooks.pull", by=by, account=books.realm, pulled=told)
        Connection.objects.filter(provider=PROVIDER, account_id=books.realm).update(
            pulled_at=at, checked_at=at
        )
    return told


def _whole(books: Gateway, entity: str) -> list[Record]:
    """All records of a list, the inactive ones too; each once, though rows move while pages are read."""
    found = {str(record["Id"]): record for record in books.query(entity, lists.ALL_OF)}
    return list(found.values())


def _pull_company(books: Gateway, at: datetime) -> str:
    """Keeps what the company is called and how it works; returns its home currency."""
    info, preferences = books.company_info(), books.preferences()
    # The path names the realm, so the answer's own Id, often 1, is no key.
    info, preferences = {**info, "Id": books.realm}, {**preferences, "Id": "1"}
    with transaction.atomic():
        lists.keep_mirror(books.realm, lists.COMPANY, [info], at=at)
        lists.keep_mirror(books.realm, lists.PREFERENCES, [preferences], at=at)
        Connection.objects.filter(
            provider=PROVIDER,
            account_id=books.realm,
            health__in=[Connection.Health.READY, Connection.Health.RESTRICTED],
        ).update(
            account_name=str(info.get("CompanyName", ""))[:120],
            health=Connection.Health.READY,
            message=numbers_warning(preferences),
        )
    home = (preferences.get("CurrencyPrefs") or {}).get("HomeCurrency") or {}
    return str(home.get("value") or "USD")


def _adopt(realm: str, entity: str, records: list[Record], currency: str) -> Mapping[str, int]:
    if entity == lists.TERM:
        return adopting.adopt_terms(realm, records)
    if entity == lists.CUSTOMER:
        return adopting.adopt_customers(realm, records, currency)
    if entity == lists.ITEM:
        return adopting.adopt_items(realm, records)
    if entity in (lists.EMPLOYEE, lists.VENDOR):
        return adopting.adopt_people(realm, entity, records)
    return {}


def _step(progress: jobs.Progress | None, message: str) -> None:
    if progress is not None:
        progress.step(message=message)

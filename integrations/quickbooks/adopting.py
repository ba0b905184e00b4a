"""What QuickBooks' lists mean for ours: linked where we have it, added where we do not, nothing twice.

A link that a person cut is left alone. Each list is one transaction under the lock of the connection, so that of two
pulls at once the second finds what the first one added.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from billing.models import CatalogueItem
from clients.agreeing import LONGEST_DAYS, TermsWish, add_terms
from clients.importing import NAME_LENGTH, NewClient, add_clients
from clients.models import Client, PaymentTerms
from integrations import mappings
from integrations.models import Connection, ExternalLink, Mapping
from integrations.quickbooks.lists import Record, is_active, name_of, version_of
from integrations.quickbooks.mapping import CATALOGUE_ITEM, CLIENT, LABOR_CODE, SOLD_AS, STAFF, TERMS
from integrations.quickbooks.matching import match
from integrations.quickbooks.tokens import PROVIDER
from people.employing import add_staff
from people.models import StaffMember
from projects.coding import add_labor_code
from projects.models import LaborCode

WHY = "pulled from QuickBooks"
IN_USE = [ExternalLink.State.ACTIVE, ExternalLink.State.INACTIVE]


def adopt_terms(account_id: str, records: Sequence[Record]) -> Counter[str]:
    """Links payment terms of so many days, and adds those we have not. Terms by day of the month stay there."""
    with _links(account_id, "Term") as (known, add_links):
        fresh = {
            str(record["Id"]): record
            for record in records
            if _is_fresh(record, known) and 0 <= int(record.get("DueDays", -1)) <= LONGEST_DAYS
        }
        ours = dict(_free(account_id, TERMS, PaymentTerms.objects.all()).values_list("pk", "name"))
        found = match(ours, {pk: name_of("Term", record)[:60] for pk, record in fresh.items()})
        taken = {name.casefold() for name in PaymentTerms.objects.values_list("name", flat=True)}
        added = {}
        for pk, record in fresh.items():
            name = name_of("Term", record)[:60]
            if pk not in found and name.casefold() not in taken:
                added[pk] = add_terms(wanted=TermsWish(name, int(record["DueDays"])), by=None).pk
        add_links(TERMS, found | added, fresh)
    return _told(found, added, fresh)


def adopt_customers(account_id: str, records: Sequence[Record], currency: str) -> Counter[str]:
    """Links customers (not their jobs and projects) with clients of the same name, and adds the rest as clients."""
    with _links(account_id, "Customer") as (known, add_links):
        fresh = {
            str(record["Id"]): record
            for record in records
            if _is_fresh(record, known) and not record.get("Job") and not record.get("ParentRef")
        }
        names = {pk: name_of("Customer", record)[:NAME_LENGTH] for pk, record in fresh.items()}
        found = match(dict(_free(account_id, CLIENT, Client.objects.all()).values_list("pk", "name")), names)
        taken = {name.lower() for name in Client.objects.values_list("name", flat=True)}
        terms = _terms(account_id)
        wanted = {}
        for pk, name in names.items():
            if pk not in found and name.lower() not in taken:
                taken.add(name.lower())
                wanted[pk] = _new_client(name, fresh[pk], currency, terms)
        clients = add_clients(clients=list(wanted.values()), by=None, why=WHY) if wanted else []
        added = {pk: client.pk for pk, client in zip(wanted, clients, strict=True)}
        add_links(CLIENT, found | added, fresh)
    return _told(found, added, fresh)


def adopt_items(account_id: str, records: Sequence[Record]) -> Counter[str]:
    """Maps items of our catalogue, then labor codes, to items of the same name, and adds labor codes for the rest."""
    with _links(account_id, "Item"):
        ours = _adopt_catalogue(account_id, records)
        mine = Mapping.objects.filter(provider=PROVIDER, account_id=account_id, local_kind=LABOR_CODE)
        used, mapped = (
            set(mine.values_list("remote_id", flat=True)),
            set(mine.values_list("local_id", flat=True)),
        )
        fresh = {
            str(record["Id"]): record
            for record in records
            if _is_fresh(record, used) and record.get("Type") == "Service"
        }
        names = {pk: str(record.get("Name") or "")[:80] for pk, record in fresh.items()}
        codes = dict(LaborCode.objects.values_list("pk", "name"))
        found = match({pk: name for pk, name in codes.items() if pk not in mapped}, names)
        taken = {name.casefold() for name in codes.values()}
        added = {}
        for pk, name in names.items():
            if name and pk not in found and pk not in ours and name.casefold() not in taken:
                taken.add(name.casefold())
                added[pk] = add_labor_code(name=name, by=None).pk
        pairs = [(local_id, pk) for pk, local_id in (found | added).items()]
        if pairs:
            mappings.map_to(PROVIDER, account_id, LABOR_CODE, pairs, "Item")
    return _told(found, added, fresh)


def _adopt_catalogue(account_id: str, records: Sequence[Record]) -> set[str]:
    """Maps items of our catalogue to those of the same name; returns those that stand for one of ours."""
    mine = Mapping.objects.filter(provider=PROVIDER, account_id=account_id, local_kind=CATALOGUE_ITEM)
    known = dict(mine.values_list("local_id", "remote_id"))
    names = {
        str(record["Id"]): str(record.get("Name") or "")
        for record in records
        if _is_fresh(record, ()) and record.get("Type") in SOLD_AS
    }
    ours = CatalogueItem.objects.filter(is_active=True).exclude(pk__in=known).values_list("pk", "name")
    found = match(dict(ours), names)
    if found:
        pairs = [(local_id, pk) for pk, local_id in found.items()]
        mappings.map_to(PROVIDER, account_id, CATALOGUE_ITEM, pairs, "Item")
    return {*known.values(), *found}


def adopt_people(account_id: str, entity: str, records: Sequence[Record]) -> Counter[str]:
    """Links employees, and vendors with a 1099, with staff by e-mail or name; the rest is added without a sign-in."""
    with _links(account_id, entity) as (known, add_links):
        fresh = {
            str(record["Id"]): record
            for record in records
            if _is_fresh(record, known) and (entity == "Employee" or record.get("Vendor1099"))
        }
        free = _free(account_id, STAFF, StaffMember.objects.all())
        staff = list(free.values_list("pk", "name", "user__email"))
        found = match({pk: email for pk, _, email in staff if email}, _emails(fresh), reads_alike=False)
        rest = {pk: name for pk, name, _ in staff if pk not in set(found.values())}
        names = {pk: name_of(entity, record)[:120] for pk, record in fresh.items() if pk not in found}
        found |= match(rest, names)
        added = {
            pk: add_staff(name=name, by=None).pk for pk, name in names.items() if name and pk not in found
        }
        add_links(STAFF, found | added, fresh)
    return _told(found, added, fresh)


AddLinks = Callable[[str, dict[str, int], dict[str, Record]], None]


@contextmanager
def _links(account_id: str, entity: str) -> Iterator[tuple[set[str], AddLinks]]:
    """The ids there that have a link of whatever state, and the way to add more; one transaction under lock."""
    with transaction.atomic():
        Connection.objects.select_for_update().get(provider=PROVIDER, account_id=account_id)
        known = ExternalLink.objects.filter(provider=PROVIDER, account_id=account_id, remote_type=entity)

        def add(local_kind: str, pairs: dict[str, int], records: dict[str, Record]) -> None:
            ExternalLink.objects.bulk_create(
                ExternalLink(
                    provider=PROVIDER,
                    account_id=account_id,
                    remote_type=entity,
                    remote_id=pk,
                    local_kind=local_kind,
                    local_id=local_id,
                    remote_version=version_of(records[pk]),
                    remote_image=records[pk],
                )
                for pk, local_id in pairs.items()
            )

        yield set(known.values_list("remote_id", flat=True)), add


def _is_fresh(record: Record, known: Container[str]) -> bool:
    return is_active(record) and str(record["Id"]) not in known


def _free(account_id: str, local_kind: str, ours: Any) -> Any:
    """Ours that belong to nothing there."""
    linked = ExternalLink.objects.filter(
        provider=PROVIDER, account_id=account_id, local_kind=local_kind, state__in=IN_USE
    )
    return ours.exclude(pk__in=linked.values("local_id"))


def _terms(account_id: str) -> dict[str, int]:
    """Our payment terms by the Ids of theirs."""
    linked = ExternalLink.objects.filter(
        provider=PROVIDER, account_id=account_id, local_kind=TERMS, state__in=IN_USE
    )
    return dict(linked.values_list("remote_id", "local_id"))


def _new_client(name: str, record: Record, currency: str, terms: dict[str, int]) -> NewClient:
    return NewClient(
        name=name,
        currency=_value(record, "CurrencyRef") or currency,
        phone=str((record.get("PrimaryPhone") or {}).get("FreeFormNumber") or ""),
        billing_address=_address(record.get("BillAddr") or {}),
        terms_id=terms.get(_value(record, "SalesTermRef")),
    )


def _value(record: Record, reference: str) -> str:
    return str((record.get(reference) or {}).get("value") or "")


def _address(address: Record) -> str:
    """The lines of an address as they stand on an envelope."""
    lines = [address.get(f"Line{number}") for number in range(1, 6)]
    place = " ".join(
        str(address[part]) for part in ("CountrySubDivisionCode", "PostalCode") if address.get(part)
    )
    city = ", ".join(str(part) for part in (address.get("City"), place) if part)
    return "\n".join(str(line) for line in (*lines, city, address.get("Country")) if line)


def _emails(records: dict[str, Record]) -> dict[str, str]:
    told = {
        pk: str((record.get("PrimaryEmailAddr") or {}).get("Address") or "") for pk, record in records.items()
    }
    return {pk: email for pk, email in told.items() if email}


def _told(found: dict[str, int], added: dict[str, int], fresh: dict[str, Record]) -> Counter[str]:
    """How many were linked, added, and left because our record of that name belongs to another of theirs."""
    done = found.keys() | added.keys()
    return Counter(linked=len(found), added=len(added), left=len(fresh.keys() - done))

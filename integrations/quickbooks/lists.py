"""QuickBooks' lists here: the mirror that pickers show, and the links that follow what becomes of their records."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from integrations.links import keep_image
from integrations.models import ExternalLink, Mapping, RemoteRecord
from integrations.quickbooks.tokens import PROVIDER

Record = dict[str, Any]
State = ExternalLink.State

CUSTOMER, TERM, ITEM, EMPLOYEE, VENDOR = "Customer", "Term", "Item", "Employee", "Vendor"
ACCOUNT, TAX_CODE, COMPANY, PREFERENCES = "Account", "TaxCode", "CompanyInfo", "Preferences"
# In this order: clients need their terms.
LISTS = (TERM, ACCOUNT, TAX_CODE, CUSTOMER, ITEM, EMPLOYEE, VENDOR)
# Lists hold only active records unless they are asked for; these two never have inactive ones to tell.
ALL_OF = "Active IN (true, false)"
CHUNK = 1000
MIRRORED = ("name", "is_active", "version", "image", "seen_at")


def name_of(entity: str, record: Record) -> str:
    """What the record is called there; sub-accounts and sub-items with their parents, as people see them."""
    if entity == COMPANY:
        names: tuple[Any, ...] = (record.get("CompanyName"),)
    elif entity == PREFERENCES:
        names = (PREFERENCES,)
    elif entity in (EMPLOYEE, VENDOR):
        names = (record.get("DisplayName"), _person(record))
    else:
        names = (record.get("FullyQualifiedName"), record.get("DisplayName"), record.get("Name"))
    return " ".join(next((str(name) for name in names if name), "").split())[:500]


def _person(record: Record) -> str:
    parts = (record.get("GivenName"), record.get("MiddleName"), record.get("FamilyName"))
    return " ".join(str(part) for part in parts if part)


def is_active(record: Record) -> bool:
    return bool(record.get("Active", True))


def version_of(record: Record) -> str:
    return str(record.get("SyncToken", ""))


def keep_mirror(account_id: str, entity: str, records: Sequence[Record], *, at: datetime) -> None:
    """Keeps the records as they are there. One statement for each thousand."""
    rows = [
        RemoteRecord(
            provider=PROVIDER,
            account_id=account_id,
            remote_type=entity,
            remote_id=str(record["Id"]),
            name=name_of(entity, record),
            is_active=is_active(record),
            version=version_of(record),
            image=record,
            seen_at=at,
        )
        for record in records
    ]
    RemoteRecord.objects.bulk_create(
        rows,
        batch_size=CHUNK,
        update_conflicts=True,
        unique_fields=["provider", "account_id", "remote_type", "remote_id"],
        update_fields=MIRRORED,
    )


def follow_links(account_id: str, entity: str, records: Iterable[Record]) -> int:
    """Has links follow their records: newer image, inactive there, active again. Returns how many changed.

    A record that is not among `records` says nothing about its link. Two statements, and one for each thousand changed.
    """
    by_id = {str(record["Id"]): record for record in records}
    mine = ExternalLink.objects.filter(provider=PROVIDER, account_id=account_id)
    followed = list(
        mine.filter(
            remote_type=entity, remote_id__in=list(by_id), state__in=[State.ACTIVE, State.INACTIVE]
        ).select_for_update()
    )
    taken = _taken(mine, followed)
    changed = [link for link in followed if _follow(link, by_id[link.remote_id], taken)]
    ExternalLink.objects.bulk_update(
        changed, ["state", "remote_version", "remote_image", "prior_image"], batch_size=CHUNK
    )
    return len(changed)


def _taken(mine: Any, followed: Collection[ExternalLink]) -> set[tuple[str, int]]:
    """Ours that are linked with another record by now; their earlier link stays inactive."""
    kinds = {link.local_kind for link in followed if link.state == State.INACTIVE}
    if not kinds:
        return set()
    return set(mine.filter(local_kind__in=kinds, state=State.ACTIVE).values_list("local_kind", "local_id"))


def _follow(link: ExternalLink, record: Record, taken: set[tuple[str, int]]) -> bool:
    """Whether anything about the link changed."""
    before = (link.state, link.remote_version)
    if link.remote_version != version_of(record) or not link.remote_image:
        keep_image(link, version_of(record), record)
    if not is_active(record):
        link.state = State.INACTIVE
    elif (link.local_kind, link.local_id) not in taken:
        link.state = State.ACTIVE
    return before != (link.state, link.remote_version)


def forget_merged(account_id: str, entity: str, *, gone: str, kept: str) -> None:
    """The record `gone` was merged into `kept`: its link moves there if that has none, and so do mappings."""
    mine = {"provider": PROVIDER, "account_id": account_id, "remote_type": entity}
    RemoteRecord.objects.filter(**mine, remote_id=gone).update(is_active=False)
    Mapping.objects.filter(**mine, remote_id=gone).update(remote_id=kept)
    link = ExternalLink.objects.select_for_update().filter(**mine, remote_id=gone).first()
    if link is None or link.state not in (State.ACTIVE, State.INACTIVE):
        return
    if ExternalLink.objects.filter(**mine, remote_id=kept).exists():
        link.state = State.DELETED
    else:
        link.remote_id, link.state = kept, State.ACTIVE
    link.save(update_fields=["remote_id", "state"])

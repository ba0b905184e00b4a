"""What the mapping page shows: our labor codes, items, clients, people and terms beside QuickBooks's records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from billing.models import CatalogueItem
from clients.models import Client, PaymentTerms
from integrations.models import ExternalLink, Mapping, RemoteRecord
from integrations.quickbooks.mapping import (
    CATALOGUE_ITEM,
    CLIENT,
    DEPOSITED_IN,
    LABOR_CODE,
    LINKED_WITH,
    PURPOSE,
    SOLD_AS,
    STAFF,
    TERMS,
    Purpose,
)
from integrations.quickbooks.tokens import PROVIDER
from people.models import StaffMember
from projects.models import LaborCode

ITEM, ACCOUNT = "Item", "Account"


@dataclass(frozen=True)
class Choice:
    id: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One of ours, and which of theirs it is; empty where there is none."""

    kind: str
    id: int
    name: str
    chosen: str
    is_off: bool = False


@dataclass(frozen=True)
class Section:
    """One list of ours against one list of theirs. Linked pairs are counted, those without are listed."""

    key: str
    title: str
    lines: Sequence[Line]
    choices: Sequence[Choice]
    linked: int
    empty: str


def items(account_id: str) -> list[Choice]:
    """Active service and non-inventory items, by name."""
    rows = _mirror(account_id, ITEM).filter(image__Type__in=SOLD_AS).values_list("remote_id", "name")
    return [Choice(pk, name) for pk, name in rows]


def deposit_accounts(account_id: str) -> list[Choice]:
    """Accounts into which a payment can go; leaving it open means QuickBooks's Undeposited Funds."""
    rows = _mirror(account_id, ACCOUNT).filter(image__AccountType__in=DEPOSITED_IN)
    return [Choice(pk, name) for pk, name in rows.values_list("remote_id", "name")]


def labor_codes(account_id: str) -> list[Line]:
    """Active labor codes and the item that each is sold as."""
    chosen = dict(_mappings(account_id, LABOR_CODE))
    codes = LaborCode.objects.filter(is_active=True).values_list("pk", "name")
    return [Line(LABOR_CODE, pk, name, chosen.get(pk, "")) for pk, name in codes]


def catalogue_items(account_id: str) -> list[Line]:
    """Active items of our catalogue and the item that each is sold as there."""
    chosen = dict(_mappings(account_id, CATALOGUE_ITEM))
    ours = CatalogueItem.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
    return [Line(CATALOGUE_ITEM, pk, name, chosen.get(pk, "")) for pk, name in ours]


def default_lines(account_id: str, offered: list[Choice]) -> list[tuple[Line, list[Choice], str]]:
    """Each purpose with what was chosen, what can be, and what an open choice means."""
    chosen = dict(_mappings(account_id, PURPOSE))
    item, deposit = Purpose.DEFAULT_ITEM, Purpose.DEPOSIT_ACCOUNT
    return [
        (
            Line(PURPOSE, item, "Item for everything else", chosen.get(item, "")),
            offered,
            "None",
        ),
        (
            Line(PURPOSE, deposit, "Payments go to", chosen.get(deposit, "")),
            deposit_accounts(account_id),
            "Undeposited Funds",
        ),
    ]


def sections(account_id: str) -> list[Section]:
    """Clients, people and terms that are linked to nobody there, with what is still free there."""
    return [
        _section(account_id, CLIENT, "Clients", Client.objects.filter(is_active=True)),
        # Who left has time that is to be posted, too.
        _section(account_id, STAFF, "People", StaffMember.objects.all()),
        _section(account_id, TERMS, "Payment terms", PaymentTerms.objects.all()),
    ]


def _section(account_id: str, kind: str, title: str, ours: Any) -> Section:
    types = LINKED_WITH[kind]
    links = ExternalLink.objects.filter(provider=PROVIDER, account_id=account_id)
    linked = set(
        links.filter(local_kind=kind, state=ExternalLink.State.ACTIVE).values_list("local_id", flat=True)
    )
    lines = [Line(kind, pk, name, "") for pk, name in ours.values_list("pk", "name") if pk not in linked]
    taken = links.filter(remote_type__in=types).exclude(state=ExternalLink.State.SEVERED)
    used = set(taken.values_list("remote_type", "remote_id"))
    free = _mirror(account_id, *types).values_list("remote_type", "remote_id", "name")
    choices = [
        Choice(f"{remote_type}:{pk}", name, remote_type if len(types) > 1 else "")
        for remote_type, pk, name in free
        if (remote_type, pk) not in used
    ]
    return Section(kind, title, lines, choices, len(linked), f"All {title.lower()} are linked.")


def _mirror(account_id: str, *types: str) -> Any:
    return RemoteRecord.objects.filter(
        provider=PROVIDER, account_id=account_id, remote_type__in=types, is_active=True
    ).order_by("name")


def _mappings(account_id: str, kind: str) -> Any:
    return Mapping.objects.filter(provider=PROVIDER, account_id=account_id, local_kind=kind).values_list(
        "local_id", "remote_id"
    )

"""QuickBooks' messages: verified on the raw body, and each event stored in the inbox of its firm (A11).

They arrive at the root host for all firms, in two shapes, several companies in one. They only name records; what
became of those is read afterwards. Intuit holds back later messages until one is answered, so this only stores.
"""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from integrations import firms
from integrations.inbox import receive
from integrations.quickbooks.tokens import PROVIDER

logger = logging.getLogger(__name__)

# Only the newer shape names entities in lower case.
ENTITIES = {
    name.lower(): name
    for name in (
        "Account Bill BillPayment Class CreditMemo Customer Department Deposit Employee Estimate Invoice Item "
        "JournalEntry Payment PaymentMethod Preferences Purchase PurchaseOrder RefundReceipt SalesReceipt "
        "TaxAgency TaxCode Term TimeActivity Transfer Vendor VendorCredit"
    ).split()
}
# The newer shape says what happened in the past tense.
OPERATIONS = {
    "created": "Create",
    "updated": "Update",
    "deleted": "Delete",
    "merged": "Merge",
    "voided": "Void",
    "emailed": "Emailed",
}


@dataclass(frozen=True)
class Event:
    """One record of which something is told. `deleted_id` is the record that a merge took away."""

    event_id: str
    realm: str
    entity: str
    remote_id: str
    operation: str
    happened_at: str
    deleted_id: str = ""


def is_genuine(body: bytes, header: str) -> bool:
    """Whether Intuit signed these very bytes with our verifier token. Takes the same time whatever it compares."""
    verifier = settings.QUICKBOOKS_WEBHOOK_VERIFIER
    if not verifier:
        return False
    expected = base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, header.strip().encode())


def arrive(body: bytes) -> int:
    """Stores each event of a verified message in the inbox of its firm; returns how many were new.

    What nobody here owns, or nobody can read, is noted and passed over: repeating it would not help.
    """
    new = 0
    for event in _events(body):
        firm = firms.enter(PROVIDER, event.realm)
        if firm is None:
            logger.warning("QuickBooks event %s is for a company of nobody here", event.event_id)
            continue
        with firm:
            kind = f"{event.entity}.{event.operation}"
            new += receive(provider=PROVIDER, event_id=event.event_id, kind=kind[:80], payload=asdict(event))
    return new


def _events(body: bytes) -> Iterator[Event]:
    try:
        message = json.loads(body)
    except ValueError:
        logger.error("QuickBooks signed a message that is not JSON")
        return
    told = message.get("eventNotifications", []) if isinstance(message, dict) else message
    for part in told if isinstance(told, list) else []:
        try:
            yield from [_cloud_event(part)] if "specversion" in part else _legacy_events(part)
        except (KeyError, TypeError, ValueError):
            logger.exception("QuickBooks signed a message in a shape of its own")


def _legacy_events(part: dict[str, Any]) -> Iterator[Event]:
    realm = str(part["realmId"])
    for entity in part["dataChangeEvent"]["entities"]:
        values = (
            realm,
            str(entity["name"]),
            str(entity["id"]),
            str(entity["operation"]),
            str(entity.get("lastUpdated", "")),
            str(entity.get("deletedId", "")),
        )
        # This shape has no ids: the same event sent again has the same words.
        yield Event(hashlib.sha256("\n".join(values).encode()).hexdigest(), *values)


def _cloud_event(part: dict[str, Any]) -> Event:
    # qbo.invoice.created.v1
    _, entity, operation, *_ = str(part["type"]).split(".")
    told = part.get("data") or {}
    return Event(
        event_id=str(part["id"])[:120],
        realm=str(part["intuitaccountid"]),
        entity=ENTITIES.get(entity, entity),
        remote_id=str(part["intuitentityid"]),
        operation=OPERATIONS.get(operation, operation),
        happened_at=str(part.get("time", "")),
        deleted_id=str(told.get("deletedId") or told.get("deletedid") or ""),
    )

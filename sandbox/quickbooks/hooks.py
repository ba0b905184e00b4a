"""What QuickBooks tells of changes: ids only, in the old form or as CloudEvents, signed with the verifier token.

One post waits for the other: while one is not acknowledged, all later ones stay behind it. Source: integrations.md A11.
"""

import base64
import datetime
import hashlib
import hmac
import json

from sandbox.delivery import Courier
from sandbox.quickbooks.company import EVENT
from sandbox.store import Body, Record
from sandbox.world import ChangesTarget

RETRIES = (0, 10, 20, 30, 300, 1200, 7200, 14_400, 21_600)  # seconds of its clock; then every six hours
_WORDS = {"Create": "created", "Update": "updated", "Delete": "deleted", "Merge": "merged", "Void": "voided"}


def signature(payload: bytes, verifier: str) -> str:
    """The intuit-signature header for these bytes."""
    return base64.b64encode(hmac.new(verifier.encode(), payload, hashlib.sha256).digest()).decode()


def legacy(events: list[Body]) -> bytes:
    """eventNotifications: one for each company, its changes in order."""
    notifications: dict[str, list[Body]] = {}
    for event in events:
        entity = {"name": event["type"], "id": event["id"], "operation": event["operation"]}
        if event["deleted_id"]:
            entity["deletedId"] = event["deleted_id"]
        notifications.setdefault(event["realm"], []).append({**entity, "lastUpdated": event["stamp"]})
    body = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}}
        for realm, entities in notifications.items()
    ]
    return json.dumps({"eventNotifications": body}, separators=(",", ":")).encode()


def cloud_events(events: list[Body]) -> bytes:
    """A list of events by the CloudEvents specification 1.0."""
    return json.dumps([_cloud_event(event) for event in events], separators=(",", ":")).encode()


def _cloud_event(event: Body) -> Body:
    moment = datetime.datetime.fromisoformat(event["stamp"]).astimezone(datetime.UTC)
    operation = _WORDS.get(event["operation"], event["operation"].lower())
    body: Body = {
        "specversion": "1.0",
        "id": event["uuid"],
        "source": f"intuit.{hashlib.sha256(b'sandbox-client').hexdigest()[:32]}",
        "type": f"qbo.{event['type'].lower()}.{operation}.v1",
        "datacontenttype": "application/json",
        "time": f"{moment:%Y-%m-%dT%H:%M:%S}.000000001Z",  # nanoseconds, as they come
        "intuitentityid": event["id"],
        "intuitaccountid": event["realm"],
        "data": {},
    }
    if event["deleted_id"]:
        body["data"] = {"deletedId": event["deleted_id"]}
    return body


class Teller(Courier):
    """Brings the changes of all companies to the one address of the application."""

    kind = EVENT
    patience = 3.0
    at_once = 1

    @property
    def target(self) -> ChangesTarget:
        return self.world.changes_target

    def now(self) -> float:
        return float(self.world.clock.now())

    def gap(self, tries: int) -> float | None:
        return float(RETRIES[min(tries, len(RETRIES)) - 1])

    def title(self, event: Body) -> str:
        return f"{event['type']} {event['operation']}"

    def parcels(self, records: list[Record]) -> list[list[Record]]:
        if self.target.is_bundled:
            return [records] if records else []
        return super().parcels(records)

    def next_parcels(self) -> list[list[Record]]:
        return [] if self._under_way else self.parcels(self.pending())[:1]

    def payload_of(self, events: list[Body]) -> bytes:
        return cloud_events(events) if self.target.form == "cloudevents" else legacy(events)

    def headers(self, payload: bytes) -> list[str]:
        return [
            "User-Agent: intuit_notification_server/1.0",
            f"intuit-signature: {signature(payload, self.target.secret)}",
        ]

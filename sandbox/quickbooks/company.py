"""One company file: its records by type and id, its counter, its stamps, what happened to it.

Records are JSON objects as the vendor answers them, kept in the sandbox's store, so that commit and rollback hold for
them. `read` gives a copy to work on; `all` and `records` give the kept objects, which are looked at only.
"""

import copy
import datetime
import uuid
from zoneinfo import ZoneInfo

from sandbox.delivery import new_delivery
from sandbox.store import Body, Record
from sandbox.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
COMPANY, RECORD, DELETED, EVENT = "qbo_company", "qbo_record", "qbo_deleted", "qbo_event"
SILENT = {"CompanyInfo", "TaxCode"}  # no webhooks tell of these
# Kept for a company; the controls change them. Which of these Intuit's own servers have is not documented.
SWITCHES = {
    "warns_of_duplicate_numbers": True,
    "voids_paid_invoices": False,
    "inactive_customer_code": "610",  # or 6250
    "book_close_has_password": True,  # 6210, else 6200
    "display_name_length": 500,
    "name_part_length": 100,
    "notes_length": 2000,
    "longest_time_minutes": 24 * 60,
    "wants_request_ids": False,  # Intuit does not; for those who must never forget one
    "sales_tax_percent": "8.25",
}


class Company:
    """A company of the stand-in. Raises KeyError for a realm that there is not."""

    def __init__(self, world: World, realm: str) -> None:
        found = world.store.find(COMPANY, realm)
        if found is None:
            raise KeyError(realm)
        self.world = world
        self.realm = realm
        self._own: Record = found

    @property
    def name(self) -> str:
        return str(self._own.body["name"])

    @property
    def prefs(self) -> Body:
        """The one Preferences record, to look at; changed through `store`."""
        return self.all("Preferences")[0]

    @property
    def switches(self) -> Body:
        """What is not documented and therefore can be set; missing ones are as in SWITCHES."""
        return {**SWITCHES, **self._own.body["switches"]}

    def switch(self, **values: object) -> None:
        """Set some of SWITCHES. Raises ValueError for a name that there is not."""
        if unknown := set(values) - set(SWITCHES):
            raise ValueError(f"Unknown: {', '.join(sorted(unknown))}.")
        self._own.body["switches"].update(values)
        self.world.store.save(self._own)

    @property
    def records(self) -> dict[str, dict[str, Body]]:
        """Everything, by type and id."""
        types = self._own.body["types"]
        return {type_: {record["Id"]: record for record in self.all(type_)} for type_ in types}

    def next_id(self) -> str:
        """The next number of the company's one counter, as text."""
        self._own.body["last_id"] += 1
        self.world.store.save(self._own)
        return str(self._own.body["last_id"])

    def next_number(self) -> str:
        """The next number of its sales forms."""
        self._own.body["last_number"] += 1
        self.world.store.save(self._own)
        return str(self._own.body["last_number"])

    def stamp(self, at: int | None = None) -> str:
        """A moment (now by the sandbox's clock) as the vendor writes it, with the Pacific offset."""
        seconds = self.world.clock.now() if at is None else at
        return datetime.datetime.fromtimestamp(seconds, PACIFIC).isoformat(timespec="seconds")

    def today(self) -> datetime.date:
        """The date at the vendor's own coast."""
        return datetime.datetime.fromtimestamp(self.world.clock.now(), PACIFIC).date()

    def _kind(self, type_: str) -> str:
        return f"{RECORD}:{self.realm}:{type_}"

    def store(self, type_: str, record: Body, operation: str = "") -> Body:
        """Keep a new record or a new version of one: Id, SyncToken, MetaData and the event are made here.

        `operation` names the event (Create, Update, Void, Emailed …); a hyphen keeps silent.
        """
        prior = self.world.store.find(self._kind(type_), str(record.get("Id", "")))
        now = self.stamp()
        if prior is None:
            record["Id"] = str(record.get("Id") or self.next_id())
            record["SyncToken"] = "0"
            record["MetaData"] = {"CreateTime": now, "LastUpdatedTime": now}
            self.world.store.add(self._kind(type_), record["Id"], record, self.realm)
            if type_ not in self._own.body["types"]:
                self._own.body["types"].append(type_)
                self.world.store.save(self._own)
        else:
            record["SyncToken"] = str(int(prior.body["SyncToken"]) + 1)
            record["MetaData"] = {**prior.body["MetaData"], "LastUpdatedTime": now}
            prior.body = record
            self.world.store.save(prior)
        self.note(type_, record["Id"], operation or ("Update" if prior else "Create"))
        return copy.deepcopy(record)

    def read(self, type_: str, id_: str) -> Body | None:
        """A copy of one record; None where there is none."""
        found = self.world.store.find(self._kind(type_), str(id_))
        return copy.deepcopy(found.body) if found else None

    def all(self, type_: str) -> list[Body]:
        """Every record of a type, oldest first; not to be changed."""
        return [record.body for record in self.world.store.every(self._kind(type_))]

    def amend(self, type_: str, id_: str, **values: object) -> None:
        """Change what the vendor works out (a balance): no new version, no event."""
        found = self.world.store.find(self._kind(type_), str(id_))
        if found:
            found.body = {**found.body, **values}
            self.world.store.save(found)

    def remove(self, type_: str, id_: str, operation: str = "Delete") -> None:
        """Delete for good; that it was there is remembered for `deleted`. `operation` as for `store`."""
        found = self.world.store.find(self._kind(type_), str(id_))
        if found is None:
            return
        self.world.store.remove(found)
        body = {"type": type_, "id": found.id, "at": self.world.clock.now(), "stamp": self.stamp()}
        self.world.store.add(DELETED, f"{self.realm}:{type_}:{found.id}", body, self.realm)
        self.note(type_, found.id, operation)

    def deleted(self, type_: str) -> list[Body]:
        """{type, id, at (seconds), stamp} of what was deleted, oldest first."""
        every = self.world.store.every(DELETED)
        return [r.body for r in every if r.account == self.realm and r.body["type"] == type_]

    def note(self, type_: str, id_: str, operation: str, deleted_id: str = "") -> None:
        """An event for the webhooks: {uuid, realm, type, id, operation, deleted_id (of a Merge), stamp}."""
        if operation == "-" or type_ in SILENT:
            return
        event: Body = {"uuid": str(uuid.uuid4()), "realm": self.realm, "type": type_, "id": id_}
        event |= {"operation": operation, "deleted_id": deleted_id, "stamp": self.stamp()}
        self._own.body["last_event"] += 1
        self.world.store.save(self._own)
        delivery = new_delivery(event, self.world.clock.now())
        self.world.store.add(EVENT, f"{self.realm}-{self._own.body['last_event']}", delivery, self.realm)
        self.world.news.set()


def begin(world: World, realm: str, name: str) -> Company:
    """An empty company; `founding.found` fills it with the usual lists."""
    counters = {"last_id": 0, "last_number": 1000, "last_event": 0}
    world.store.add(COMPANY, realm, {"name": name, "types": [], "switches": {}, **counters}, realm)
    return Company(world, realm)


def realms(world: World) -> list[str]:
    """The realms that there are, oldest first."""
    return [record.id for record in world.store.every(COMPANY)]

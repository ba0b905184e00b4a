"""GET /cdc: what has changed since a moment, 30 days back at most. Source: integrations.md A8."""

import datetime

from sandbox.quickbooks.call import Answer, Call
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.query import moment
from sandbox.quickbooks.queryable import ENTITIES
from sandbox.store import Body

MOST = 1000  # over all types together; a full house means that there may be more
FURTHEST = datetime.timedelta(days=30)
UNAVAILABLE = {"TimeActivity", "TaxCode", "TaxRate", "TaxAgency", "JournalCode"}


def look(call: Call) -> Answer:
    """Raises Fault 2020 for a missing parameter, 4001 for a type that is not offered and for a moment too long ago."""
    types = [_type(name.strip()) for name in call.params.get("entities", "").split(",") if name.strip()]
    if not types:
        raise missing("entities")
    since = _since(call)
    room = MOST
    responses = []
    for type_ in dict.fromkeys(types):
        found = _changed(call.company, type_, since)[:room]
        room -= len(found)
        number = len(found)
        shown: Body = {type_: found, "startPosition": 1, "maxResults": number, "totalCount": number}
        responses.append(shown if found else {})
    body = {"CDCResponse": [{"QueryResponse": responses}], "time": call.company.stamp()}
    return Answer.of(body)


def _type(name: str) -> str:
    for type_ in ENTITIES:
        if type_.lower() == name.lower() and type_ not in UNAVAILABLE:
            return type_
    raise _invalid(f"Entity {name} is not supported for change data capture")


def _since(call: Call) -> datetime.datetime:
    said = call.params.get("changedSince", "")
    if not said:
        raise missing("changedSince")
    try:
        since = moment(said)
    except ValueError as error:
        raise _invalid(f"Invalid changedSince: {said}") from error
    now = datetime.datetime.fromtimestamp(call.world.clock.now(), datetime.UTC)
    if since < now - FURTHEST:
        raise _invalid("changedSince cannot be more than 30 days in the past")
    return since


def _invalid(detail: str) -> Fault:
    return Fault("4001", "Invalid query", f"QueryValidationError: {detail}")


def _changed(company: Company, type_: str, since: datetime.datetime) -> list[Body]:
    """Live ones whole, deleted ones by id; the oldest change first."""
    records = [record for record in company.all(type_) if moment(_stamp(record)) >= since]
    for gone in company.deleted(type_):
        if moment(gone["stamp"]) >= since:
            stamps = {"LastUpdatedTime": gone["stamp"]}
            records.append({"domain": "QBO", "status": "Deleted", "Id": gone["id"], "MetaData": stamps})
    return sorted(records, key=lambda record: moment(_stamp(record)))


def _stamp(record: Body) -> str:
    return str(record["MetaData"]["LastUpdatedTime"])

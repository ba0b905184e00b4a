"""POST /batch: up to thirty calls in one, each with its own outcome. Source: integrations.md A6."""

from sandbox.quickbooks import asking, entities
from sandbox.quickbooks.call import Answer, Call
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, missing, unsupported
from sandbox.quickbooks.weather import strike
from sandbox.store import Body

MOST = 30
LONGEST_ID = 10  # of a bId where the whole batch has a request id
_OPERATIONS = {"create", "update", "delete"}


def run(call: Call) -> Answer:
    """200 whatever becomes of the items. Raises Fault 1040 for too many, 2020 and 2130 for what is wrong as a whole."""
    items = call.json().get("BatchItemRequest")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise missing("BatchItemRequest")
    if len(items) > MOST:
        detail = f"The batch size {len(items)} exceeds the limit of {MOST}."
        raise Fault("1040", "Batch size exceeds allowed limit", detail)
    for item in items:
        if not item.get("bId"):
            raise missing("bId")
        if call.params.get("requestid") and len(str(item["bId"])) > LONGEST_ID:
            detail = f"With a request id a bId has at most {LONGEST_ID} characters."
            raise Fault("2130", "Invalid Request Id format", detail, "bId")
    # Nothing in a batch sees what the rest of it does: queries look at what was there before.
    found = {number: _one(call, item) for number, item in enumerate(items) if "Query" in item}
    found |= {number: _one(call, item) for number, item in enumerate(items) if number not in found}
    answers = [{**found[number], "bId": item["bId"]} for number, item in enumerate(items)]
    call.company = Company(call.world, call.company.realm)
    return Answer.of({"BatchItemResponse": answers, "time": call.company.stamp()})


def _one(call: Call, item: Body) -> Body:
    """One item: what it did stays, whatever becomes of the others."""
    try:
        # What an earlier item's failure rolled back took its records along.
        company = Company(call.world, call.company.realm)
        body = _query(company, item) if "Query" in item else _change(call, company, item)
    except Fault as fault:
        call.world.store.rollback()
        return fault.item()
    call.world.store.commit()
    return body


def _query(company: Company, item: Body) -> Body:
    return {"QueryResponse": asking.response(company, str(item["Query"]))}


def _change(call: Call, company: Company, item: Body) -> Body:
    named = [name for name in item if name not in {"bId", "operation", "optionsData"}]
    operation = item.get("operation")
    if len(named) != 1 or operation not in _OPERATIONS:
        raise unsupported("An item has one entity and an operation: create, update or delete.")
    entity, record = named[0], item[named[0]]
    if not isinstance(record, dict):
        raise missing(entity)
    strike(call.world.faults.take(f"BATCH {operation} {entity}"))
    params: dict[str, str] = {}
    if operation == "delete":
        params["operation"] = "delete"
    elif operation == "create":
        record = {name: value for name, value in record.items() if name != "Id"}
    elif item.get("optionsData") == "void":
        params |= {"operation": "update", "include": "void"}
    return {entity: entities.write(company, entities.named(entity.lower()), record, params)}

"""One call of the API, and what its endpoints share: finding, listing, expanding."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.store import Body, Record
from sandbox.stripe.errors import ApiError, missing_thing
from sandbox.world import World

# Which fields of which object hold an id that can be opened, and the kind it is an id of.
_OPENS = {
    "checkout.session": {"payment_intent": "payment_intent"},
    "payment_intent": {"latest_charge": "charge", "payment_method": "payment_method"},
    "charge": {"balance_transaction": "balance_transaction", "payment_intent": "payment_intent"},
    "refund": {
        "balance_transaction": "balance_transaction",
        "charge": "charge",
        "payment_intent": "payment_intent",
        "failure_balance_transaction": "balance_transaction",
    },
    "dispute": {"charge": "charge", "payment_intent": "payment_intent"},
    "balance_transaction": {"source": "charge"},
}
_NAMES = {"session": "checkout.session"}


@dataclass(frozen=True)
class Call:
    """A call that was understood: who asks for whom, and with what."""

    world: World
    account: str | None  # the connected account of the Stripe-Account header
    params: dict[str, Any]
    ids: dict[str, str]  # from the path

    def find(self, kind: str, id_: str, param: str = "id") -> Record:
        """The caller's own record. Raises ApiError 404 otherwise."""
        record = self.world.store.find(kind, id_)
        if record is None or record.account != self.account:
            raise missing_thing(_NAMES.get(kind, kind), id_, param)
        return record

    def answer(self, body: Body) -> Body:
        """A copy with the asked fields opened."""
        return expanded(self.world, body, self.params.get("expand", []))


def listing(
    call: Call, kind: str, url: str, keeps: Callable[[Body], bool], look: Callable[[Body], Body] = dict
) -> Body:
    """A page of the caller's records, newest first. `look` finds the object within a record's body."""
    mine = call.world.store.newest(kind, call.account)
    found = [record for record in mine if keeps(record.body) and _in_span(call, look(record.body))]
    limit = call.params.get("limit", 10)
    if "starting_after" in call.params and "ending_before" in call.params:
        raise ApiError("You may only specify one of these parameters: ending_before, starting_after.")
    if after := call.params.get("starting_after"):
        place = _place(found, after, kind, "starting_after")
        page, has_more = found[place + 1 : place + 1 + limit], len(found) > place + 1 + limit
    elif before := call.params.get("ending_before"):
        place = _place(found, before, kind, "ending_before")
        page, has_more = found[max(place - limit, 0) : place], place > limit
    else:
        page, has_more = found[:limit], len(found) > limit
    paths = call.params.get("expand", [])
    for path in paths:
        if not path.startswith("data."):
            raise ApiError(
                f"This property cannot be expanded ({path}). Lists expand below data.", param="expand"
            )
    opened = [expanded(call.world, look(record.body), [path[5:] for path in paths]) for record in page]
    return {"object": "list", "data": opened, "has_more": has_more, "url": url}


def _in_span(call: Call, body: Body) -> bool:
    span = call.params.get("created", {})
    created = body["created"]
    return bool(
        created > span.get("gt", -1)
        and created >= span.get("gte", 0)
        and created < span.get("lt", created + 1)
        and created <= span.get("lte", created)
    )


def _place(found: list[Record], id_: str, kind: str, param: str) -> int:
    for place, record in enumerate(found):
        if record.id == id_:
            return place
    raise missing_thing(_NAMES.get(kind, kind), id_, param)


def expanded(world: World, body: Body, paths: list[str]) -> Body:
    """A deep copy with the ids at `paths` replaced by what they name. Raises ApiError for what cannot be opened."""
    copied = copy.deepcopy(body)
    for path in paths:
        _open(world, copied, path.split("."), path)
    return copied


def _open(world: World, node: Body, parts: list[str], path: str) -> None:
    head, rest = parts[0], parts[1:]
    if node.get("object") == "checkout.session" and head == "line_items":
        wish = world.store.find("session_wish", node["id"])
        lines = copy.deepcopy(wish.body["lines"]) if wish else []
        url = f"/v1/checkout/sessions/{node['id']}/line_items"
        node["line_items"] = {"object": "list", "data": lines, "has_more": False, "url": url}
        return
    kind = _OPENS.get(node.get("object", ""), {}).get(head)
    if kind is None:
        raise ApiError(f"This property cannot be expanded ({path}).", param="expand")
    value = node.get(head)
    if isinstance(value, str):
        record = world.store.find(kind, value)
        node[head] = copy.deepcopy(record.body) if record else value
    if rest and isinstance(node.get(head), dict):
        _open(world, node[head], rest, path)

"""Facts that are told to the application."""

import copy
from typing import Any

from sandbox.delivery import new_delivery
from sandbox.store import Body, Record
from sandbox.stripe.ids import new_id
from sandbox.world import World

API_VERSION = "2026-10-28.endive"


def emit(
    world: World,
    type_: str,
    thing: Body,
    *,
    account: str | None,
    previous: Body | None = None,
) -> Record:
    """Keep a snapshot of `thing` under `type_` and wake the deliverer."""
    facts: dict[str, Any] = {"object": copy.deepcopy(thing)}
    if previous is not None:
        facts["previous_attributes"] = previous
    event: Body = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": world.clock.now(),
        "data": facts,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": world.cause[0], "idempotency_key": world.cause[1]},
        "type": type_,
    }
    if account:
        event["account"] = account
    record = world.store.add("event", event["id"], new_delivery(event, 0.0), account)
    world.news.set()
    return record

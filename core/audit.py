"""Who did what. Every operation calls `acting` once, inside its transaction, right after opening it.

    with transaction.atomic():
        with audit.acting("invoice.issue", by=by, subject=invoice, why=reason):
            ...

The triggers of `core.triggers.audited` write each changed row under the action that is current.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from core.actors import Actor, actor_id, actor_name
from core.models import Action
from core.models.audit import Channel
from core.prepared import prepared_cursor

# How this thread or task was reached: web, api, import, sync or system; and from which network address.
channel: ContextVar[str] = ContextVar("core.audit.channel", default=Channel.SYSTEM.value)
address: ContextVar[str] = ContextVar("core.audit.address", default="")
# Why a person does what is done now, where the operation itself is told no reason.
given_reason: ContextVar[str] = ContextVar("core.audit.given_reason", default="")


@contextmanager
def through(name: str, *, from_address: str = "") -> Iterator[None]:
    """Everything inside is done through this channel."""
    channel_token, address_token = channel.set(name), address.set(from_address)
    try:
        yield
    finally:
        channel.reset(channel_token)
        address.reset(address_token)


# The action becomes current in the statement that records it.
RECORD = """
INSERT INTO core_action (actor_id, actor_name, verb, why, channel, address, subject_kind, subject_id, facts, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, now())
RETURNING id, at, current_setting('psa.action_id', true), set_config('psa.action_id', id::text, true)
"""


class Acting:
    """The action that is current in this transaction. As a context manager it makes way for the outer one again."""

    def __init__(self, action: Action, outer: str) -> None:
        self.action = action
        self.outer = outer

    def __enter__(self) -> Action:
        return self.action

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # After an error the transaction rolls back, and the setting with it; it may also take no statement any more.
        if kind is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('psa.action_id', %s, true)", [self.outer])


def acting(
    verb: str, *, by: Actor | None, subject: models.Model | None = None, why: str = "", **facts: Any
) -> Acting:
    """Records the action and makes it current until the `with` block or the transaction ends. One statement.

    `by` is None for the system. `facts` are whatever helps to understand the action later (JSON, dates, decimals).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.acting belongs inside the transaction of its operation")
    why = why or given_reason.get()
    action = Action(
        actor_id=actor_id(by),
        actor_name=actor_name(by),
        verb=verb,
        why=why,
        channel=channel.get(),
        address=address.get(),
        subject_kind=subject._meta.label_lower if subject else "",
        subject_id=str(subject.pk) if subject else "",
        facts=facts,
    )
    told = [action.actor_id, action.actor_name, verb, why, action.channel, action.address]
    about = [action.subject_kind, action.subject_id, json.dumps(facts, cls=DjangoJSONEncoder)]
    with prepared_cursor() as cursor:
        cursor.execute(RECORD, [*told, *about])
        action.pk, action.at, outer, _ = cursor.fetchone()
    action._state.adding, action._state.db = False, connection.alias
    return Acting(action, outer or "")


def history(thing: models.Model) -> models.QuerySet[Action]:
    """The actions on one thing, the latest first."""
    return Action.objects.filter(subject_kind=thing._meta.label_lower, subject_id=str(thing.pk)).order_by(
        "-id"
    )

"""Idempotency keys as Stripe keeps them: 24 hours, separate for each account."""

import hashlib
import json
from dataclasses import dataclass, field

from sandbox.store import Body, Record
from sandbox.stripe.errors import ApiError
from sandbox.stripe.form import Tree
from sandbox.world import World

KEPT_SECONDS = 24 * 3600
LONGEST = 255


@dataclass
class Keys:
    """Answers by key, and the keys that are being worked on right now."""

    world: World
    busy: set[str] = field(default_factory=set)

    def begin(self, key: str, account: str | None, method: str, path: str, params: Tree) -> Record | None:
        """The stored answer for a repeated key, or None with the key marked busy. Raises ApiError for a key that is too
        long, is busy, or was used with something else."""
        if len(key) > LONGEST:
            raise ApiError(
                f"Idempotency keys must be at most {LONGEST} characters.", type_="idempotency_error"
            )
        name = _name(key, account)
        if name in self.busy:
            message = f"There is currently another in-progress request using this Idempotent Key ({key})."
            raise ApiError(message, status=409, type_="idempotency_error", code="idempotency_key_in_use")
        stored = self.world.store.find("idempotency", name)
        if stored and self.world.clock.now() - stored.body["created"] >= KEPT_SECONDS:
            self.world.store.remove(stored)
            stored = None
        if stored and stored.body["print"] != _print(method, path, params):
            message = "Keys for idempotent requests can only be used with the same parameters they were first"
            more = (
                f" used with. Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise ApiError(message + more, type_="idempotency_error")
        if stored is None:
            self.busy.add(name)
        return stored

    def end(self, key: str, account: str | None) -> None:
        """The key is no longer being worked on."""
        self.busy.discard(_name(key, account))

    def keep(
        self,
        key: str,
        account: str | None,
        method: str,
        path: str,
        params: Tree,
        *,
        status: int,
        body: Body,
        request: str,
    ) -> None:
        """Store an answer whose operation was begun; `request` is the id under which it was first given."""
        answer = {
            "key": key,
            "print": _print(method, path, params),
            "status": status,
            "body": body,
            "request": request,
            "created": self.world.clock.now(),
        }
        self.world.store.add("idempotency", _name(key, account), answer, account)


def _name(key: str, account: str | None) -> str:
    return f"{account or 'platform'}/{key}"


def _print(method: str, path: str, params: Tree) -> str:
    said = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()

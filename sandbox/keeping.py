"""Answers kept under a key of the client's choice, so that a repeated request is answered and not done again."""

import hashlib
import json
from dataclasses import dataclass

from sandbox.store import Body, Record
from sandbox.world import World

DAY = 24 * 3600


class KeyIsBusy(Exception):
    """The first request with this key is still being worked on."""


class KeyWasUsedOtherwise(Exception):
    """The key was first used with another request."""


@dataclass
class KeptAnswers:
    """Answers by key, separate for each owner, for `seconds` of the sandbox's clock."""

    world: World
    kind: str  # of the records in the store
    seconds: int = DAY

    def begin(self, owner: str, key: str, said: object) -> Record | None:
        """The stored answer for a repeated key, or None with the key marked busy. `said` is what was asked, as JSON.

        Raises KeyIsBusy and KeyWasUsedOtherwise.
        """
        name = f"{owner}/{key}"
        if (self.kind, name) in self.world.busy:
            raise KeyIsBusy(key)
        stored = self.world.store.find(self.kind, name)
        if stored and self.world.clock.now() - stored.body["created"] >= self.seconds:
            self.world.store.remove(stored)
            stored = None
        if stored and stored.body["print"] != _print(said):
            raise KeyWasUsedOtherwise(key)
        if stored is None:
            self.world.busy.add((self.kind, name))
        return stored

    def end(self, owner: str, key: str) -> None:
        """The key is no longer being worked on."""
        self.world.busy.discard((self.kind, f"{owner}/{key}"))

    def keep(self, owner: str, key: str, said: object, answer: Body) -> None:
        """Store an answer whose operation was begun."""
        body = {"key": key, "print": _print(said), "created": self.world.clock.now(), **answer}
        self.world.store.add(self.kind, f"{owner}/{key}", body, owner)


def _print(said: object) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

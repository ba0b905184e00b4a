"""One call of the API below a company, and what answers it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from sandbox.faults import Fault as Weather
from sandbox.quickbooks.company import Company
from sandbox.quickbooks.faults import Fault, missing
from sandbox.quickbooks.money import plain
from sandbox.store import Body
from sandbox.world import World

FLOOR = 75  # older minor versions are ignored since 1 August 2025


@dataclass
class Call:
    """A call whose token was good. `path` is what follows the realm, without a slash in front."""

    world: World
    company: Company
    method: str
    path: str
    params: dict[str, str]
    content: bytes
    content_type: str
    weather: Weather | None = None
    tid: str = ""
    ids: dict[str, str] = field(default_factory=dict)  # from the path
    is_replayed: bool = False  # the answer was given before: nothing is done, nothing is kept

    @property
    def minor_version(self) -> int:
        """What was asked for, but never below the floor."""
        asked = self.params.get("minorversion", "")
        return max(int(asked), FLOOR) if asked.isascii() and asked.isdigit() else FLOOR

    def json(self) -> Body:
        """The body as a JSON object with Decimals. Raises Fault 2010 for anything else."""
        try:
            text = self.content.decode()
        except UnicodeDecodeError as error:
            raise Fault("500", "Unsupported Operation", "The body is not UTF-8.", status=500) from error
        if not text.strip():
            raise missing("body", "Required parameter is missing: the request has no body")
        try:
            body = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, InvalidOperation, RecursionError) as error:
            raise _unreadable(str(error)) from error
        if not isinstance(body, dict):
            raise _unreadable("an object is wanted")
        return body


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _unreadable(detail: str) -> Fault:
    return Fault("2010", "Request has invalid or unsupported property", f"Invalid JSON: {detail}")


@dataclass(frozen=True)
class Answer:
    """What goes back, as bytes that can be kept and given again."""

    status: int
    content: bytes
    content_type: str = "application/json;charset=UTF-8"

    @classmethod
    def of(cls, body: Body, status: int = 200) -> "Answer":
        """A JSON answer."""
        return cls(status, json.dumps(plain(body)).encode())


Operation = Callable[[Call], Answer]

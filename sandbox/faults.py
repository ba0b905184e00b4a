"""Failures on order: the network and the vendor misbehave exactly as often as somebody asked."""

import asyncio
import itertools
import json
import re
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

KINDS = {
    "drop_after_commit": "do the work, keep it, then cut the connection without an answer",
    "cut_body": "do the work, announce the whole answer, send half of it",
    "delay": "wait `seconds` before the work",
    "429": "refuse: too many requests; nothing is done or stored",
    "5xx": "fail inside: 500, nothing is done, and the answer is stored under the idempotency key",
    "503": "fail at the gate: nothing is done or stored",
}
# Answered inside the API, where the idempotency key is known; the others happen to the connection.
_INSIDE = {"delay", "429", "5xx", "503"}


@dataclass
class Fault:
    """Strikes the next `times` requests whose "METHOD /path" contains or matches `match`; "smtp" means mail."""

    id: int
    match: str
    kind: str
    times: int
    seconds: float

    def strikes(self, request: str) -> bool:
        """Whether this request is meant."""
        if self.match in request:
            return True
        try:
            return re.search(self.match, request) is not None
        except re.error:
            return False


class Faults:
    """The faults that are still owed. They are not kept across a restart."""

    def __init__(self) -> None:
        self._owed: list[Fault] = []
        self._ids = itertools.count(1)

    def order(self, *, match: str, kind: str, times: int = 1, seconds: float = 1.0) -> Fault:
        """Raises ValueError with the accepted words when the order cannot be understood."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        if not match or times < 1 or seconds < 0:
            raise ValueError("match must not be empty, times at least 1, seconds not negative")
        fault = Fault(next(self._ids), match, kind, times, seconds)
        self._owed.append(fault)
        return fault

    def take(self, request: str) -> Fault | None:
        """The fault that strikes this request, counted down; None for good weather."""
        for fault in self._owed:
            if fault.strikes(request):
                fault.times -= 1
                if not fault.times:
                    self._owed.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Good weather again."""
        self._owed.clear()

    def listed(self) -> list[dict[str, Any]]:
        """What is still owed, as JSON."""
        return [asdict(fault) for fault in self._owed]


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose connections can be found again by the client's address, to be cut."""

    open: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
        self.open[self.peer] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.pop(self.peer, None)
        super().connection_lost(exc)


class FaultGate:
    """The outermost layer: looks up the fault of each request and cuts connections."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/_sandbox", "/static")):
            await self.app(scope, receive, send)
            return
        fault = self.faults.take(f"{scope['method']} {scope['path']}")
        scope.setdefault("state", {})["fault"] = fault
        if fault is None or (fault.kind in _INSIDE and scope["path"].startswith("/v1/")):
            await self.app(scope, receive, send)
        elif fault.kind in _INSIDE:
            await self._misbehave(fault, scope, receive, send)
        else:
            await self._cut(fault, scope, receive, send)

    async def _misbehave(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """The same faults on pages, where there is no API to shape the answer."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            await self.app(scope, receive, send)
            return
        status = {"429": 429, "5xx": 500, "503": 503}[fault.kind]
        body = json.dumps({"fault": fault.kind}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _cut(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        chunks: list[bytes] = []

        async def hold_back(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self.app(scope, receive, hold_back)
        body = b"".join(chunks)
        transport = CuttableProtocol.open[scope["client"]]
        if fault.kind == "cut_body":
            headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
            headers.append((b"content-length", str(len(body)).encode()))
            await send({**start, "headers": headers})
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            transport.close()  # sends what is buffered first
        else:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass

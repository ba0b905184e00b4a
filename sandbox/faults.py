"""Failures on order: the network and the vendor misbehave exactly as often as somebody asked."""

import asyncio
import itertools
import json
import re
from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from urllib.parse import unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

KINDS = {
    "drop": "cut the connection before any work",
    "drop_after_commit": "do the work, keep it, then cut the connection without an answer",
    "cut_body": "do the work, announce the whole answer, send half of it",
    "delay": "wait `seconds` before the work",
    "late": "do the work, keep it, answer `seconds` later",
    "429": "refuse: too many requests; nothing is done or stored",
    "5xx": "fail inside: 500, nothing is done, and Stripe stores the answer under the idempotency key",
    "503": "fail at the gate: nothing is done or stored",
    "html": "fail before the gate: `status` (502) with a page of HTML, nothing is done",
    "fault": "refuse with QuickBooks' own fault, or an error of OAuth: `code`, `status` (400), `detail`, `shape`",
}
# Answered inside the API, which knows the shape of its answers; the others happen to the connection.
_INSIDE = {"delay", "429", "5xx", "503", "fault"}
_SHAPED = ("/v1/", "/quickbooks/v3/")
_CUTS = {"drop", "drop_after_commit", "cut_body", "late"}


@dataclass
class Fault:
    """Strikes the next `times` requests whose "METHOD /path?query" (the query as people read it) contains or matches
    `match`; "smtp" means mail, "BATCH create Invoice" and "QUERY Invoice" what a call asks of QuickBooks. `skip` lets
    that many pass."""

    id: int
    match: str
    kind: str
    times: int = 1
    seconds: float = 1.0
    skip: int = 0
    status: int | None = None
    code: str = ""
    detail: str = ""
    shape: str = ""  # "Fault", "fault" or "xml"; empty: what the vendor uses for the status

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

    def order(self, *, match: str, kind: str, **more: Any) -> Fault:
        """`more`: the other fields of a Fault. Raises ValueError with the accepted words when the order cannot be
        understood, TypeError for words that a fault does not have."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        fault = Fault(next(self._ids), match, kind, **more)
        if not match or fault.times < 1 or fault.seconds < 0 or fault.skip < 0:
            raise ValueError("match must not be empty, times at least 1, seconds and skip not negative")
        if kind == "fault" and not fault.code:
            raise ValueError("a fault needs its code")
        if fault.shape not in {"", "Fault", "fault", "xml"}:
            raise ValueError("shape must be Fault, fault or xml")
        self._owed.append(fault)
        return fault

    def take(self, request: str) -> Fault | None:
        """The fault that strikes this request, counted down; None for good weather."""
        for fault in self._owed:
            if fault.strikes(request):
                if fault.skip:
                    fault.skip -= 1
                    continue
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
        query = unquote_plus(scope["query_string"].decode("latin-1"))
        fault = self.faults.take(f"{scope['method']} {scope['path']}" + (f"?{query}" if query else ""))
        scope.setdefault("state", {})["fault"] = fault
        if fault is None or (fault.kind in _INSIDE and scope["path"].startswith(_SHAPED)):
            await self.app(scope, receive, send)
        elif fault.kind in _CUTS:
            await self._cut(fault, scope, receive, send)
        else:
            await self._misbehave(fault, scope, receive, send)

    async def _misbehave(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """The same faults on pages, where there is no API to shape the answer, and those in front of any API."""
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
            await self.app(scope, receive, send)
            return
        usual = {"429": 429, "5xx": 500, "503": 503, "html": 502, "fault": 400}[fault.kind]
        status = fault.status or usual
        if fault.kind == "html":
            type_, body = b"text/html", f"<html><body><h1>{status} Bad Gateway</h1></body></html>".encode()
        else:
            told = {"error": fault.code, "error_description": fault.detail} if fault.code else {}
            type_, body = b"application/json", json.dumps(told or {"fault": fault.kind}).encode()
        headers = [(b"content-type", type_), (b"content-length", str(len(body)).encode())]
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

        if fault.kind != "drop":
            await self.app(scope, receive, hold_back)
        body = b"".join(chunks)
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
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

"""Webhooks: signed, delivered in the background, tried again with growing gaps until somebody answers 2xx."""

import asyncio
import hashlib
import hmac
import json
import random
import ssl
import time
from urllib.parse import urlsplit

from sandbox.store import Body, Record
from sandbox.world import WebhookTarget, World

GAPS = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)  # real seconds; afterwards by hand only
PATIENCE = 10.0
_AT_ONCE = 4


def payload_of(event: Body) -> bytes:
    """The very bytes that are signed."""
    return json.dumps(event, indent=2).encode()


def signature(payload: bytes, secret: str, at: int | None = None) -> str:
    """The Stripe-Signature header for these bytes, stamped with real time: receivers compare it with their own."""
    stamp = int(time.time()) if at is None else at
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={signed}"


class Deliverer:
    """Brings events to the target. Events may arrive out of order and twice, as with Stripe."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._under_way: dict[str, asyncio.Task[Body]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def run(self) -> None:
        """Deliver whatever is pending and due, for ever."""
        while True:
            self.world.news.clear()
            pause = self._start_due()
            try:
                async with asyncio.timeout(pause):
                    await self.world.news.wait()
            except TimeoutError:
                pass

    def _start_due(self) -> float | None:
        """Start what is due; answers the seconds until the next try, None when nothing waits."""
        if self.world.target.is_paused or not self.world.target.url:
            return None
        waiting: list[float] = []
        for record in self.pending():
            next_at = record.body["next_at"]
            if next_at is None or record.id in self._under_way:
                continue
            if next_at <= time.time():
                self._start(record)
            else:
                waiting.append(next_at)
        return max(min(waiting) - time.time(), 0.01) if waiting else None

    def pending(self) -> list[Record]:
        """Events that nobody has taken yet, oldest first."""
        return [record for record in self.world.store.every("event") if not record.body["is_delivered"]]

    async def deliver_now(
        self, *, duplicate: bool, shuffle: bool, ids: list[str] | None = None
    ) -> list[Body]:
        """Deliver what is pending at once, whatever its next try, one after the other; with `duplicate` also what was
        delivered before. What is just under way is awaited, not sent twice. Answers one result for each event."""
        every = self.world.store.every("event")
        chosen = [record for record in every if duplicate or not record.body["is_delivered"]]
        if ids is not None:
            chosen = [record for record in chosen if record.id in ids]
        if shuffle:
            random.shuffle(chosen)
        return [await (self._under_way.get(record.id) or self._start(record)) for record in chosen]

    def _start(self, record: Record) -> "asyncio.Task[Body]":
        task = asyncio.create_task(self._deliver(record))
        self._under_way[record.id] = task

        def done(_: object) -> None:
            self._under_way.pop(record.id, None)
            self.world.news.set()  # to look at the next try

        task.add_done_callback(done)
        return task

    async def _deliver(self, record: Record) -> Body:
        async with self._slots:
            started = time.time()
            status, error = await _post(self.world.target, record.body["event"])
        attempt: Body = {
            "at": int(started),
            "milliseconds": int((time.time() - started) * 1000),
            "status": status,
            "error": error,
            "is_taken": status is not None and 200 <= status < 300,
        }
        current = self.world.store.find(
            "event", record.id
        )  # None after a reset, another object after a rollback
        if current:
            _note(current.body, attempt)
            self.world.store.save(current)
            self.world.store.commit()
        return {"event": record.id, "type": record.body["event"]["type"], **attempt}


def _note(body: Body, attempt: Body) -> None:
    """Write an attempt into an event's record and set the next one."""
    body["attempts"].append(attempt)
    if attempt["is_taken"]:
        body.update(is_delivered=True, next_at=None)
        body["event"]["pending_webhooks"] = 0
    elif not body["is_delivered"]:
        tries = len(body["attempts"])
        body["next_at"] = time.time() + GAPS[tries - 1] if tries <= len(GAPS) else None


async def _post(target: WebhookTarget, event: Body) -> tuple[int | None, str | None]:
    """One POST; answers the status, or None and why there was none."""
    if not target.url:
        return None, "no target is set"
    payload = payload_of(event)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _exchange(target, payload), None
    except TimeoutError:
        return None, f"no answer within {PATIENCE:.0f} s"
    except (OSError, ValueError) as error:
        return None, str(error) or type(error).__name__


async def _exchange(target: WebhookTarget, payload: bytes) -> int:
    parts = urlsplit(target.url)
    is_safe = parts.scheme == "https"
    context = ssl.create_default_context() if is_safe else None
    port = parts.port or (443 if is_safe else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {target.host or parts.netloc}",
            "User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Content-Type: application/json; charset=utf-8",
            f"Content-Length: {len(payload)}",
            f"Stripe-Signature: {signature(payload, target.secret)}",
            "Accept: */*",
            "Connection: close",
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode() + payload)
        await writer.drain()
        words = (await reader.readline()).split()
        if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
            raise ValueError("the connection was closed without an answer")
        await reader.read(65_536)
        return int(words[1])
    finally:
        writer.close()

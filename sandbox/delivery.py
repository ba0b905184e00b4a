"""Webhooks of any vendor: delivered in the background, tried again with growing gaps until somebody answers 2xx.

An event is a record of the vendor's own kind: {event, is_delivered, attempts, next_at}; `next_at` counts in the
vendor's time, None means by hand only.
"""

import asyncio
import random
import ssl
import time
from abc import ABC, abstractmethod
from typing import ClassVar
from urllib.parse import urlsplit

from sandbox.store import Body, Record
from sandbox.world import WebhookTarget, World


class Courier(ABC):
    """Brings one vendor's events to its target. Events may arrive out of order and twice."""

    kind: ClassVar[str]  # of the records in the store
    patience: ClassVar[float]  # seconds that the receiver has for its answer
    at_once: ClassVar[int]

    def __init__(self, world: World) -> None:
        self.world = world
        self._under_way: dict[str, asyncio.Task[list[Body]]] = {}
        self._slots = asyncio.Semaphore(self.at_once)

    @property
    @abstractmethod
    def target(self) -> WebhookTarget:
        """Where the events go."""

    @abstractmethod
    def now(self) -> float:
        """The time in which the gaps between two tries are counted."""

    @abstractmethod
    def gap(self, tries: int) -> float | None:
        """Seconds to the next try after so many that failed; None: by hand only."""

    @abstractmethod
    def payload_of(self, events: list[Body]) -> bytes:
        """The very bytes that are signed."""

    @abstractmethod
    def headers(self, payload: bytes) -> list[str]:
        """The vendor's own lines: its name, its signature."""

    def title(self, event: Body) -> str:
        """What a person calls the event."""
        return str(event["type"])

    def parcels(self, records: list[Record]) -> list[list[Record]]:
        """What goes together in one post: by default nothing."""
        return [[record] for record in records]

    def next_parcels(self) -> list[list[Record]]:
        """What may go now if its time has come."""
        return self.parcels(self.pending())

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
        if self.target.is_paused or not self.target.url:
            return None
        waiting: list[float] = []
        for parcel in self.next_parcels():
            next_at = parcel[0].body["next_at"]
            if next_at is None or any(record.id in self._under_way for record in parcel):
                continue
            if next_at <= self.now():
                self._start(parcel)
            else:
                waiting.append(next_at)
        return max(min(waiting) - self.now(), 0.01) if waiting else None

    def pending(self) -> list[Record]:
        """Events that nobody has taken yet, oldest first."""
        return [record for record in self.world.store.every(self.kind) if not record.body["is_delivered"]]

    async def deliver_now(
        self, *, duplicate: bool, shuffle: bool, ids: list[str] | None = None
    ) -> list[Body]:
        """Deliver what is pending at once, whatever its next try, one after the other; with `duplicate` also what was
        delivered before. What is just under way is awaited, not sent twice. Answers one result for each event."""
        every = self.world.store.every(self.kind)
        chosen = [record for record in every if duplicate or not record.body["is_delivered"]]
        if ids is not None:
            chosen = [record for record in chosen if record.id in ids]
        if shuffle:
            random.shuffle(chosen)
        results: dict[str, Body] = {}
        for parcel in self.parcels(chosen):
            task = self._under_way.get(parcel[0].id)
            if task is None and not duplicate and all(record.body["is_delivered"] for record in parcel):
                continue  # taken in the meantime
            results |= {each["event"]: each for each in await (task or self._start(parcel))}
        return list(results.values())

    def _start(self, parcel: list[Record]) -> "asyncio.Task[list[Body]]":
        task = asyncio.create_task(self._deliver(parcel))
        self._under_way |= {record.id: task for record in parcel}

        def done(_: object) -> None:
            for record in parcel:
                self._under_way.pop(record.id, None)
            self.world.news.set()  # to look at the next try

        task.add_done_callback(done)
        return task

    async def _deliver(self, parcel: list[Record]) -> list[Body]:
        async with self._slots:
            started = time.time()
            status, error = await self._post([record.body["event"] for record in parcel])
        attempt: Body = {
            "at": int(started),
            "milliseconds": int((time.time() - started) * 1000),
            "status": status,
            "error": error,
            "is_taken": status is not None and 200 <= status < 300,
        }
        for record in parcel:
            # None after a reset, another object after a rollback
            current = self.world.store.find(self.kind, record.id)
            if current:
                self._note(current.body, attempt)
                self.world.store.save(current)
        self.world.store.commit()
        return [
            {"event": record.id, "type": self.title(record.body["event"]), **attempt} for record in parcel
        ]

    def _note(self, body: Body, attempt: Body) -> None:
        """Write an attempt into an event's record and set the next one."""
        body["attempts"].append(attempt)
        if attempt["is_taken"]:
            body.update(is_delivered=True, next_at=None)
        elif not body["is_delivered"]:
            gap = self.gap(len(body["attempts"]))
            body["next_at"] = None if gap is None else self.now() + gap

    async def _post(self, events: list[Body]) -> tuple[int | None, str | None]:
        """One POST; answers the status, or None and why there was none."""
        if not self.target.url:
            return None, "no target is set"
        payload = self.payload_of(events)
        try:
            async with asyncio.timeout(self.patience):
                return await _exchange(self.target, payload, self.headers(payload)), None
        except TimeoutError:
            return None, f"no answer within {self.patience:.0f} s"
        except (OSError, ValueError) as error:
            return None, str(error) or type(error).__name__


def new_delivery(event: Body, next_at: float) -> Body:
    """The record of an event that nobody has heard of yet."""
    return {"event": event, "is_delivered": False, "attempts": [], "next_at": next_at}


async def _exchange(target: WebhookTarget, payload: bytes, headers: list[str]) -> int:
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
            "Content-Type: application/json; charset=utf-8",
            f"Content-Length: {len(payload)}",
            *headers,
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

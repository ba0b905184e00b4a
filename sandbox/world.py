"""What every part of the sandbox shares."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.settings import Settings
from sandbox.store import Body, Store


@dataclass
class WebhookTarget:
    """Where events go. A paused target receives only what is delivered by hand."""

    url: str
    host: str
    secret: str
    is_paused: bool = False


@dataclass
class World:
    """One sandbox: its records, its clock, its weather and where its events go."""

    settings: Settings
    store: Store
    clock: Clock
    target: WebhookTarget
    faults: Faults = field(default_factory=Faults)
    request_log: deque[Body] = field(default_factory=lambda: deque(maxlen=2000))
    news: asyncio.Event = field(default_factory=asyncio.Event)  # wakes whoever delivers events
    # Request id and idempotency key of the API call that is being worked on; operations never await.
    cause: tuple[str | None, str | None] = (None, None)


def open_world(settings: Settings) -> World:
    """Everything as it was when the sandbox last ran with this data directory."""
    store = Store(settings.data_dir / "sandbox.sqlite3")
    kept = store.find("clock", "offset")

    def keep(offset: int) -> None:
        store.add("clock", "offset", {"seconds": offset})
        store.commit()

    clock = Clock(kept.body["seconds"] if kept else 0, keep)
    return World(settings=settings, store=store, clock=clock, target=home_target(settings))


def home_target(settings: Settings) -> WebhookTarget:
    """The target that the command line named."""
    return WebhookTarget(settings.webhook_url, settings.webhook_host, settings.webhook_secret)

"""What every part of the sandbox shares."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.quickbooks.throttle import Throttle
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
class ChangesTarget(WebhookTarget):
    """Where QuickBooks tells of changes, and how: `secret` is the verifier token."""

    form: str = "legacy"  # or "cloudevents"
    is_bundled: bool = False  # all that waits in one post, instead of a post for each change


@dataclass
class World:
    """One sandbox: its records, its clock, its weather and where its events go."""

    settings: Settings
    store: Store
    clock: Clock
    target: WebhookTarget
    changes_target: ChangesTarget
    throttle: Throttle
    faults: Faults = field(default_factory=Faults)
    busy: set[tuple[str, str]] = field(default_factory=set)  # keys whose first request is being worked on
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
    throttle = Throttle(is_on=settings.is_throttled)
    return World(settings, store, clock, home_target(settings), home_changes_target(settings), throttle)


def home_target(settings: Settings) -> WebhookTarget:
    """The target that the command line named."""
    return WebhookTarget(settings.webhook_url, settings.webhook_host, settings.webhook_secret)


def home_changes_target(settings: Settings) -> ChangesTarget:
    """The same for what QuickBooks has to tell."""
    return ChangesTarget(settings.quickbooks_webhook_url, settings.webhook_host, settings.quickbooks_verifier)

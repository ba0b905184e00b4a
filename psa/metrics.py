"""Counters and durations of all processes on all machines, gathered in Redis, told in Prometheus' text format.

A process counts in its memory and hands over what it has counted every few seconds, so that a request pays for one
lock. What a killed process had not handed over is lost; Prometheus needs no more. Firms are no labels: there may be
thousands, and who is a customer is nobody's business on a dashboard.
"""

import atexit
import logging
import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

HASH = "psa:metrics"
HAND_OVER_SECONDS = 5.0
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

HELP = {
    "psa_requests_total": ("counter", "Answers of the web processes, by method, route and status."),
    "psa_request_seconds": ("histogram", "How long answers took, by route."),
    "psa_tasks_total": ("counter", "Tasks of the workers, by name and outcome."),
    "psa_task_seconds": ("histogram", "How long tasks took, by name."),
    "psa_fan_out_timestamp_seconds": ("gauge", "When the clock last woke each periodic task."),
    "psa_outbox_rows": ("gauge", "Deliveries that are not over, of all firms, by state."),
    "psa_outbox_oldest_seconds": ("gauge", "How long the oldest delivery that is due has waited."),
    "psa_jobs": ("gauge", "Long work that is not over, of all firms, by state."),
    "psa_queue_tasks": ("gauge", "Tasks that no worker has taken yet."),
    "psa_firms": ("gauge", "Firms that are open."),
}


class Counts:
    """What this process has counted and not handed over."""

    def __init__(self) -> None:
        self.key = HASH
        self.lock = threading.Lock()
        self.counted: defaultdict[str, float] = defaultdict(float)
        self.stop = threading.Event()
        self.carrier: threading.Thread | None = None

    def add(self, counted: Mapping[str, float]) -> None:
        with self.lock:
            for name, amount in counted.items():
                self.counted[name] += amount
            if self.carrier is None:
                self.carrier = threading.Thread(target=self._carry, name="metrics", daemon=True)
                self.carrier.start()

    def hand_over(self) -> None:
        """Adds what was counted to what Redis holds. While Redis is away it is kept here."""
        with self.lock:
            counted, self.counted = self.counted, defaultdict(float)
        if not counted:
            return
        try:
            with _redis().pipeline(transaction=False) as pipeline:
                for name, amount in counted.items():
                    pipeline.hincrbyfloat(self.key, name, amount)
                pipeline.execute()
        except (redis.RedisError, OSError):
            with self.lock:
                for name, amount in counted.items():
                    self.counted[name] += amount

    def _carry(self) -> None:
        while not self.stop.wait(HAND_OVER_SECONDS):
            self.hand_over()


_counts = Counts()


def _begin_anew() -> None:
    """After a fork: the parent hands its own counts over, and threads do not come along."""
    global _counts
    _counts = Counts()


os.register_at_fork(after_in_child=_begin_anew)
atexit.register(lambda: _counts.hand_over())


def count(name: str, **labels: str) -> None:
    """One more."""
    _counts.add({series(name, labels): 1.0})


def observe(name: str, seconds: float, **labels: str) -> None:
    """One more that took so long."""
    reached = {
        series(f"{name}_bucket", labels | {"le": f"{limit:g}"}): 1.0 for limit in BUCKETS if seconds <= limit
    }
    whole = {
        series(f"{name}_bucket", labels | {"le": "+Inf"}): 1.0,
        series(f"{name}_count", labels): 1.0,
        series(f"{name}_sum", labels): seconds,
    }
    _counts.add(reached | whole)


def set_now(name: str, value: float, **labels: str) -> None:
    """Says how much it is now, at once; nothing while Redis is away."""
    try:
        _redis().hset(HASH, series(name, labels), value)
    except (redis.RedisError, OSError):
        logger.warning("Redis is away; %s is not noted", name)


def series(name: str, labels: Mapping[str, str]) -> str:
    """name{label="value"}, as Prometheus writes it."""
    if not labels:
        return name
    inside = ",".join(f'{key}="{_escaped(value)}"' for key, value in sorted(labels.items()))
    return f"{name}{{{inside}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def gathered() -> dict[str, float]:
    """What all processes have handed over, this one included. Raises redis.RedisError."""
    _counts.hand_over()
    held = _redis().hgetall(HASH)
    return {name.decode(): float(value) for name, value in held.items()}


def as_text(values: Mapping[str, float]) -> str:
    """The page that Prometheus reads: each family with its help and type, its series together."""
    families: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in sorted(values.items()):
        families[_family(name)].append(f"{name} {value:.17g}")
    lines: list[str] = []
    for family, told in families.items():
        kind, words = HELP.get(family, ("untyped", family))
        lines += [f"# HELP {family} {words}", f"# TYPE {family} {kind}", *told]
    return "\n".join(lines) + "\n"


def _family(name: str) -> str:
    plain = name.partition("{")[0]
    endings: Iterable[str] = ("_bucket", "_count", "_sum")
    for ending in endings:
        if plain.removesuffix(ending) in HELP:
            return plain.removesuffix(ending)
    return plain


def _redis() -> redis.Redis:
    url = settings.REDIS_URL
    if url not in _connected:
        _connected[url] = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
    return _connected[url]


_connected: dict[str, redis.Redis] = {}

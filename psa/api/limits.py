"""How many requests a token may make in a minute, counted in the cache, apart for each firm."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Standing:
    """Where a token stands in the present minute. `reset_seconds` until the next one begins."""

    limit: int
    remaining: int
    reset_seconds: int
    is_over: bool

    @property
    def headers(self) -> dict[str, str]:
        found = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }
        return found | ({"Retry-After": str(self.reset_seconds)} if self.is_over else {})


def count_request(who: str, *, at: datetime, limit: int | None = None) -> Standing:
    """Counts one request. Without the cache nobody is refused: a limit is a courtesy, work is not."""
    most = settings.API_REQUESTS_PER_MINUTE if limit is None else limit
    second = int(at.timestamp())
    key = f"api-requests:{who}:{second // WINDOW_SECONDS}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
        count = cache.incr(key)
    except (RedisError, ValueError):
        logger.warning("Requests are not counted: the cache is away.")
        count = 0
    reset = WINDOW_SECONDS - second % WINDOW_SECONDS
    return Standing(most, max(0, most - count), reset, count > most)

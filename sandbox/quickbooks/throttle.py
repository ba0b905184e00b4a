"""How much one company is asked: more is refused with 429. Source: integrations.md A9."""

from collections import deque
from dataclasses import dataclass, field

from sandbox.quickbooks.faults import throttled

LIMITS = {"per_minute": 500, "per_second": 10, "batches_per_minute": 40}


@dataclass
class Throttle:
    """The calls of the last minute, by company."""

    limits: dict[str, int] = field(default_factory=LIMITS.copy)
    is_on: bool = True
    _calls: dict[str, deque[float]] = field(default_factory=dict)
    _batches: dict[str, deque[float]] = field(default_factory=dict)

    def take(self, realm: str, now: float, *, is_batch: bool = False) -> None:
        """Count one call at `now` by the sandbox's clock; a refused one does not count. Raises Fault 3001."""
        if not self.is_on:
            return
        calls = _recent(self._calls.setdefault(realm, deque()), now)
        batches = _recent(self._batches.setdefault(realm, deque()), now)
        in_second = sum(1 for at in calls if at > now - 1)
        if len(calls) >= self.limits["per_minute"] or in_second >= self.limits["per_second"]:
            raise throttled()
        if is_batch and len(batches) >= self.limits["batches_per_minute"]:
            raise throttled()
        calls.append(now)
        if is_batch:
            batches.append(now)

    def set(self, **limits: object) -> None:
        """Other limits from now on; `is_on` switches all of them. Raises ValueError for what is not understood."""
        is_on = limits.pop("is_on", self.is_on)
        if not isinstance(is_on, bool) or set(limits) - set(LIMITS):
            raise ValueError(f"is_on is true or false; the limits are {', '.join(LIMITS)}.")
        for name, limit in limits.items():
            if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
                raise ValueError(f"{name} must be a whole number, not negative.")
            self.limits[name] = limit
        self.is_on = is_on

    def forget(self, *, is_on: bool) -> None:
        """No calls so far, the vendor's limits."""
        self._calls.clear()
        self._batches.clear()
        self.limits = LIMITS.copy()
        self.is_on = is_on


def _recent(calls: deque[float], now: float) -> deque[float]:
    while calls and calls[0] <= now - 60:
        calls.popleft()
    while calls and calls[-1] > now:  # the clock was set back to today
        calls.pop()
    return calls

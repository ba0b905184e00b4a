"""Waiting for what other processes do in their own time."""

import time
from collections.abc import Callable
from typing import Any


def wait_until(holds: Callable[[], Any], *, seconds: float = 30.0, what: str = "it") -> Any:
    """The first true answer of `holds()`; AssertionError when none comes in time."""
    until = time.monotonic() + seconds
    while not (answer := holds()):
        if time.monotonic() > until:
            raise AssertionError(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.05)
    return answer

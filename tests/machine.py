"""How busy the machine is, for tests that hold a time: other tests run beside them and take their share."""

import time


def stretch() -> float:
    """By how much the machine's other work prolongs ours just now: the wall's time over the processor's, at least 1."""
    wall, processor = time.monotonic(), time.process_time()
    while time.process_time() - processor < 0.2:
        sum(range(10_000))
    return max(1.0, (time.monotonic() - wall) / (time.process_time() - processor))

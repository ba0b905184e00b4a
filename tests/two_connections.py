"""Several connections at once, each in its own thread, all let go at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def at_once(firm: Any, *calls: Callable[[], Any]) -> list[Any]:
    """Runs the calls in threads that enter the firm themselves; returns what each gave back or raised."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        firm.activate()
        try:
            gate.wait(timeout=20)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))

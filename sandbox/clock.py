"""A clock that can be moved forward, so that four business days pass in a click."""

import datetime
import time
from collections.abc import Callable


class Clock:
    """Real time plus an offset in whole seconds; the offset is kept across restarts."""

    def __init__(self, offset: int = 0, keep: Callable[[int], None] | None = None) -> None:
        self.offset = offset
        self._keep = keep

    def now(self) -> int:
        """Seconds since 1970, as the vendors see it."""
        return int(time.time()) + self.offset

    def today(self) -> datetime.date:
        """The date in UTC."""
        return datetime.datetime.fromtimestamp(self.now(), datetime.UTC).date()

    def advance(self, seconds: int) -> int:
        """Move forward; a clock that ran backward would undo what has come due."""
        if seconds < 0:
            raise ValueError("The clock only moves forward.")
        self._set(self.offset + seconds)
        return self.now()

    def back_to_now(self) -> int:
        """Drop the offset. What already happened stays as it happened."""
        self._set(0)
        return self.now()

    def _set(self, offset: int) -> None:
        self.offset = offset
        if self._keep:
            self._keep(offset)

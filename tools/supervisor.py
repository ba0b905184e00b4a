"""Keeps the demo's programs running: a program that ends by itself is started again, and said so."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.processes import CannotRun, Process, stop_all

RESTARTS = 5
WINDOW_SECONDS = 60.0


@dataclass
class Program:
    """One program and how it is started; `start` returns once the program is up, or raises CannotRun."""

    name: str
    start: Callable[[], Process]
    process: Process | None = None
    ends: list[float] = field(default_factory=list)

    def begin(self) -> None:
        self.process = self.start()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.is_running

    @property
    def has_ended(self) -> bool:
        return self.process is not None and not self.process.is_running


class Supervisor:
    """Programs in groups: those of the last group stop first, so that a database outlives what writes to it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.groups: list[list[Program]] = []

    def begin(self, *programs: Program) -> None:
        group: list[Program] = []
        self.groups.append(group)
        for program in programs:
            group.append(program)
            program.begin()

    def watch(self, pause_seconds: float = 0.5) -> None:
        """Runs until a signal handler raises. Raises CannotRun when a program keeps ending."""
        while True:
            for group in self.groups:
                for program in group:
                    if program.has_ended:
                        self._begin_again(program)
            time.sleep(pause_seconds)

    def _begin_again(self, program: Program) -> None:
        now = time.monotonic()
        ended = program.process
        program.ends = [moment for moment in program.ends if now - moment < WINDOW_SECONDS] + [now]
        if ended is not None:
            ended.ensure_stopped(0)  # what the program itself had started
            words = ended.last_words()[:100]
            if len(program.ends) > RESTARTS:
                raise CannotRun(f"{program.name} keeps stopping: {words} (see {ended.log})")
            self.say(
                f"{program.name} stopped by itself ({words or 'without a word'}) and is started again; see {ended.log}"
            )
        program.begin()

    def stop(self, grace_seconds: float) -> None:
        """Ends everything; each group gets the grace."""
        for group in reversed(self.groups):
            stop_all(
                [program.process for program in group if program.process is not None],
                grace_seconds,
            )
        self.groups.clear()

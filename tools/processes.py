"""Child processes that end with their starter, whichever way it ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1


class CannotRun(Exception):
    """Something outside the project is missing or taken; the message is a sentence for the person who started it."""


@dataclass
class Process:
    """One child, leader of its own session, so that a Ctrl-C in the terminal reaches only the supervisor."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def is_running(self) -> bool:
        return self.popen.poll() is None

    def ask_to_stop(self) -> None:
        if self.is_running:
            self.popen.send_signal(self.stop_signal)

    def ensure_stopped(self, grace_seconds: float) -> None:
        """Waits that long for an orderly end, then kills what is left of the child's session."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.popen.wait(timeout=max(grace_seconds, 0.05))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            for _ in range(100):  # a killed process is gone a moment later, on a busy machine more than one
                os.killpg(self.popen.pid, 0)
                time.sleep(0.01)

    def stop(self, grace_seconds: float = 8.0) -> None:
        self.ask_to_stop()
        self.ensure_stopped(grace_seconds)

    def last_words(self) -> str:
        """The last line of its log that is not empty, for messages."""
        try:
            lines = [
                line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()
            ]
        except FileNotFoundError:
            return ""
        return lines[-1] if lines else ""


def end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does between fork and exec so that the kernel signals it when its parent is gone (Linux only).

    Elsewhere None: a supervisor killed with SIGKILL there leaves its children, which its next start ends.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and prctl: nobody would tell us any more
            os._exit(0)

    return arrange


def spawn(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    stdin: bytes | None = None,
) -> Process:
    """Starts a child whose output goes to `log`; `stdin` is written at once and closed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env) if env is not None else None,
            cwd=cwd,
            start_new_session=True,
            preexec_fn=end_with_parent(stop_signal),  # starters here have one thread
        )
    if stdin is not None and popen.stdin is not None:
        popen.stdin.write(stdin)
        popen.stdin.close()
    return Process(name=name, popen=popen, log=log, stop_signal=stop_signal)


def stop_all(processes: Sequence[Process], grace_seconds: float = 8.0) -> None:
    """Asks all to stop at once, then waits for each; together no longer than the grace."""
    deadline = time.monotonic() + grace_seconds
    for process in processes:
        process.ask_to_stop()
    for process in processes:
        process.ensure_stopped(deadline - time.monotonic())


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(answers: Callable[[], bool], *, process: Process, seconds: float) -> None:
    """Returns once `answers()` holds. Raises CannotRun if the process ends before, or does not answer in time."""
    deadline = time.monotonic() + seconds
    while not answers():
        if not process.is_running:
            raise CannotRun(
                f"{process.name} stopped while starting: {process.last_words()} (see {process.log})"
            )
        if time.monotonic() > deadline:
            raise CannotRun(f"{process.name} did not answer within {seconds:.0f} s (see {process.log})")
        time.sleep(0.02)

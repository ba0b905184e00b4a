"""A sandbox of one's own, in a process of its own, for tests of whatever talks to a vendor.

    with run_sandbox(tmp_path) as sandbox:
        client = sandbox.stripe()
        sandbox.control("clock/advance", {"seconds": 345600})

A sandbox of a whole test session is aimed at another web server by `sandbox.aim(url, host)`.
"""

import contextlib
import json
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import stripe

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 15.0
_SERVER = urllib.request.build_opener(
    urllib.request.ProxyHandler({})
)  # a machine's proxy has no part in this


class SandboxRefused(Exception):
    """A control answered 4xx; `body` tells why."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


@dataclass
class Sandbox:
    """A running sandbox and its levers."""

    process: subprocess.Popen[bytes]
    http_port: int
    smtp_port: int
    api_key: str
    webhook_secret: str
    data_dir: Path

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def control(self, path: str, wish: dict[str, Any] | None = None, *, method: str = "POST") -> Any:
        """Pull a lever under /_sandbox/. Raises SandboxRefused with the answer of a 4xx."""
        request = urllib.request.Request(
            f"{self.http_url}/_sandbox/{path}", json.dumps(wish or {}).encode(), method=method
        )
        return self._json(request)

    def look(self, path: str = "state") -> Any:
        """Read something under /_sandbox/, by default all that the sandbox knows."""
        return self._json(urllib.request.Request(f"{self.http_url}/_sandbox/{path}"))

    def _json(self, request: urllib.request.Request) -> Any:
        try:
            with _SERVER.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SandboxRefused(error.code, json.load(error)) from error

    def stripe(self, account: str | None = None, *, retries: int = 0) -> stripe.StripeClient:
        """The vendor's own client, pointed here."""
        return stripe.StripeClient(
            self.api_key,
            base_addresses={"api": self.http_url},
            max_network_retries=retries,
            stripe_account=account,
        )

    def account(self, name: str = "Hartwell & Moss") -> str:
        """The id of a new connected account that is open for charges."""
        return str(self.control("accounts", {"name": name})["id"])

    def aim(self, url: str, host: str = "", *, is_paused: bool = False) -> None:
        """Send events to another server from now on."""
        self.control("webhooks/target", {"url": url, "host": host, "is_paused": is_paused})

    def deliver(self, *, duplicate: bool = False, shuffle: bool = False) -> list[dict[str, Any]]:
        """Deliver what is pending, now; one result for each event."""
        return list(self.control("webhooks/deliver", {"duplicate": duplicate, "shuffle": shuffle})["results"])

    def mails(self, recipient: str = "") -> list[dict[str, Any]]:
        """Mails to a recipient (or part of the address), newest first."""
        return list(self.look(f"mails?to={urllib.parse.quote(recipient)}"))

    def reset(self) -> None:
        """Forget everything."""
        self.control("reset")


@contextlib.contextmanager
def run_sandbox(
    data_dir: Path,
    webhook_url: str = "",
    *,
    webhook_host: str = "",
    strict: bool = True,
    throttle: bool = False,
    api_key: str = "",
    webhook_secret: str = "",
) -> Iterator[Sandbox]:
    """A sandbox on free ports, ended with the block, and with this process whatever its end."""
    key = api_key or f"sk_test_{secrets.token_hex(12)}"
    secret = webhook_secret or f"whsec_{secrets.token_hex(16)}"
    options = ["--api-key", key, "--webhook-secret", secret, "--strict" if strict else "--no-strict"]
    options.append("--throttle" if throttle else "--no-throttle")
    options += ["--webhook-url", webhook_url, "--webhook-host", webhook_host, "--data-dir", str(data_dir)]
    process, http_port, smtp_port = _start(options)
    try:
        yield Sandbox(process, http_port, smtp_port, key, secret, data_dir)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()


def _start(options: list[str]) -> tuple[subprocess.Popen[bytes], int, int]:
    """Free ports can be taken by somebody else before we have them; then others are tried."""
    for _ in range(5):
        http_port, smtp_port = _free_ports(2)
        command = [sys.executable, "-m", "sandbox", "--until-stdin-closes", *options]
        command += ["--http-port", str(http_port), "--smtp-port", str(smtp_port)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
        if _answers(process, http_port):
            return process, http_port, smtp_port
        process.kill()
        process.wait()
    raise RuntimeError("The sandbox does not start; see what it printed above.")


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it answers; False when it has ended or takes too long."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with _SERVER.open(f"http://127.0.0.1:{port}/_sandbox/health", timeout=2):
                return True
        except OSError:
            time.sleep(0.02)
    return False

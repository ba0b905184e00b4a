"""One sandbox for the tests of the sandbox, emptied before each; and a web server that receives its events."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import stripe

from tests.stand_ins import Sandbox, run_sandbox


@dataclass
class Receiver:
    """What arrived, and what is answered: the next status of `answers`, then 200."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    arrivals: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/stripe"

    def wait_for(self, count: int) -> None:
        """Until so many deliveries have come, at most ten seconds."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.arrivals) >= count, 10), self.types()

    def events(self, secret: str) -> list[stripe.Event]:
        """Every arrival, its signature verified by the vendor's library."""
        return [
            stripe.Webhook.construct_event(body, headers["Stripe-Signature"], secret)
            for body, headers in self.arrivals
        ]

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for body, _ in self.arrivals]


@pytest.fixture(scope="session")
def own_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with run_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(own_sandbox: Sandbox) -> Sandbox:
    own_sandbox.reset()
    return own_sandbox


@pytest.fixture
def firm(sandbox: Sandbox) -> str:
    """A connected account."""
    return sandbox.account()


@pytest.fixture
def client(sandbox: Sandbox, firm: str) -> stripe.StripeClient:
    """Stripe's client, speaking for the firm."""
    return sandbox.stripe(firm)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    inbox = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with inbox.arrived:
                inbox.arrivals.append((body, dict(self.headers)))
                status = inbox.answers.pop(0) if inbox.answers else 200
                inbox.arrived.notify_all()
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inbox.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield inbox
    server.shutdown()
    thread.join()
    server.server_close()

"""python -m sandbox: one process with the stand-ins for Stripe, QuickBooks Online and a mail server."""

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from types import FrameType

import uvicorn

from sandbox.application import build, keep_time
from sandbox.faults import CuttableProtocol
from sandbox.mailbox.smtp import listen
from sandbox.quickbooks.hooks import Teller
from sandbox.settings import Settings
from sandbox.stripe.delivery import Deliverer
from sandbox.world import World, open_world


class Server(uvicorn.Server):
    """uvicorn that ends with 0 on SIGTERM, after the rest of us has tidied up."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.should_exit = True


def settings_from(arguments: list[str] | None = None) -> Settings:
    """The command line; explains itself with --help."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Stand-ins for Stripe, QuickBooks and a mail server."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--http-port", type=int, default=8100)
    parser.add_argument("--smtp-port", type=int, default=8125)
    parser.add_argument("--data-dir", type=Path, required=True, help="keeps its records between two runs")
    parser.add_argument("--public-url", help="how a browser reaches it (default: http://HOST:HTTP_PORT)")
    parser.add_argument("--webhook-url", default="", help="where Stripe's events go; empty: nowhere")
    parser.add_argument(
        "--webhook-host", default="", help="Host header of a delivery, where it is not the address"
    )
    parser.add_argument("--webhook-secret", default="whsec_sandbox")
    parser.add_argument("--quickbooks-client-id", default="sandbox-client")
    parser.add_argument("--quickbooks-client-secret", default="sandbox-secret")
    parser.add_argument(
        "--quickbooks-redirect-url",
        action="append",
        default=[],
        help="where it sends back to (default: anywhere)",
    )
    parser.add_argument("--quickbooks-webhook-url", default="", help="where QuickBooks tells of changes")
    parser.add_argument("--quickbooks-verifier", default="sandbox-verifier", help="signs what it tells")
    parser.add_argument(
        "--throttle", action=argparse.BooleanOptionalAction, default=True, help="QuickBooks counts its calls"
    )
    parser.add_argument("--api-key", default="sk_test_sandbox")
    parser.add_argument(
        "--strict", action=argparse.BooleanOptionalAction, default=True, help="refuse what Stripe would"
    )
    parser.add_argument(
        "--until-stdin-closes", action="store_true", help="end with the process that started this one"
    )
    asked = parser.parse_args(arguments)
    return Settings(
        data_dir=asked.data_dir,
        public_url=(asked.public_url or f"http://{asked.host}:{asked.http_port}").rstrip("/"),
        api_key=asked.api_key,
        webhook_secret=asked.webhook_secret,
        webhook_url=asked.webhook_url,
        webhook_host=asked.webhook_host,
        quickbooks_client_id=asked.quickbooks_client_id,
        quickbooks_client_secret=asked.quickbooks_client_secret,
        quickbooks_redirect_urls=tuple(asked.quickbooks_redirect_url),
        quickbooks_webhook_url=asked.quickbooks_webhook_url,
        quickbooks_verifier=asked.quickbooks_verifier,
        is_throttled=asked.throttle,
        host=asked.host,
        http_port=asked.http_port,
        smtp_port=asked.smtp_port,
        is_strict=asked.strict,
        ends_with_stdin=asked.until_stdin_closes,
    )


async def serve(world: World) -> None:
    """Listen until a signal comes. Raises OSError when a port is taken."""
    deliverer, teller = Deliverer(world), Teller(world)
    settings = world.settings
    config = uvicorn.Config(
        build(world, deliverer, teller),
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = Server(config)
    listener = socket.create_server((settings.host, settings.http_port), backlog=256)
    # asyncio would not: head and body go out as two writes, and the second waited 40 ms for the first one's receipt.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    mail = await listen(world)
    if settings.ends_with_stdin:
        _end_with_stdin(server)
    runs = (deliverer.run(), teller.run(), keep_time(world))
    work = [asyncio.create_task(run) for run in runs]
    try:
        await server.serve(sockets=[listener])
    finally:
        mail.close()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)


def _end_with_stdin(server: Server) -> None:
    def wait() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):  # not sys.stdin: its lock would outlive this thread
                pass
        server.should_exit = True

    threading.Thread(target=wait, daemon=True).start()


def main() -> int:
    """Run until told to end; answers the exit code."""
    gc.freeze()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until uvicorn takes over
    world = open_world(settings_from())
    try:
        asyncio.run(serve(world))
    except OSError as error:
        ports = f"{world.settings.http_port} and {world.settings.smtp_port}"
        print(f"The sandbox cannot listen on ports {ports}: {error}. Choose others.", file=sys.stderr)
        return 1
    finally:
        world.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

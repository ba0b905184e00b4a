"""A mail server that answers as a test tells it, over real SMTP."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Keeps what it takes. `rcpt` and `data` are its answers; `hangs_up` drops the line after the whole mail came."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.receivers: list[str] = []
        self.rcpt = "250 OK"
        self.data = "250 Taken"
        self.hangs_up = False

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content: Any = envelope.content
        if self.data.startswith("250"):
            message: Any = message_from_bytes(content, policy=policy.default)
            self.taken.append(message)
            self.receivers += envelope.rcpt_tos
        if self.hangs_up:
            assert server.transport is not None
            server.transport.close()
            await asyncio.sleep(0)
        return self.data


@contextmanager
def running() -> Iterator[tuple[MailServer, dict[str, Any]]]:
    """The server, and the MAILERS setting that leads to it."""
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    options = {"host": "127.0.0.1", "port": port, "timeout": 5}
    try:
        yield (
            server,
            {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}},
        )
    finally:
        controller.stop()

"""The SMTP side."""

import asyncio
import re

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from sandbox.mailbox import messages
from sandbox.world import World

_LARGEST = 35 * 1024 * 1024


class _Keeper:
    """aiosmtpd calls these by name."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
            return f"550 5.1.1 <{address}>: this is not an e-mail address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        fault = self.world.faults.take("smtp")
        kind = fault.kind if fault else ""
        if fault and kind == "delay":
            await asyncio.sleep(fault.seconds)
        if kind in {"429", "503"}:
            return "451 4.3.0 Try again later (the sandbox was asked to refuse)"
        if kind == "5xx":
            return "554 5.3.0 Refused (the sandbox was asked to refuse)"
        if kind == "drop" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
            return "451 4.3.0 The connection is gone"
        raw = envelope.original_content or b""
        messages.keep(self.world, envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        if fault and kind == "late":
            await asyncio.sleep(fault.seconds)
        if kind in {"drop_after_commit", "cut_body"} and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 2.0.0 OK: kept"


def _anybody(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object) -> AuthResult:
    """Whoever signs in is let in: there is nothing to protect."""
    return AuthResult(success=isinstance(login, LoginPassword))


async def listen(world: World) -> asyncio.Server:
    """Start the mail server. Raises OSError when the port is taken."""
    keeper = _Keeper(world)

    def protocol() -> SMTP:
        return SMTP(
            keeper,
            data_size_limit=_LARGEST,
            enable_SMTPUTF8=True,
            hostname="sandbox.localhost",
            ident="sandbox mailbox",
            authenticator=_anybody,
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    return await loop.create_server(protocol, world.settings.host, world.settings.smtp_port)

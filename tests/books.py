"""A company in QuickBooks' stand-in that a firm is connected with, and its bookkeeper's levers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from integrations.models import Connection
from integrations.quickbooks.tokens import PROVIDER
from psa.vendors import bind_account
from tests.cast import NOW
from tests.stand_ins import Sandbox


@dataclass
class Books:
    """One company there. Bodies are QuickBooks' own."""

    sandbox: Sandbox
    realm: str

    def pull_lever(self, path: str, **wish: Any) -> Any:
        """A lever of this company, such as `rotate`."""
        return self.sandbox.control(f"quickbooks/companies/{self.realm}/{path}", wish)

    def all(self, entity: str) -> list[dict[str, Any]]:
        return list(self.sandbox.look(f"quickbooks/companies/{self.realm}/{entity}"))

    def create(self, entity: str, **record: Any) -> dict[str, Any]:
        """The bookkeeper adds a record."""
        return dict(self.pull_lever(entity, **record))

    def edit(self, entity: str, remote_id: str, **record: Any) -> dict[str, Any]:
        """The bookkeeper changes a record."""
        return dict(self.pull_lever(f"{entity}/{remote_id}", **record))

    def do(self, entity: str, remote_id: str, deed: str, **wish: Any) -> Any:
        """delete, void, deactivate, activate, merge {into}, pay {amount, day}."""
        return self.pull_lever(f"{entity}/{remote_id}/{deed}", **wish)

    def order_fault(self, **wish: Any) -> None:
        """As sandbox/quickbooks/controls.py: kind, times, entity, operation, code …"""
        self.sandbox.control("quickbooks/faults", wish)

    def requests(self) -> list[dict[str, Any]]:
        """What was asked of this company since the start, oldest first."""
        return list(self.sandbox.look(f"quickbooks/state?realm={self.realm}")["requests"])


def connect_books(sandbox: Sandbox, realm: str = "first") -> Books:
    """Connects the current firm with a company there, without the walk through the pages."""
    given = sandbox.control(f"quickbooks/companies/{realm}/tokens")
    bind_account(None, PROVIDER, given["realmId"])
    Connection.objects.create(
        provider=PROVIDER,
        account_id=given["realmId"],
        account_name="Hartwell & Moss LLC",
        health=Connection.Health.READY,
        access_token=given["access_token"],
        refresh_token=given["refresh_token"],
        access_expires_at=NOW + timedelta(seconds=given["expires_in"]),
        refresh_expires_at=NOW + timedelta(seconds=given["x_refresh_token_expires_in"]),
        created_at=NOW,
        checked_at=NOW,
    )
    return Books(sandbox, given["realmId"])

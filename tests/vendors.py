"""Fixtures of whatever talks to a vendor: the stand-ins of the session, and the application pointed at them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.stripe.client import client
from tests.stand_ins import Sandbox, run_sandbox


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The stand-ins for Stripe and a mail server, in a process of their own for the whole session."""
    with run_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox, settings: Any, tmp_path: Path) -> Iterator[Sandbox]:
    """The stand-ins, emptied; the application talks to them by its real client libraries."""
    running_sandbox.reset()
    point_at(running_sandbox, settings)
    settings.DATA_DIR = tmp_path
    yield running_sandbox
    client.cache_clear()


def point_at(sandbox: Sandbox, settings: Any) -> None:
    """Settings that lead to the stand-ins."""
    settings.STRIPE_API_BASE = sandbox.http_url
    settings.STRIPE_API_KEY = sandbox.api_key
    settings.STRIPE_WEBHOOK_SECRETS = [sandbox.webhook_secret]
    settings.QUICKBOOKS_CLIENT_ID, settings.QUICKBOOKS_CLIENT_SECRET = "sandbox-client", "sandbox-secret"
    settings.QUICKBOOKS_DISCOVERY_URL = f"{sandbox.http_url}/quickbooks/discovery"
    settings.QUICKBOOKS_API_BASE = f"{sandbox.http_url}/quickbooks/v3"
    settings.QUICKBOOKS_WEBHOOK_VERIFIER = "sandbox-verifier"
    settings.QUICKBOOKS_RECORD_URL = f"{sandbox.http_url}/quickbooks/company/{{realm}}/{{entity}}/{{id}}"
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": sandbox.smtp_port, "timeout": 15},
        }
    }
    client.cache_clear()

"""A firm that is connected with its company."""

import pytest

from integrations.quickbooks import client
from tenants.models import Firm
from tests.books import Books, connect_books
from tests.stand_ins import Sandbox


@pytest.fixture
def books(sandbox: Sandbox, firm: Firm, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Firm *hm* is connected with the first company of the stand-in, which is not throttled: nor are we."""
    monkeypatch.setattr(client, "PER_SECOND", 1000)
    return connect_books(sandbox)

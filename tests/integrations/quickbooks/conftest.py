"""A firm that is connected with its company."""

import pytest

from tenants.models import Firm
from tests.books import Books, connect_books
from tests.stand_ins import Sandbox


@pytest.fixture
def books(sandbox: Sandbox, firm: Firm) -> Books:
    """Firm *hm* is connected with the first company of the stand-in."""
    return connect_books(sandbox)

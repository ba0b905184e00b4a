"""Billing's own fixtures."""

from typing import Any

import pytest

from tests.billing.paying import Till, connect
from tests.cast import Cast
from tests.stand_ins import Sandbox


@pytest.fixture
def till(firm: Any, cast: Cast, sandbox: Sandbox, django_capture_on_commit_callbacks: Any) -> Till:
    """Firm *hm* takes payments."""
    account = connect(firm, sandbox)
    return Till(firm, cast, sandbox, account, lambda: django_capture_on_commit_callbacks(execute=True))

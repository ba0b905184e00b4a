"""A company of the stand-in for QuickBooks, emptied before each test."""

import pytest

from tests.sandbox.quickbooks.calling import Caller, call
from tests.stand_ins import Sandbox


@pytest.fixture
def caller(sandbox: Sandbox) -> Caller:
    """Speaks for the first company."""
    return call(sandbox)

"""The till of billing's tests."""

from tests.billing.conftest import till

__all__ = ["till"]

"""The firm that takes payments is billing's."""

from tests.billing.conftest import till

__all__ = ["till"]

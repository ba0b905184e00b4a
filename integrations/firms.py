"""The port through which a vendor's message finds its firm; psa/wiring.py binds it, since only psa knows firms."""

from collections.abc import Callable
from contextlib import AbstractContextManager

# (provider, account) → a context in which that account's firm is current, or None.
EnterFirm = Callable[[str, str], AbstractContextManager[None] | None]

_enter_firm: EnterFirm | None = None


def bind(enter_firm: EnterFirm) -> None:
    """`enter_firm(provider, account)` is a context in which that account's firm is current, or None."""
    global _enter_firm
    _enter_firm = enter_firm


def enter(provider: str, account_id: str) -> AbstractContextManager[None] | None:
    """A context in which the firm that owns the account is current; None if the account is nobody's."""
    return _enter_firm(provider, account_id) if _enter_firm else None

"""Absolute addresses, and the name of the current firm's schema. psa/wiring.py binds where hosts are known.

Nothing else in the application asks which firm is current: everyday code has no tenant argument.
"""

from collections.abc import Callable
from urllib.parse import urljoin

from django.db import connection

_firm_origin: Callable[[str], str] | None = None
_root_origin: Callable[[], str] | None = None


def bind(*, firm: Callable[[str], str], root: Callable[[], str]) -> None:
    """`firm` gives the origin (https://acme.example.com) of a schema, `root` the origin of the root host."""
    global _firm_origin, _root_origin
    _firm_origin, _root_origin = firm, root


def schema() -> str:
    """The current firm's schema: part of file paths and of token salts, never of a query."""
    return str(getattr(connection, "schema_name", "public"))


def firm_url(path: str = "/") -> str:
    """The absolute address of a path on the current firm's host. Works in tasks and mails too."""
    if _firm_origin is None:
        raise RuntimeError("core.hosts is not bound; psa/wiring.py does it")
    return urljoin(_firm_origin(schema()), path)


def root_url(path: str = "/") -> str:
    """The absolute address of a path on the root host, where vendors call."""
    if _root_origin is None:
        raise RuntimeError("core.hosts is not bound; psa/wiring.py does it")
    return urljoin(_root_origin(), path)

"""Statements of hot paths that the database plans once for each connection, not each time.

For statements that are always the same text and read few rows: one plan then serves all values. They must name their
columns: `SELECT *` would break when a migration adds one while the server runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """A cursor of the current firm; what it executes is prepared when this connection has seen it a few times."""
    # Asking for an ordinary one chooses the firm's schema.
    with connection.cursor():
        pass
    with connection._prepare_cursor(ServerBindingCursor(connection.connection)) as cursor:  # type: ignore[attr-defined, call-arg]
        yield cursor

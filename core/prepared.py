"""Statements of hot paths that the database plans once for each connection, not each time.

For statements that are always the same text and read few rows: one plan then serves all values. They must name their
columns: `SELECT *` would break when a migration adds one while the server runs.
"""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor


def prepared_cursor() -> Any:
    """A cursor of the current firm, to be used with `with`; what it executes is prepared when this connection has seen
    it a few times.
    """
    wrapper: Any = connections[DEFAULT_DB_ALIAS]
    # Asking for an ordinary one connects, and chooses the firm's schema where that is not done yet.
    if wrapper.connection is None or not getattr(wrapper, "search_path_set_schemas", None):
        wrapper.cursor().close()
    return wrapper._prepare_cursor(ServerBindingCursor(wrapper.connection))  # type: ignore[call-arg]

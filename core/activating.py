"""Taking something out of pick-lists and bringing it back, for every list of a firm that is never deleted from."""

from typing import Any, TypeVar

from django.db import models, transaction

from core import audit
from core.actors import Actor
from core.promises import promises

Row = TypeVar("Row", bound=models.Model)


def set_active(row: Row, is_active: bool, *, verb: str, by: Actor | None) -> Row:
    """Sets `is_active` of a row under its lock, as the action `<verb>.reactivate` or `<verb>.deactivate`.

    What refers to it keeps it. The caller has asked for the right. Returns the row as it is in the database.
    """
    with promises(), transaction.atomic():
        manager: Any = type(row)._default_manager
        found: Any = manager.select_for_update().get(pk=row.pk)
        audit.acting(f"{verb}.{'reactivate' if is_active else 'deactivate'}", by=by, subject=found)
        found.is_active = is_active
        found.save(update_fields=["is_active"])
    return found  # type: ignore[no-any-return]

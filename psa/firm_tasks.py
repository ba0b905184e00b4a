"""A task runs in its own firm or not at all."""

import time
from typing import Any

from celery.exceptions import Reject
from django.db import DatabaseError, connection
from django_tenants.utils import get_public_schema_name, get_tenant_model
from tenant_schemas_celery.app import get_schema_name_from_task
from tenant_schemas_celery.task import TenantTask

# Before it is put back; the database may be away for longer.
PAUSE_SECONDS = 1.0


class FirmTask(TenantTask):
    """Looks again whether the firm was entered. It is by a receiver of Celery's, whose failure Celery only logs.

    While the database restarts that receiver fails, and the task would find itself in whatever schema its process
    was in before. It goes back into the queue instead; one of a firm that is no more is dropped.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        wanted = get_schema_name_from_task(self, kwargs)  # none: it is called and was not sent
        if wanted and connection.schema_name != wanted:
            time.sleep(PAUSE_SECONDS)
            raise Reject(f"{wanted} could not be entered", requeue=_may_be_there(wanted))
        return super().__call__(*args, **kwargs)


def _may_be_there(schema: str) -> bool:
    """False only when the database says that there is no such firm."""
    try:
        connection.set_schema_to_public()
        return schema == get_public_schema_name() or (
            get_tenant_model().objects.filter(schema_name=schema).exists()
        )
    except DatabaseError:
        return True

"""The firm is called what its own company is called, also in the shell and where firms are listed."""

from typing import Any

from django.db import connection

from people.models import LegalEntity
from tenants.models import Firm


def follow_entity(sender: object, *, entity: LegalEntity, **facts: Any) -> None:
    """Renames the current firm with its default company. Other companies of the firm leave its name alone."""
    if entity.is_default:
        Firm.objects.filter(schema_name=connection.schema_name).update(name=entity.name)

"""Log lines carry the firm they belong to."""

import logging

from django.db import connection


class FirmFilter(logging.Filter):
    """Adds `firm` (the schema's name, `public` outside firms) to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.firm = getattr(connection, "schema_name", "-")
        return True

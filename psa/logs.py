"""Log lines carry the firm and the request they belong to, and no link that lets somebody in."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from psa import request_ids

# What follows these in a path is a secret: invitations, pay links, hand-overs, resets of passwords.
# And so is the query of an accounting system's redirect: a code, and the state that it belongs to.
SECRETS = re.compile(
    r"(/(?:people/join|pay|hand-over|account/password/reset/key)/)[^/\s?\"'\\]+"
    r"|(/(?:oauth/|connections/quickbooks/back/)[^\s?\"'\\]*\?)[^\s\"'\\]+"
)


class FirmFilter(logging.Filter):
    """Adds `firm` (the schema's name, `public` outside firms) and `request_id` to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.firm = getattr(connection, "schema_name", "-")
        record.request_id = request_ids.current()
        return True


class SecretFilter(logging.Filter):
    """Blanks secrets of paths: Django writes the path of every answer from 400 on."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        told = without_secrets(words)
        if told != words:
            record.msg, record.args = told, None
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line: at, level, logger, message, firm, request_id, and what the caller gave as `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "firm": getattr(record, "firm", "-"),
            "request_id": getattr(record, "request_id", ""),
            "process": record.process,
        }
        told |= getattr(record, "fields", {})
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return without_secrets(json.dumps(told, default=str, ensure_ascii=False))


def without_secrets(text: str) -> str:
    """The text with … in place of each secret of a path or a query."""
    return SECRETS.sub(r"\1\2…", text)

"""Log lines carry the firm they belong to, and no link that lets somebody in."""

import logging
import re

from django.db import connection

# What follows these in a path is a secret: invitations, pay links, hand-overs, resets of passwords.
SECRETS = re.compile(r"(/(?:people/join|pay|hand-over|account/password/reset/key)/)[^/\s?\"']+")


class FirmFilter(logging.Filter):
    """Adds `firm` (the schema's name, `public` outside firms) to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.firm = getattr(connection, "schema_name", "-")
        return True


class SecretFilter(logging.Filter):
    """Blanks secrets of paths: Django writes the path of every answer from 400 on."""

    def filter(self, record: logging.LogRecord) -> bool:
        words = record.getMessage()
        told = without_secrets(words)
        if told != words:
            record.msg, record.args = told, None
        return True


def without_secrets(text: str) -> str:
    """The text with … in place of each secret of a path."""
    return SECRETS.sub(r"\1…", text)

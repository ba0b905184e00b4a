"""What a new process does before it migrates firms. Imports no model: none can be loaded before it has run."""

import django
from django.db import connection


def prepare(database: str) -> None:
    """Loads the application, on the very database of the process that started this one."""
    django.setup()
    connection.settings_dict["NAME"] = database

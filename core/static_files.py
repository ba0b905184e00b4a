"""Static files of this installation on the disk."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage


def static_path(name: str) -> Path:
    """Where a static file lies: beside the source, or collected in production."""
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found)
    return Path(staticfiles_storage.path(name))

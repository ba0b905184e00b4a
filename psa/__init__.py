"""The assembled product. Whatever is started from here (web, worker, beat, commands) runs with its settings."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psa.settings")

"""The list of collected static files, read once for all browsers of a test process.

Each test client makes the application anew, and WhiteNoise then looks at a thousand files: 25 ms for every browser of
every test. Only the reading is kept; who collects again, or elsewhere, or serves otherwise, is read anew.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.base import WhiteNoise

_read = WhiteNoise.update_files_dictionary
_kept: dict[tuple[Any, ...], dict[str, Any]] = {}


def _read_once(self: WhiteNoise, root: str, prefix: str) -> None:
    collected = Path(root) / "staticfiles.json"
    if not collected.exists():
        _read(self, root, prefix)
        return
    key = (root, prefix, collected.stat().st_mtime_ns, self.max_age, self.charset, str(settings.STORAGES))
    if key not in _kept:
        others, self.files = self.files, {}
        _read(self, root, prefix)
        _kept[key], self.files = self.files, others
    self.files |= _kept[key]


def keep() -> None:
    """From now on."""
    WhiteNoise.update_files_dictionary = _read_once

"""Which Chromium the browser tests drive: CHROMIUM if set, else the first of the usual names."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def path() -> str | None:
    """The browser's path, or None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = next((place for place in map(shutil.which, NAMES) if place), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


if __name__ == "__main__":
    browser = path()
    print(browser or "no Chromium found")
    sys.exit(0 if browser else 1)

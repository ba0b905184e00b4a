"""Time zones that people may choose."""

import zoneinfo
from functools import cache

# Names that the database of zones keeps for old programs only.
OUTDATED = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


@cache
def names() -> tuple[str, ...]:
    """Zones with a continent or ocean, and UTC; in order."""
    listed = (
        name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(OUTDATED)
    )
    return ("UTC", *sorted(listed))


def choices() -> list[tuple[str, str]]:
    """For a select: America/New_York is shown as America, New York."""
    return [(name, name.replace("/", ", ").replace("_", " ")) for name in names()]


def known(name: str, fallback: str) -> str:
    """The name if there is such a zone, else the fallback."""
    return name if name in zoneinfo.available_timezones() else fallback

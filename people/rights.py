"""What a right is. Each room lists its own in access.py; roles store their names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Right:
    """A permission to do one kind of thing. `label` completes *May …*."""

    name: str
    label: str
    group: str

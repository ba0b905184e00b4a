"""What a right is. Each room lists its own in access.py; roles store their names; psa gathers them all."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Right:
    """A permission to do one kind of thing. `label` completes *May …*."""

    name: str
    label: str
    group: str


_catalogue: list[Right] = []


def bind(rights: Iterable[Right]) -> None:
    """Makes the rights of all rooms known to the pages of roles. Called once by psa/wiring.py."""
    _catalogue[:] = rights


def catalogue() -> list[Right]:
    """All rights of the product, in the order of the rooms."""
    return list(_catalogue)


def grouped() -> list[tuple[str, list[Right]]]:
    """The catalogue by group, groups in the order in which they come first."""
    groups: dict[str, list[Right]] = {}
    for right in _catalogue:
        groups.setdefault(right.group, []).append(right)
    return list(groups.items())

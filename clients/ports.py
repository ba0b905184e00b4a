"""What higher rooms tell the list of clients. psa/wiring.py binds it; unbound, nothing is known."""

from collections.abc import Collection, Mapping
from typing import Protocol


class OpenProjects(Protocol):
    """How many open projects clients have."""

    def __call__(self, client_ids: Collection[int]) -> Mapping[int, int]:
        """The number by client; those without are left out. One statement."""
        ...


def _unknown(client_ids: Collection[int]) -> Mapping[int, int]:
    return {}


_open_projects: OpenProjects = _unknown


def bind(*, open_projects: OpenProjects) -> None:
    """Says who knows the projects of clients."""
    global _open_projects
    _open_projects = open_projects


def open_projects_of(client_ids: Collection[int]) -> Mapping[int, int]:
    """Open projects by client."""
    return _open_projects(client_ids) if client_ids else {}

"""What higher rooms tell about clients: for the list, and before two are merged. psa/wiring.py binds it; unbound,
nothing is known.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class OpenProjects(Protocol):
    """How many open projects clients have."""

    def __call__(self, client_ids: Collection[int]) -> Mapping[int, int]:
        """The number by client; those without are left out. One statement."""
        ...


@dataclass(frozen=True)
class Reference:
    """Rows that name a client by its number without a foreign key. `label` is the plural for people."""

    table: str
    column: str
    ids: Collection[int]
    label: str


class MergeRules(Protocol):
    """What a higher room has to say before two clients become one, and before they part again."""

    def refusals(self, source_id: int, target_id: int) -> Sequence[str]:
        """Why they may not be merged, as whole sentences; empty when nothing stands against it."""
        ...

    def references(self, source_id: int, target_id: int) -> Sequence[Reference]:
        """What else goes over, beside the rows with a foreign key."""
        ...

    def undo_refusals(self, merge_id: int) -> Sequence[str]:
        """Why a merge cannot be taken back any more, as whole sentences."""
        ...

    def take_along(self, merge_id: int) -> None:
        """What was written since about rows that a merge moved goes back with them, after they went back."""
        ...


def _unknown(client_ids: Collection[int]) -> Mapping[int, int]:
    return {}


_open_projects: OpenProjects = _unknown
_merge_rules: tuple[MergeRules, ...] = ()


def bind(*, open_projects: OpenProjects, merge_rules: Sequence[MergeRules] = ()) -> None:
    """Says who knows the projects of clients, and who is asked before two are merged."""
    global _open_projects, _merge_rules
    _open_projects, _merge_rules = open_projects, tuple(merge_rules)


def merge_rules() -> tuple[MergeRules, ...]:
    """Who is asked before two clients are merged."""
    return _merge_rules


def open_projects_of(client_ids: Collection[int]) -> Mapping[int, int]:
    """Open projects by client."""
    return _open_projects(client_ids) if client_ids else {}

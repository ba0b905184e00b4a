"""People as core sees them: an id and a name, kept as they were."""

from typing import Any, Protocol


class Actor(Protocol):
    """Whoever does something: the user model, in practice."""

    @property
    def pk(self) -> Any: ...

    def get_full_name(self) -> str: ...


def actor_id(by: Actor | None) -> int | None:
    """The person's id; None for the system."""
    return None if by is None else int(by.pk)


def actor_name(by: Actor | None) -> str:
    """The person's name as it is now; empty for the system."""
    return "" if by is None else by.get_full_name()[:160]

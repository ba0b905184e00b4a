"""Which state may follow which. The table stands beside the state's enum; only operations move things."""

from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

from django.db.models import Model, TextChoices

from core.errors import Refusal

State = TypeVar("State", bound=TextChoices)


class IllegalMove(Refusal):
    """The thing is not in a state from which this is possible."""


class Transitions(Generic[State]):
    """The allowed moves between stored states, and the field that stores the state.

    moves = Transitions({State.DRAFT: {State.ISSUED}, State.ISSUED: {State.VOID}})
    """

    def __init__(self, steps: Mapping[State, Collection[State]], *, field: str = "state") -> None:
        self.steps = {start: frozenset(ends) for start, ends in steps.items()}
        self.field = field

    def allows(self, start: str, end: str) -> bool:
        """Whether `end` may follow `start`."""
        return any(start == known and end in ends for known, ends in self.steps.items())

    def next(self, start: str) -> frozenset[State]:
        """The states that may follow `start`."""
        return next((ends for known, ends in self.steps.items() if known == start), frozenset())

    def check(self, thing: Model, end: State) -> None:
        """Raises IllegalMove when the thing may not move to `end`."""
        start = getattr(thing, self.field)
        if self.allows(start, end):
            return
        label = next((known.label for known in type(end) if known == start), start)
        name = thing._meta.verbose_name
        if start == end:
            raise IllegalMove(f"This {name} is already {end.label.lower()}.", start=start, end=end)
        raise IllegalMove(
            f"This {name} is {str(label).lower()} and cannot become {end.label.lower()}.",
            start=start,
            end=end,
        )

    def move(self, thing: Model, end: State) -> None:
        """Sets the state; the caller holds the row's lock and saves. Raises IllegalMove."""
        self.check(thing, end)
        setattr(thing, self.field, end)

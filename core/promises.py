"""Turns what the database refuses into sentences for people.

What must never be false is a constraint or a trigger. Each room registers the words for its own:

    register("projects_rate_overlap", "Another rate of this card covers some of these days.", field="starts_on")

Triggers raise with `ERRCODE = '23514', CONSTRAINT = '<room>_<promise>'`, so they read like any check constraint.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from django.db import DatabaseError

from core.errors import Refusal

Words = str | type[Refusal] | Callable[[str], Refusal]


@dataclass(frozen=True)
class Promise:
    """What to say when one constraint refuses."""

    words: Words
    field: str

    def refusal(self, detail: str) -> Refusal:
        if isinstance(self.words, str):
            return Refusal(self.words, field=self.field)
        if isinstance(self.words, type) and issubclass(self.words, Refusal):
            return self.words("" if self.words.sentence else detail, field=self.field)
        return cast(Callable[[str], Refusal], self.words)(detail)


_registered: dict[str, Promise] = {}


def register(constraint: str, words: Words, *, field: str = "") -> None:
    """Says what a refusal by `constraint` means.

    `words` is a sentence, a Refusal class (its own sentence, else the database's detail), or a callable that makes a
    Refusal from the detail that the database gave.
    """
    _registered[constraint] = Promise(words, field)


def translate(error: DatabaseError) -> Refusal | None:
    """The Refusal registered for the constraint that refused, or None when the error is none of ours."""
    diagnosis = getattr(error.__cause__ or error, "diag", None)
    promise = _registered.get(getattr(diagnosis, "constraint_name", None) or "")
    if promise is None:
        return None
    return promise.refusal(diagnosis.message_detail or diagnosis.message_primary or "")  # type: ignore[union-attr]


@contextmanager
def promises() -> Iterator[None]:
    """Raises the registered Refusal instead of a database error. Put it outside `transaction.atomic()`."""
    try:
        yield
    except DatabaseError as error:
        refusal = translate(error)
        if refusal is None:
            raise
        raise refusal from error

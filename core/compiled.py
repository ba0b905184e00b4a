"""Querysets of hot paths, compiled once: building a statement anew each time costs Django more than the database.

    LINES = Compiled(lambda staff, on: TimeEntry.objects.filter(staff=staff, worked_on=on), staff=int, on=date)
    lines = LINES(staff=staff.pk, on=day)

The statement names no schema, so it serves every firm.
"""

import copy
from collections.abc import Callable, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

from core.prepared import prepared_cursor

M = TypeVar("M", bound=models.Model)


def _mark(kind: type, number: int) -> Any:
    """A value that nobody else uses, to find the parameter's places by."""
    if kind is date:
        return date(1, 1, number)
    marked = -(2**52) - number
    return [marked] if kind is list else marked


def loaded(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    """A record as `Model.from_db` makes it from all its columns, six times as fast: nothing is asked of its fields.

    For models whose columns need no conversion and that nobody listens to (`pre_init`, `post_init`).
    """
    record = model.__new__(model)
    record._state = ModelState()
    record._state.adding, record._state.db = False, connection.alias
    record.__dict__.update(zip(names, values, strict=True))
    return record


class Compiled(Generic[M]):
    """A queryset of models with parameters: int (an id), date, or list (of ids, for the lookup `any`).

    The statement is the same for all values, so a parameter may not decide what is asked (None, an empty list).
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], **kinds: type) -> None:
        self.build = build
        self.kinds = kinds
        self._kept: tuple[str, list[Any], Any, Any] | None = None

    def __call__(self, **values: Any) -> list[M]:
        """Runs it. One statement."""
        sql, places, compiler, queryset = self._kept or self._compile()
        params = [values[place.name] if isinstance(place, _Place) else place for place in places]
        with prepared_cursor() as cursor:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
        twin = copy.copy(compiler)
        twin.connection, twin.execute_sql = connection, lambda **_: [rows]
        asked: Any = SimpleNamespace(
            db=connection.alias,
            model=queryset.model,
            query=SimpleNamespace(get_compiler=lambda using: twin),
            _fetch_mode=queryset._fetch_mode,
            _known_related_objects={},
        )
        return list(ModelIterable(asked))

    def first(self, **values: Any) -> M | None:
        """The first row, or None."""
        found = self(**values)
        return found[0] if found else None

    def _compile(self) -> tuple[str, list[Any], Any, Any]:
        marks = {name: _mark(kind, number) for number, (name, kind) in enumerate(self.kinds.items(), start=1)}
        queryset = self.build(**marks)
        compiler = queryset.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        places = [_place_of(param, marks) for param in params]
        self._kept = sql, places, compiler, queryset
        return self._kept


class _Place:
    """Where a parameter goes."""

    def __init__(self, name: str) -> None:
        self.name = name


def _place_of(param: Any, marks: dict[str, Any]) -> Any:
    names = (name for name, mark in marks.items() if isinstance(param, type(mark)) and param == mark)
    return next((_Place(name) for name in names), param)

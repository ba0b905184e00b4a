"""Querysets of hot paths, compiled once: building a statement anew each time costs Django more than the database.

    LINES = Compiled(lambda staff, on: TimeEntry.objects.filter(staff=staff, worked_on=on), staff=int, on=date)
    lines = LINES(staff=staff.pk, on=day)

The statement names no schema, so it serves every firm.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

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


class Unmakeable(TypeError):
    """Records of this model cannot be made without asking it: somebody listens, or it makes them in its own way."""


class Maker:
    """Makes records of one model, with those that `select_related` brings along, from the columns of a row."""

    def __init__(self, found: dict[str, Any], select: Sequence[Any]) -> None:
        self.model = model = found["model"]
        own_way = "from_db" in {
            name for each in model.__mro__ if each is not models.Model for name in vars(each)
        }
        if own_way or pre_init.has_listeners(model) or post_init.has_listeners(model):
            raise Unmakeable(model)
        self.places = slice(found["select_fields"][0], found["select_fields"][-1] + 1)
        self.names = [column.target.attname for column, *_ in select[self.places]]
        self.key = self.places.start + self.names.index(model._meta.pk.attname)
        self.related = [
            (Maker(each, select), each["local_setter"], each["remote_setter"])
            for each in found.get("related_klass_infos", ())
        ]

    def make(self, row: Sequence[Any], alias: str) -> Any:
        """The record of a row, or None where the outer join found none."""
        if row[self.key] is None:
            return None
        record = self.model.__new__(self.model)
        record._state = state = ModelState()
        state.adding, state.db = False, alias
        record.__dict__.update(zip(self.names, row[self.places], strict=True))
        for maker, set_here, set_there in self.related:
            other = maker.make(row, alias)
            set_here(record, other)
            if other is not None:
                set_there(other, record)
        return record


class Statement(NamedTuple):
    """What is kept of a queryset: its text, its parameters or their places, and how its rows become records."""

    sql: str
    params: list[Any]
    maker: Maker
    annotations: list[tuple[str, int]]
    # By the place in a row: what turns the database's value into Python's.
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


class Compiled(Generic[M]):
    """A queryset of models with parameters: int (an id), date, or list (of ids, for the lookup `any`).

    The statement is the same for all values, so a parameter may not decide what is asked (None, an empty list).
    Records are made as `loaded` makes them. Raises Unmakeable when first used with a model that forbids it.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], **kinds: type) -> None:
        self.build = build
        self.kinds = kinds
        self._kept: Statement | None = None

    def __call__(self, **values: Any) -> list[M]:
        """Runs it. One statement."""
        kept = self._kept or self._compile()
        params = [values[place.name] if isinstance(place, _Place) else place for place in kept.params]
        with prepared_cursor() as cursor:
            cursor.execute(kept.sql, params)
            rows = cursor.fetchall()
        if kept.converters:
            rows = [_converted(row, kept.converters) for row in rows]
        alias, make = connection.alias, kept.maker.make
        records = []
        for row in rows:
            record = make(row, alias)
            for name, place in kept.annotations:
                record.__dict__[name] = row[place]
            records.append(record)
        return records

    def first(self, **values: Any) -> M | None:
        """The first row, or None."""
        found = self(**values)
        return found[0] if found else None

    def _compile(self) -> Statement:
        marks = {name: _mark(kind, number) for number, (name, kind) in enumerate(self.kinds.items(), start=1)}
        compiler = self.build(**marks).query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        self._kept = Statement(
            sql,
            [_place_of(param, marks) for param in params],
            Maker(compiler.klass_info, compiler.select),
            list(compiler.annotation_col_map.items()),
            [(place, functions, expression) for place, (functions, expression) in converters.items()],
        )
        return self._kept


def _converted(
    row: Sequence[Any], converters: Iterable[tuple[int, list[Callable[..., Any]], Any]]
) -> list[Any]:
    values = list(row)
    for place, functions, expression in converters:
        for function in functions:
            values[place] = function(values[place], expression, connection)
    return values


class _Place:
    """Where a parameter goes."""

    def __init__(self, name: str) -> None:
        self.name = name


def _place_of(param: Any, marks: dict[str, Any]) -> Any:
    names = (name for name, mark in marks.items() if isinstance(param, type(mark)) and param == mark)
    return next((_Place(name) for name in names), param)

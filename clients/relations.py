"""What belongs to a client or a contact: every row, of whichever room, that refers to it.

Found by walking the models, so that a room that is added later is moved by a merge like the others.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.constraints import UniqueConstraint
from django.db.models.lookups import IsNull


@dataclass(frozen=True)
class Relation:
    """One column of one table that refers to whatever is merged."""

    model: type[models.Model]
    field: str
    column: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def label(self) -> str:
        """For people: `invoices`."""
        return str(self.model._meta.verbose_name_plural)

    def rows(self, of: int) -> models.QuerySet[models.Model]:
        """The rows that refer to it."""
        return self.model._base_manager.filter(**{self.field: of}).order_by()

    def moving(self, source: int, target: int) -> models.QuerySet[models.Model]:
        """Rows of `source` that may become those of `target`: of what may be there once, `target` keeps its own."""
        moving = self.rows(source)
        for unique in self._uniques():
            taken = self.rows(target).filter(unique.condition or Q())
            for name in set(unique.fields) - {self.field}:
                taken = taken.filter(
                    _same(name) if unique.nulls_distinct is False else Q(**{name: OuterRef(name)})
                )
            moving = moving.exclude(Exists(taken) & (unique.condition or Q()))
        return moving

    def _uniques(self) -> Iterator[UniqueConstraint]:
        field = self.model._meta.get_field(self.field)
        if isinstance(field, models.OneToOneField):
            yield UniqueConstraint(fields=[self.field], name=f"{self.table}_{self.column}")
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and self.field in constraint.fields:
                yield constraint


def relations(of: type[models.Model], *, but: Collection[type[models.Model]] = ()) -> list[Relation]:
    """Every column that refers to a row of this model, in an order that does not change."""
    found = [
        Relation(relation.related_model, relation.field.name, relation.field.column)
        for relation in of._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.related_model not in but
    ]
    return sorted(found, key=lambda each: (each.table, each.column))


def _same(name: str) -> Q:
    """Both the same, or both empty."""
    is_empty = ExpressionWrapper(IsNull(OuterRef(name), True), output_field=models.BooleanField())
    return Q(**{name: OuterRef(name)}) | Q(Q(**{f"{name}__isnull": True}), is_empty)

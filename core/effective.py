"""What holds from a day on, through a last day or until further notice: kept as a half-open range of days."""

from datetime import date
from typing import Any, Self, TypeVar

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange

from core.periods import ONE_DAY

Row = TypeVar("Row", bound=models.Model)


def range_of(starts_on: date, ends_on: date | None) -> DateRange:
    """The range from the first day through the last; None is until further notice."""
    return DateRange(starts_on, ends_on and ends_on + ONE_DAY)


class EffectiveQuerySet(models.QuerySet[Row]):
    """Of a model whose `effective` is such a range."""

    def effective_on(self, on: date) -> Self:
        return self.filter(effective__contains=on)


class Effective:
    """A row whose `effective` is such a range: its first day is inside, its upper end is not."""

    effective: Any

    @property
    def starts_on(self) -> date:
        """The first day."""
        day: date = self.effective.lower
        return day

    @property
    def ends_on(self) -> date | None:
        """The last day, or None when it goes on."""
        upper: date | None = self.effective.upper
        return upper and upper - ONE_DAY

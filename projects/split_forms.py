"""What people type about a budget by month: a row for each month, a column for each measure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from core.forms import AmountField
from core.minutes import format_decimal
from projects.budget_months import Split
from projects.budgets import Limits, Measure
from projects.forms import HoursField

MOST = Decimal(10) ** 11


class SplitForm(forms.Form):
    """Empty fields are nothing."""

    def __init__(self, *args: Any, months: list[date], split: Split, currency: str, **options: Any) -> None:
        self.months = months
        options["initial"] = {
            name_of(measure, month): format_decimal(budget) if measure == Measure.HOURS else budget
            for measure, budgets in split.items()
            for month, budget in budgets.items()
        }
        super().__init__(*args, **options)
        for month in months:
            for measure in Measure:
                words = f"{measure.label}, {month:%B %Y}"
                self.fields[name_of(measure, month)] = (
                    HoursField(required=False, label=words)
                    if measure == Measure.HOURS
                    else AmountField(
                        required=False, currency=currency, least=Decimal(0), most=MOST, label=words
                    )
                )

    def rows(self) -> Iterator[tuple[date, list[forms.BoundField]]]:
        """For the template: the month and its fields."""
        for month in self.months:
            yield month, [self[name_of(measure, month)] for measure in Measure]

    def split(self) -> dict[str, dict[date, Any]]:
        """What was typed; the months that are not shown have nothing."""
        return {
            measure.value: {
                month: budget
                for month in self.months
                if (budget := self.cleaned_data.get(name_of(measure, month)))
            }
            for measure in Measure
        }


def name_of(measure: str, month: date) -> str:
    return f"{measure.lower()}-{month:%Y-%m}"


@dataclass(frozen=True)
class Sum:
    """What the months of a measure come to, beside the budget."""

    measure: Measure
    months: Any
    budget: Any

    @property
    def is_hours(self) -> bool:
        return self.measure == Measure.HOURS

    @property
    def differs(self) -> bool:
        """Whether it is split, and not to the budget."""
        return bool(self.months) and self.months != self.budget


def sums_of(limits: Limits, split: Split) -> list[Sum]:
    """For each measure."""
    return [Sum(measure, sum(split.get(measure, {}).values()), limits.budget(measure)) for measure in Measure]

"""What people type about change orders."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from core.forms import AmountField
from core.money import ZERO
from projects.changing import Delta
from projects.forms import MOST_HOURS, DateInput, HoursField
from projects.models import Project, Task

MOST = Decimal(10) ** 11


class ChangeOrderForm(forms.Form):
    """When, why, the paper, and a row for the whole project and for each task; minus takes away."""

    agreed_on = forms.DateField(widget=DateInput(), label="Agreed on")
    reason = forms.CharField(max_length=300)
    file = forms.FileField(required=False, label="Signed paper", help_text="PDF or picture.")

    def __init__(self, *args: Any, project: Project, tasks: Sequence[Task], **options: Any) -> None:
        super().__init__(*args, **options)
        self.tasks: list[Task | None] = [None, *tasks]
        for task in self.tasks:
            name, label = _name(task), task.path if task else "Whole project"
            self.fields[f"minutes{name}"] = HoursField(
                required=False, least=-MOST_HOURS, label=f"Hours, {label}"
            )
            for what, words in (("fee_amount", "Fees"), ("expense_amount", "Expenses")):
                self.fields[f"{what}{name}"] = AmountField(
                    required=False,
                    currency=project.client.currency,
                    least=-MOST,
                    most=MOST,
                    label=f"{words}, {label}",
                )

    def rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """For the template: what it is about, and its three fields."""
        for task in self.tasks:
            name = _name(task)
            fields = [self[f"{what}{name}"] for what in ("minutes", "fee_amount", "expense_amount")]
            yield (task.path if task else "Whole project"), fields

    def changes(self) -> list[Delta]:
        """What was typed, row by row."""
        typed = self.cleaned_data
        return [
            Delta(
                task,
                typed[f"minutes{_name(task)}"] or 0,
                typed[f"fee_amount{_name(task)}"] or ZERO,
                typed[f"expense_amount{_name(task)}"] or ZERO,
            )
            for task in self.tasks
        ]


def _name(task: Task | None) -> str:
    return f"-{task.pk}" if task else ""

"""What the dialog of late work sends: parsed and cleaned, never written."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from core.errors import Refusal
from timesheets.days import day_words
from timesheets.rows import RowKey


class LateForm(forms.Form):
    """Work of one of these locked days."""

    worked_on = forms.TypedChoiceField(label="Day of the work", coerce=date.fromisoformat)
    row = forms.CharField(
        max_length=60, error_messages={"required": "Choose what you worked on."}, label="Project and task"
    )
    text = forms.CharField(label="Hours", max_length=40)
    note = forms.CharField(label="Note", required=False, max_length=1000)
    reason = forms.CharField(label="Why", required=False, max_length=300)

    def __init__(self, *args: Any, days: Sequence[date], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(day.isoformat(), day_words(day)) for day in days]
        self.fields["worked_on"].choices = choices  # type: ignore[attr-defined]

    def clean_row(self) -> RowKey:
        """Refuses what names no row."""
        try:
            return RowKey.parse(self.cleaned_data["row"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    @property
    def wish(self) -> dict[str, Any]:
        """For `dating.record_late`."""
        return {name: self.cleaned_data[name] for name in ("worked_on", "row", "text", "note")}

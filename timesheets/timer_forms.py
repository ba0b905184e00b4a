"""What the pages of timers send: parsed and cleaned, never written."""

from typing import Any

from django import forms

from core.errors import Refusal
from core.minutes import parse_minutes
from timesheets.rows import RowKey


class StartForm(forms.Form):
    """A new timer. Without a row it is filled in later."""

    row = forms.CharField(required=False, max_length=60)
    note = forms.CharField(required=False, max_length=1000)

    def clean_row(self) -> RowKey | None:
        """Refuses what names no row."""
        text = self.cleaned_data["row"]
        try:
            return RowKey.parse(text) if text else None
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class TimerForm(StartForm):
    """What a timer is for, what it has measured, and why a closed or past day is written to."""

    text = forms.CharField(
        label="Time", required=False, max_length=20, help_text="Started late? Type what it should show."
    )
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        help_text="Where your firm asks for a reason for days that are over or closed.",
    )

    def clean_text(self) -> int | None:
        """Minutes; None when it was left as it is."""
        text: str = self.cleaned_data["text"]
        if not text or text == self.initial.get("text"):
            return None
        try:
            return parse_minutes(text) or 0
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message) from refusal

    @property
    def wish(self) -> dict[str, Any]:
        """For `timers.assign`."""
        values = self.cleaned_data
        return {"row": values["row"], "note": values["note"], "minutes": values["text"]}

"""What the approval pages send: parsed and cleaned, never written."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import Refusal
from core.minutes import parse_minutes


class LinesField(forms.CharField):
    """Ids of lines, parted by commas; cleaned to a list of numbers."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **options)

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value) or ""
        parts = [part for part in text.split(",") if part]
        if not parts or len(parts) > 5000 or not all(part.isdigit() and len(part) < 19 for part in parts):
            raise ValidationError("Choose the lines first.")
        return [int(part) for part in parts]


class ApproveForm(forms.Form):
    """The signature under the statement. The name is kept after an error, the password is not."""

    lines = LinesField()
    typed_name = forms.CharField(label="Your name", max_length=120)
    password = forms.CharField(label="Password", widget=forms.PasswordInput(render_value=False), strip=False)


class ReturnForm(forms.Form):
    lines = LinesField()
    reason = forms.CharField(
        label="What should be changed?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CutForm(forms.Form):
    """What may be billed of a line, as it was typed, and why."""

    billable = forms.CharField(max_length=20, required=False)
    reason = forms.CharField(max_length=300, required=False)
    version = forms.IntegerField(min_value=1)

    def clean_billable(self) -> int:
        """Minutes; empty is none."""
        try:
            return parse_minutes(self.cleaned_data["billable"]) or 0
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal

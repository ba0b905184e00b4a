"""What people type about how far a fee may be billed."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.progressing import Release
from core.forms import AmountField
from projects.forms import DateInput


class ProgressForm(forms.Form):
    percent = AmountField(least=Decimal(0), most=Decimal(999), label="Percent complete to date")
    on = forms.DateField(widget=DateInput(), label="As of")


class ReleaseForm(forms.Form):
    how = forms.ChoiceField(choices=Release.choices, label="What may be billed")
    value = AmountField(
        required=False, least=Decimal(0), label="Percentage or amount", help_text="Empty for all of it."
    )
    on = forms.DateField(widget=DateInput(), label="As of")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("how") != Release.WHOLE
            and "value" not in self.errors
            and cleaned.get("value") is None
        ):
            self.add_error("value", "Enter the percentage or the amount.")
        return cleaned

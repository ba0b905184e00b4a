"""What people type about the rate of one line."""

from django import forms

from core.forms import AmountField


class OwnRateForm(forms.Form):
    """A rate that holds for one line alone, and why."""

    rate_amount = AmountField(label="Rate for an hour of this line")
    reason = forms.CharField(
        max_length=160, label="Why", help_text="It stands beside the rate wherever that is explained."
    )

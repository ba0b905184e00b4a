"""What people type about the periods of a contract line, and what each allows."""

from decimal import Decimal
from typing import Any

from django import forms

from core.cycles import MOST_PERIODS
from core.forms import AmountField
from projects.forms import DateInput, HoursField
from projects.models.recurrence import Frequency, Rollover, Timing
from projects.period_terms import EITHER_END

NOTHING = Decimal(0)


class PeriodsForm(forms.Form):
    """The fields of lines with periods; a line shows those that its method knows."""

    frequency = forms.ChoiceField(choices=Frequency.choices, initial=Frequency.MONTHLY, label="How often")
    anchor_day = forms.IntegerField(
        required=False, min_value=1, max_value=31, label="Periods begin on day",
        help_text="1 to 31; a shorter month takes its last day. For weeks 1 is Monday, 7 is Sunday. "
        "Empty: the day of the first period.",
    )  # fmt: skip
    first_period_on = forms.DateField(widget=DateInput(), label="First period from")
    last_period_on = forms.DateField(
        required=False, widget=DateInput(), label="Until", help_text="Empty: until further notice."
    )
    period_count = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_PERIODS, label="or for so many periods",
        help_text="A shorter first period is one of them.",
    )  # fmt: skip
    timing = forms.ChoiceField(choices=Timing.choices, initial=Timing.FIRST_DAY, label="The fee is due")
    escalator_percent = AmountField(
        required=False, least=NOTHING, most=Decimal(100), label="Yearly increase in percent"
    )
    allowance_minutes = HoursField(required=False, label="Hours in each period")
    allowance_amount = AmountField(required=False, least=NOTHING, label="or money in each period")
    overage_rate_amount = AmountField(
        required=False, least=NOTHING, label="Price of an hour beyond",
        help_text="Money beyond its allowance costs what the hours come to at their rates.",
    )  # fmt: skip
    rollover = forms.ChoiceField(choices=Rollover.choices, required=False, label="What is left")
    rollover_minutes = HoursField(required=False, label="At most so many hours")
    rollover_amount = AmountField(required=False, least=NOTHING, label="or so much money")
    rollover_periods = forms.IntegerField(
        required=False, min_value=1, max_value=60, label="It stays for so many periods",
        help_text="Empty: it never expires.",
    )  # fmt: skip
    prorates = forms.BooleanField(
        required=False, initial=True, label="A shorter first or last period has its share of the days"
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("last_period_on") and cleaned.get("period_count"):
            self.add_error("period_count", EITHER_END)
        if "escalator_percent" in self.fields:
            cleaned["escalator_percent"] = cleaned.get("escalator_percent") or NOTHING
        if "allowance_amount" in self.fields:
            cleaned["allowance_amount"] = cleaned.get("allowance_amount") or None
        return cleaned

"""What people type about a rate that reaches back: the rate, and which recorded time gets it."""

from typing import Any

from django import forms

from billing.rerating import Expected, Reach, Which
from projects.forms import DateInput
from projects.rate_forms import ChangeRateForm, EndRateForm, RateForm

NONE, FROM, ALL = (
    (Which.NEW.value, "New time only"),
    (Which.FROM.value, "Open time from a day on"),
    (Which.ALL.value, "All open time"),
)
OWN = ("rerates", "rerates_from", "has_approved", "has_drafted", "seen_entries", "seen_difference")


class ReachForm(forms.Form):
    """Which time that is recorded already gets the rate, and what the person saw in the preview."""

    rerates = forms.ChoiceField(
        choices=[NONE, FROM, ALL],
        required=False,
        initial=Which.NEW.value,
        label="Which time gets it",
        help_text="Billed time, locked days and rates set by hand stay as they are.",
    )
    rerates_from = forms.DateField(widget=DateInput(), required=False, label="From the day of work")
    has_approved = forms.BooleanField(required=False, label="Approved time too")
    has_drafted = forms.BooleanField(
        required=False, label="Time on drafts too", help_text="Those drafts then ask to be recalculated."
    )
    seen_entries = forms.IntegerField(required=False, widget=forms.HiddenInput())
    seen_difference = forms.DecimalField(required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if fields.get("rerates") == Which.FROM and not fields.get("rerates_from") and not self.errors:
            self.add_error("rerates_from", "Say from which day on.")
        return fields

    @property
    def reach(self) -> Reach:
        """What was chosen. Of a form that is valid."""
        fields = self.cleaned_data
        return Reach(
            Which(fields.get("rerates") or Which.NEW),
            fields.get("rerates_from"),
            has_approved=fields["has_approved"],
            has_drafted=fields["has_drafted"],
        )

    @property
    def seen(self) -> Expected | None:
        """What the preview said; None before it was shown."""
        entries, difference = self.cleaned_data["seen_entries"], self.cleaned_data["seen_difference"]
        return None if entries is None or difference is None else Expected(entries, difference)

    @property
    def rate_fields(self) -> dict[str, Any]:
        """What was said about the rate itself."""
        return {name: value for name, value in self.cleaned_data.items() if name not in OWN}


class AddRateForm(ReachForm, RateForm):
    pass


class ChangeForm(ReachForm, ChangeRateForm):
    pass


class EndForm(ReachForm, EndRateForm):
    pass


class RerateForm(ReachForm):
    """Re-rating the time of a card without a change of its rates."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rerates"].choices = [ALL, FROM]  # type: ignore[attr-defined]
        self.fields["rerates"].initial = Which.ALL.value
        self.fields["rerates"].required = True

"""What the pages of reminders, collections and statements send: parsed and cleaned, never written."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.models import DunningRules, DunningStep
from billing.models.reminders import FIRST_DAY, LAST_DAY
from billing.payment_forms import AddressesField
from core.forms import AmountField

HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class DayField(forms.DateField):
    """A day as browsers send it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DunningForm(forms.Form):
    """When clients are reminded."""

    is_active = forms.BooleanField(
        label="Remind clients of open invoices",
        required=False,
        help_text="One mail for each client and at most one a day, whatever is open.",
    )
    hour = forms.TypedChoiceField(
        label="At", choices=HOURS, coerce=int, help_text="By the client's own clock, on its working days."
    )
    repeat_days = forms.IntegerField(
        label="Then again every",
        min_value=0,
        max_value=90,
        help_text="Days after the last step; 0: not again.",
    )
    most_mails = forms.IntegerField(
        label="Mails at most", min_value=1, max_value=50, help_text="About one invoice."
    )
    statement_day = forms.IntegerField(
        label="Statements of the month before, on day",
        min_value=1,
        max_value=28,
        required=False,
        help_text="To whom something is open of. Empty: none by themselves.",
    )

    @staticmethod
    def initial_of(rules: DunningRules) -> dict[str, Any]:
        return {name: getattr(rules, name) for name in DunningForm.base_fields}


class StepForm(forms.Form):
    """One step."""

    days = forms.IntegerField(
        label="Days after the due date",
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        help_text="−7: a week before.",
    )
    tone = forms.ChoiceField(label="Tone", choices=DunningStep.Tone.choices)
    words = forms.CharField(
        label="Own words",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Instead of the usual ones, from greeting to regards. {client}, {total} and {firm} are filled in.",
    )
    fee = forms.ChoiceField(label="Late fee", choices=DunningStep.Fee.choices)
    fee_amount = AmountField(label="Amount", required=False)
    fee_percent = AmountField(label="Percent of what is open", required=False)
    fee_minimum_amount = AmountField(label="At least", required=False)
    fee_action = forms.ChoiceField(label="The fee's invoice", choices=DunningStep.FeeAction.choices)
    is_active = forms.BooleanField(label="This step is in use", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("fee_amount", "fee_percent", "fee_minimum_amount"):
            cleaned[name] = cleaned.get(name) or Decimal(0)
        return cleaned

    @staticmethod
    def initial_of(step: DunningStep | None) -> dict[str, Any]:
        shown = step or DunningStep(days=45, tone=DunningStep.Tone.FINAL)
        return {name: getattr(shown, name) for name in StepForm.base_fields}


class RemindForm(forms.Form):
    """Remind now."""

    to = AddressesField(label="To")
    cc = AddressesField(label="Copy to", required=False)
    message = forms.CharField(label="Message", widget=forms.Textarea(attrs={"rows": 8}))
    invoices = forms.TypedMultipleChoiceField(label="Invoices", coerce=int, required=False)

    def __init__(self, *args: Any, known: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["invoices"].choices = [(pk, str(pk)) for pk in known]  # type: ignore[attr-defined]

    @property
    def wish(self) -> dict[str, Any]:
        """What the operation is asked for."""
        names = {"invoices": "invoice_ids"}
        return {names.get(name, name): value for name, value in self.cleaned_data.items()}


class PromiseForm(forms.Form):
    until = DayField(label="Will pay by")
    note = forms.CharField(label="Who said so, and how", max_length=300, required=False)


class DisputeForm(forms.Form):
    reason = forms.CharField(label="What the client disputes", max_length=300)


class PauseForm(forms.Form):
    until = DayField(label="Through", required=False, help_text="Empty: until you end it.")
    reason = forms.CharField(label="Why", max_length=300, required=False)


class EndForm(forms.Form):
    outcome = forms.CharField(label="What became of it", max_length=300, required=False)


class NoteForm(forms.Form):
    text = forms.CharField(label="What was said", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    follow_up_on = DayField(label="Look again on", required=False)


class StatementForm(forms.Form):
    """Which days a statement is about."""

    first_on = DayField(label="From", required=False)
    last_on = DayField(label="To")


class SendStatementForm(StatementForm):
    to = AddressesField(label="To")
    cc = AddressesField(label="Copy to", required=False)

"""What people type about rate cards and rates."""

from typing import Any

from django import forms

from clients.countries import currency_choices
from clients.models import Client
from core.forms import AmountField
from people.models import JobTitle, StaffMember
from projects.forms import DateInput
from projects.models import LaborCode, Project, RateCard, Task


class CardForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="As it is named where a rate is explained.")
    scope = forms.ChoiceField(choices=RateCard.Scope.choices, label="For", initial="CLIENT")
    client = forms.ModelChoiceField(Client.objects.active(), required=False, empty_label="Choose a client")
    project = forms.ModelChoiceField(Project.objects.none(), required=False, empty_label="Choose a project")
    currency = forms.ChoiceField(initial="USD")

    NEEDS = {"CLIENT": "client", "PROJECT": "project"}  # noqa: RUF012

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = Project.objects.open()  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices()  # type: ignore[attr-defined]
        self.fields["currency"].required = False

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        scope = fields.pop("scope", "")
        needed = self.NEEDS.get(scope)
        if needed and not fields.get(needed) and needed not in self.errors:
            self.add_error(needed, f"Choose the {needed}.")
        for name in ("client", "project"):
            if name != needed:
                fields[name] = None
        fields["currency"] = fields.get("currency") or "USD"
        return fields


class CardNameForm(forms.Form):
    name = forms.CharField(max_length=80)


class RateForm(forms.Form):
    """For whom and what, how much, from when until when. Nothing chosen is the card's base rate."""

    staff = forms.ModelChoiceField(
        StaffMember.objects.working(), required=False, empty_label="Anybody", label="Person"
    )
    job_title = forms.ModelChoiceField(
        JobTitle.objects.all(), required=False, empty_label="Any role", label="Role"
    )
    task = forms.ModelChoiceField(Task.objects.none(), required=False, empty_label="Any task")
    labor_code = forms.ModelChoiceField(
        LaborCode.objects.filter(is_active=True), required=False, empty_label="Any labor code"
    )
    rate_amount = AmountField(label="Rate for an hour")
    starts_on = forms.DateField(widget=DateInput(), label="From")
    ends_on = forms.DateField(widget=DateInput(), required=False, label="Until", help_text="The last day.")

    def __init__(self, *args: Any, card: RateCard, **options: Any) -> None:
        super().__init__(*args, **options)
        if card.scope == RateCard.Scope.PROJECT:
            tasks = Task.objects.filter(project=card.project_id)
            self.fields["task"].queryset = tasks  # type: ignore[attr-defined]
        else:
            del self.fields["task"]


class ChangeRateForm(forms.Form):
    rate_amount = AmountField(label="New rate for an hour")
    starts_on = forms.DateField(widget=DateInput(), label="From")


class EndRateForm(forms.Form):
    ends_on = forms.DateField(
        widget=DateInput(), required=False, label="Last day", help_text="Empty: until further notice."
    )

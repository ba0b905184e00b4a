"""What people type about rate cards and rates."""

from decimal import Decimal
from typing import Any

from django import forms

from clients.countries import currency_choices
from clients.models import Client
from core.forms import AmountField
from core.money import round_places
from people.models import JobTitle, StaffMember
from projects.forms import DateInput, HoursField
from projects.models import LaborCode, Project, ProjectBase, RateCard, Task


class FactorField(AmountField):
    """A multiplier such as 1.5, or None if empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(least=Decimal("0.001"), most=Decimal("99.999"), required=False, **options)

    def clean(self, value: Any) -> Decimal | None:
        factor = super().clean(value)
        if factor is not None and factor != round_places(factor, 3):
            raise forms.ValidationError("A multiplier has at most three decimals.")
        return factor


class SurchargeField(AmountField):
    """An amount that is added to a rate such as 25.00, or None if empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(least=Decimal("0.0001"), most=Decimal("99999"), required=False, **options)

    def clean(self, value: Any) -> Decimal | None:
        amount = super().clean(value)
        if amount is not None and amount != round_places(amount, 4):
            raise forms.ValidationError("A surcharge has at most four decimals.")
        return amount


class CardTermsForm(forms.Form):
    """How the rates of a card count."""

    name = forms.CharField(max_length=80, help_text="As it is named where a rate is explained.")
    unit = forms.ChoiceField(
        choices=RateCard.Unit.choices, label="Rates are for", initial="HOUR", required=False
    )
    day_hours = HoursField(label="Hours in a day", required=False, help_text="Empty: 8.")
    weekend_factor = FactorField(
        label="Multiplier at the weekend", help_text="Saturday and Sunday, such as 2."
    )
    overtime_factor = FactorField(label="Multiplier for overtime", help_text="Such as 1.5.")
    overtime_code = forms.ModelChoiceField(
        LaborCode.objects.filter(is_active=True),
        required=False,
        empty_label="No overtime",
        label="Overtime is recorded under",
    )
    onsite_amount = SurchargeField(
        label="Surcharge for an hour on site", help_text="Added to the rate, never multiplied."
    )
    onsite_code = forms.ModelChoiceField(
        LaborCode.objects.filter(is_active=True),
        required=False,
        empty_label="No work on site",
        label="On site recorded under",
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if "day_hours" in self.fields:
            fields["day_minutes"] = fields.pop("day_hours", None)
        if "unit" in self.fields:
            fields["unit"] = fields.get("unit") or RateCard.Unit.HOUR
        if bool(fields.get("overtime_factor")) != bool(fields.get("overtime_code")):
            name = "overtime_factor" if fields.get("overtime_code") else "overtime_code"
            self.add_error(name, "Say the multiplier and the labor code of overtime.")
        if bool(fields.get("onsite_amount")) != bool(fields.get("onsite_code")):
            name = "onsite_amount" if fields.get("onsite_code") else "onsite_code"
            self.add_error(name, "Say the surcharge and the labor code of work on site.")
        return fields


class EditCardForm(CardTermsForm):
    def __init__(self, *args: Any, card: RateCard, **options: Any) -> None:
        factors = ("weekend_factor", "overtime_factor", "overtime_code")
        names = ("name", "unit", *factors, "onsite_amount", "onsite_code")
        options.setdefault(
            "initial",
            {name: getattr(card, name) for name in names}
            | {"day_hours": card.unit_minutes if card.is_by_day else None},
        )
        super().__init__(*args, **options)
        if card.rules.exists():
            del self.fields["unit"], self.fields["day_hours"]


class CardForm(CardTermsForm):
    scope = forms.ChoiceField(choices=RateCard.Scope.choices, label="For", initial="CLIENT")
    client = forms.ModelChoiceField(Client.objects.active(), required=False, empty_label="Choose a client")
    project = forms.ModelChoiceField(Project.objects.none(), required=False, empty_label="Choose a project")
    letter = forms.ChoiceField(choices=[("", "Choose a letter"), *RateCard.Letter.choices], required=False)
    currency = forms.ChoiceField(initial="USD")

    NEEDS = {"CLIENT": "client", "PROJECT": "project", "LETTER": "letter"}  # noqa: RUF012

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = Project.objects.open()  # type: ignore[attr-defined]
        self.fields["currency"].choices = currency_choices()  # type: ignore[attr-defined]
        self.fields["currency"].required = False

    def clean(self) -> dict[str, Any]:
        fields = super().clean()
        scope = fields.pop("scope", "")
        needed = self.NEEDS.get(scope)
        if needed and not fields.get(needed) and needed not in self.errors:
            self.add_error(needed, f"Choose the {needed}.")
        for name, empty in (("client", None), ("project", None), ("letter", "")):
            if name != needed:
                fields[name] = empty
        fields["currency"] = fields.get("currency") or "USD"
        return fields


class BaseForm(forms.Form):
    """Which letter a project takes as its base rate."""

    source = forms.ChoiceField(choices=ProjectBase.Source.choices, label="Whose rate", initial="STAFF")
    letter = forms.ChoiceField(
        choices=[("", "None: the base rate of its card"), *RateCard.Letter.choices], required=False
    )


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
        if card.scope == RateCard.Scope.LETTER:
            del self.fields["job_title"]
        if card.is_by_day:
            self.fields["rate_amount"].label = "Rate for a day"


class ChangeRateForm(forms.Form):
    rate_amount = AmountField(label="New rate")
    starts_on = forms.DateField(widget=DateInput(), label="From")


class EndRateForm(forms.Form):
    ends_on = forms.DateField(
        widget=DateInput(), required=False, label="Last day", help_text="Empty: until further notice."
    )

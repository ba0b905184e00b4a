"""What the settings of expenses send: parsed and cleaned, never written."""

from decimal import Decimal
from typing import Any

from django import forms

from clients.models import Client
from core.forms import AmountField
from ledger.models import Account
from people import currencies
from people.public_holidays import countries
from projects.models import Project
from timesheets.expense_forms import RateField
from timesheets.expenses.coding import Limit
from timesheets.models import ExpenseCode, ExpenseLimit, ExpenseMarkup

ZERO = Decimal(0)


class CodeForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)
    code = forms.CharField(label="Short", max_length=20, required=False)
    unit = forms.CharField(
        label="Counted in",
        max_length=20,
        required=False,
        help_text="mile, night: then a rate is multiplied. Empty: the amount is typed.",
    )
    is_reimbursable = forms.BooleanField(label="Usually paid back", required=False)
    is_billable = forms.BooleanField(label="Usually billed to the client", required=False)
    receipt_from_amount = AmountField(
        label="Receipt needed from",
        required=False,
        least=ZERO,
        help_text="0 always asks for one; empty never does.",
    )
    requires_note = forms.BooleanField(label="Asks for a note", required=False)
    is_taxable = forms.BooleanField(label="Sales tax is charged on it", required=False)
    income_account = forms.ModelChoiceField(
        Account.objects.filter(kind=Account.Kind.REVENUE),
        label="Income goes to",
        required=False,
        empty_label="The usual account of billed expenses",
    )

    def __init__(self, *args: Any, expense_code: ExpenseCode | None = None, **kwargs: Any) -> None:
        fresh = {
            "is_reimbursable": True,
            "is_billable": True,
            "receipt_from_amount": Decimal(25),
            "is_taxable": True,
        }
        known = {name: getattr(expense_code, name) for name in self.base_fields} if expense_code else fresh
        kwargs["initial"] = known
        super().__init__(*args, **kwargs)


class UnitRateForm(forms.Form):
    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    currency = forms.ChoiceField(label="Currency", choices=currencies.choices)
    cost_amount = RateField(label="Cost of one", required=True, help_text="Up to five decimals: 0.485.")
    billing_amount = RateField(
        label="Price to the client", help_text="Empty: the cost with its markup is billed."
    )


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class LimitsForm(forms.Form):
    """An amount and a severity for each kind of limit; empty amounts are no limits."""

    def __init__(self, *args: Any, expense_code: ExpenseCode, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {limit.kind: limit for limit in expense_code.limits.all()}
        for kind in ExpenseLimit.Kind:
            limit = known.get(kind)
            if kind != ExpenseLimit.Kind.WEEKEND:
                self.fields[f"amount_{kind}"] = AmountField(
                    label=str(kind.label), required=False, initial=limit and limit.amount
                )
            choices = list(ExpenseLimit.Severity.choices)
            if kind == ExpenseLimit.Kind.WEEKEND:
                choices = [("", "Allowed"), *choices]
            self.fields[f"severity_{kind}"] = forms.ChoiceField(
                label="Beyond it" if kind != ExpenseLimit.Kind.WEEKEND else "On a weekend",
                choices=choices,
                required=False,
                initial=limit.severity if limit else "",
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """Amount and severity of each kind, for the page; the weekend has no amount."""
        return [
            (self[f"amount_{kind}"] if f"amount_{kind}" in self.fields else None, self[f"severity_{kind}"])
            for kind in ExpenseLimit.Kind
        ]

    def limits(self) -> dict[str, Limit]:
        """What was typed, as the operation takes it."""
        found = {}
        for kind in ExpenseLimit.Kind:
            amount = self.cleaned_data.get(f"amount_{kind}")
            severity = self.cleaned_data[f"severity_{kind}"]
            if kind == ExpenseLimit.Kind.WEEKEND and severity:
                found[str(kind)] = Limit(severity)
            elif amount:
                found[str(kind)] = Limit(severity or ExpenseLimit.Severity.WARN, amount)
        return found


class PerDiemForm(forms.Form):
    country = forms.ChoiceField(label="Country")
    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    full_amount = AmountField(label="Whole day")
    part_amount = AmountField(label="Arrival or departure", least=ZERO)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "Choose"), *countries()]  # type: ignore[attr-defined]


class MarkupForm(forms.Form):
    expense_code = forms.ModelChoiceField(
        label="Code", queryset=ExpenseCode.objects.all(), required=False, empty_label="Any code"
    )
    client = forms.ModelChoiceField(
        label="Client",
        queryset=Client.objects.filter(is_active=True),
        required=False,
        empty_label="Any client",
    )
    project = forms.ModelChoiceField(
        label="Project", queryset=Project.objects.all(), required=False, empty_label="Any project"
    )
    kind = forms.ChoiceField(label="Kind", choices=ExpenseMarkup.Kind.choices)
    value = AmountField(label="Percent or amount", least=ZERO)


class ExchangeRateForm(forms.Form):
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    base = forms.ChoiceField(label="One", choices=currencies.choices)
    rate = RateField(label="is worth", required=True)
    quote = forms.ChoiceField(label="of", choices=currencies.choices)


class ExchangeFileForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text="Columns date, from, to, rate: 2026-11-03,EUR,USD,1.0842. Rates of the same day are replaced.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
    )

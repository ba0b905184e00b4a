"""What people type about retainers and draws. They clean and never write."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.models import Retainer
from clients.models import Client
from core.forms import AmountField
from projects.forms import DateInput
from projects.models import Project

CENT = Decimal(0)


class TermsForm(forms.Form):
    """What a retainer does by itself."""

    draws_by_itself = forms.BooleanField(
        required=False, initial=True, label="Invoices draw on it when they are issued"
    )
    expires_after_months = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=120,
        label="Deposits expire after months",
        help_text="Empty: they stay. What expired is not drawn any more and can be paid back.",
    )

    def __init__(self, *args: Any, currency: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["minimum"] = AmountField(
            currency=currency,
            least=CENT,
            required=False,
            label="Minimum",
            help_text="Below it, more is asked for.",
        )
        self.fields["target"] = AmountField(
            currency=currency, least=CENT, required=False, label="Fill up to", help_text="Empty: no top-up."
        )
        self.order_fields(["client", "project", "minimum", "target"])

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        minimum = fields.get("minimum") or CENT
        fields["minimum"], fields["target"] = minimum, fields.get("target") or minimum
        return fields


class RetainerForm(TermsForm):
    """A new retainer; the client's currency is its own."""

    client = forms.ModelChoiceField(Client.objects.active(), empty_label="Choose a client")
    project = forms.ModelChoiceField(
        Project.objects.none(), required=False, empty_label="All projects of the client"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = Project.objects.open()  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """How much the client is asked for."""

    on = forms.DateField(label="Date", widget=DateInput())

    def __init__(self, *args: Any, retainer: Retainer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(currency=retainer.currency, label="Amount")
        self.order_fields(["amount", "on"])


class RefundForm(forms.Form):
    """What was paid back."""

    refunded_on = forms.DateField(label="Paid back on", widget=DateInput())
    reference = forms.CharField(label="Check number or reference", required=False, max_length=80)
    note = forms.CharField(label="Note", required=False, max_length=300)

    def __init__(self, *args: Any, retainer: Retainer, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(currency=retainer.currency, label="Amount")
        self.order_fields(["amount", "refunded_on", "reference", "note"])


class DrawForm(forms.Form):
    """How much of an invoice a retainer pays."""

    drawn_on = forms.DateField(label="Date", widget=DateInput())

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(currency=currency, label="Amount")
        self.order_fields(["amount", "drawn_on"])

"""Forms about sending and paying. They clean and never write."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from billing.models import Payment
from core.forms import AmountField

MANUAL = [
    (value, label) for value, label in Payment.Method.choices if value in ("CHECK", "BANK_TRANSFER", "OTHER")
]


class PayForm(forms.Form):
    """What the client chose on the pay page."""

    def __init__(self, *args: Any, methods: Sequence[str], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"] = forms.ChoiceField(choices=[(value, value) for value in methods])
        self.fields["amount"] = AmountField(currency=currency, required=False, label=_("Amount"))


class AddressesField(forms.CharField):
    """E-mail addresses, parted by commas, semicolons or spaces; cleaned to a list."""

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value) or ""
        addresses = [part for part in re.split(r"[,;\s]+", text) if part]
        for address in addresses:
            try:
                validate_email(address)
            except ValidationError as error:
                raise ValidationError(f"{address} is not an e-mail address.") from error
        return addresses


class SendForm(forms.Form):
    """To whom an invoice goes, and with which words."""

    to = AddressesField(label="To", widget=forms.TextInput(attrs={"inputmode": "email"}))
    cc = AddressesField(label="Copy to", required=False, widget=forms.TextInput(attrs={"inputmode": "email"}))
    message = forms.CharField(
        label="Message", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class PaymentForm(forms.Form):
    """A payment that came in outside of the pay page."""

    received_on = forms.DateField(label="Received on", widget=forms.DateInput(attrs={"type": "date"}))
    method = forms.ChoiceField(label="Method", choices=MANUAL)
    reference = forms.CharField(label="Check number or reference", required=False, max_length=80)
    note = forms.CharField(label="Note", required=False, max_length=300)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(currency=currency, label="Amount")
        self.order_fields(["amount", "received_on", "method", "reference", "note"])

"""Forms about sending and paying. They clean and never write."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from billing.models import Payment
from core.errors import Refusal
from core.forms import AmountField
from core.locales import active_locale
from core.money import format_number, parse_amount, places

MANUAL = [
    (value, label) for value, label in Payment.Method.choices if value in ("CHECK", "BANK_TRANSFER", "OTHER")
]


# What a client reads about each way to pay: its name and how long it takes.
METHOD_WORDS = {
    Payment.Method.BANK_DEBIT.value: (_("Bank debit (ACH)"), _("Up to 4 business days")),
    Payment.Method.CARD.value: (_("Card"), _("At once")),
}


class ClientAmountField(AmountField):
    """An amount as people of the active language write it: 1.234,50 in German; billing-pay.js tidies it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        del self.widget.attrs["data-money"]
        self.widget.attrs["data-pay-amount"] = ""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        return format_number(value, places(self.currency), active_locale())

    def clean(self, value: Any) -> Decimal | None:
        text = forms.CharField.clean(self, value)
        if not text:
            return None
        try:
            return parse_amount(text, self.currency, locale=active_locale())
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal


class PayForm(forms.Form):
    """What the client chose on the pay page. The first method is chosen until the client chooses another."""

    def __init__(self, *args: Any, methods: Sequence[str], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods = [str(method) for method in methods]
        self.fields["method"] = forms.ChoiceField(
            choices=[(value, METHOD_WORDS[value][0]) for value in self.methods],
            error_messages={"invalid_choice": _("Choose one of the ways to pay.")},
        )
        self.fields["amount"] = ClientAmountField(currency=currency, required=False, label=_("Amount"))

    @property
    def ways(self) -> list[dict[str, Any]]:
        """Each way to pay: its value, name, how long it takes, and whether it is the chosen one."""
        chosen = self["method"].value()
        if chosen not in self.methods:
            chosen = next(iter(self.methods), "")
        return [
            {"value": value, "name": name, "takes": takes, "is_chosen": value == chosen}
            for value in self.methods
            for name, takes in [METHOD_WORDS[value]]
        ]


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


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to pairs of name and content. What they are is for the operation."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        listed = data if isinstance(data, list | tuple) else [data]
        return [(file.name, file.read()) for file in listed if file]


class SendInvoiceForm(SendForm):
    """The same, with more files, and the time behind the invoice as one."""

    more_files = FilesField(
        label="More files",
        required=False,
        widget=ManyFiles(
            attrs={"multiple": True, "accept": "application/pdf,image/png,image/jpeg,text/csv,.csv"}
        ),
        help_text="PDF, PNG, JPEG or CSV; 10 MB together, as much as mail servers take.",
    )

    with_time = forms.BooleanField(label="Attach the time behind it (CSV)", required=False)


class PaymentForm(forms.Form):
    """A payment that came in outside of the pay page."""

    received_on = forms.DateField(label="Received on", widget=forms.DateInput(attrs={"type": "date"}))
    method = forms.ChoiceField(label="Method", choices=MANUAL)
    reference = forms.CharField(label="Check number or reference", required=False, max_length=80)
    note = forms.CharField(label="Note", required=False, max_length=300)

    def __init__(self, *args: Any, currency: str, base: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(currency=currency, label="Amount")
        if currency != base:
            self.fields["exchange_rate"] = forms.DecimalField(
                label=f"Exchange rate: 1 {currency} in {base}",
                required=False,
                max_digits=20,
                decimal_places=10,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                help_text="What the bank took. Empty: the rate of the day.",
            )
        self.order_fields(["amount", "received_on", "method", "exchange_rate", "reference", "note"])

    def clean_exchange_rate(self) -> Decimal | None:
        rate: Decimal | None = self.cleaned_data["exchange_rate"]
        if rate is not None and rate <= 0:
            raise ValidationError("An exchange rate is above zero.")
        return rate

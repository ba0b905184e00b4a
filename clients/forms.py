"""What people type about clients, contacts, terms and taxes."""

from typing import Any

from django import forms
from django.conf import settings

from clients.agreeing import LONGEST_DAYS
from clients.countries import country_choices, currency_choices
from clients.models import Client, Contact, PaymentTerms, TaxCode
from core.forms import AmountField
from people import time_zones

# The model's own default stands for plain English.
LANGUAGES = [("en-us" if code == "en" else code, name) for code, name in settings.LANGUAGES]


class ClientForm(forms.Form):
    name = forms.CharField(max_length=120)
    accepts_alike = forms.BooleanField(required=False, label="Add it all the same: it is another client")
    legal_name = forms.CharField(
        max_length=160, required=False, help_text="As it stands on invoices, if it differs from the name."
    )
    code = forms.CharField(
        max_length=20, required=False, help_text="Short, such as LKS. Codes of its projects begin with it."
    )
    currency = forms.ChoiceField(help_text="For all its projects, rates and invoices.")
    payment_terms = forms.ModelChoiceField(PaymentTerms.objects.all())
    tax_code = forms.ModelChoiceField(
        TaxCode.objects.filter(is_active=True), required=False, empty_label="No tax", label="Tax"
    )
    billing_address = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    country = forms.ChoiceField()
    tax_number = forms.CharField(max_length=40, required=False, label="Tax registration number")
    phone = forms.CharField(max_length=40, required=False)
    language = forms.ChoiceField(
        choices=LANGUAGES, label="Language of documents", help_text="Invoices, mails and pay pages."
    )
    time_zone = forms.ChoiceField(
        choices=lambda: [("", "As the company that bills"), *time_zones.choices()],
        required=False,
        help_text="Reminders go by this clock.",
    )
    notes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="For the team only."
    )

    def __init__(self, *args: Any, client: Client | None = None, **options: Any) -> None:
        options.setdefault("initial", _of(client))
        super().__init__(*args, **options)
        self.fields["currency"].choices = currency_choices()  # type: ignore[attr-defined]
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        if client is not None and client.tax_code_id:
            taxes = TaxCode.objects.filter(is_active=True) | TaxCode.objects.filter(pk=client.tax_code_id)
            self.fields["tax_code"].queryset = taxes  # type: ignore[attr-defined]


def _of(client: Client | None) -> dict[str, Any]:
    if client is None:
        usual = PaymentTerms.objects.filter(is_default=True).first()
        return {"currency": "USD", "country": "US", "language": "en-us", "payment_terms": usual}
    return {
        field: getattr(client, field)
        for field in (
            "name",
            "legal_name",
            "code",
            "currency",
            "payment_terms",
            "tax_code",
            "billing_address",
            "country",
            "tax_number",
            "phone",
            "language",
            "time_zone",
            "notes",
        )
    }


class ContactForm(forms.Form):
    name = forms.CharField(max_length=120)
    title = forms.CharField(max_length=80, required=False, label="Job title")
    email = forms.EmailField(required=False, label="E-mail")
    phone = forms.CharField(max_length=40, required=False)
    is_billing_to = forms.BooleanField(required=False, label="Gets invoices")
    is_billing_cc = forms.BooleanField(required=False, label="Gets copies of invoices")

    def __init__(self, *args: Any, contact: Contact | None = None, **options: Any) -> None:
        if contact is not None:
            options["initial"] = {name: getattr(contact, name) for name in self.base_fields}
        super().__init__(*args, **options)


class TermsForm(forms.Form):
    name = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"placeholder": "Net 30"}))
    net_days = forms.IntegerField(min_value=0, max_value=LONGEST_DAYS, label="Days until due")
    is_default = forms.BooleanField(required=False, label="The usual terms for new clients")

    def __init__(self, *args: Any, terms: PaymentTerms | None = None, **options: Any) -> None:
        if terms is not None:
            options["initial"] = {name: getattr(terms, name) for name in self.base_fields}
        super().__init__(*args, **options)
        if terms is not None and terms.is_default:
            self.fields["is_default"].disabled = True
            self.fields["is_default"].help_text = "Mark other terms to change this."


class TaxForm(forms.Form):
    name = forms.CharField(max_length=60, help_text="As invoices print it.")
    rate_percent = AmountField(label="Rate")
    is_active = forms.BooleanField(required=False, initial=True, label="Can be chosen for clients")

    def __init__(self, *args: Any, tax: TaxCode | None = None, **options: Any) -> None:
        if tax is not None:
            options["initial"] = {name: getattr(tax, name) for name in self.base_fields}
        super().__init__(*args, **options)

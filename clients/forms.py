"""What people type about clients, contacts and terms."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q

from clients.agreeing import LONGEST_DAYS, TermsWish
from clients.countries import country_choices, currency_choices
from clients.models import Client, Contact, PaymentTerms, TaxCode
from core.forms import AmountField
from core.money import ZERO
from people import time_zones
from people.entities import active_entities
from people.models import LegalEntity

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
    legal_entity = forms.ModelChoiceField(
        LegalEntity.objects.none(),
        required=False,
        label="Billed by",
        help_text="For drafts from now on; those that are there keep the company that they were made with.",
    )
    payment_terms = forms.ModelChoiceField(PaymentTerms.objects.all())
    tax_code = forms.ModelChoiceField(
        TaxCode.objects.filter(is_active=True), required=False, empty_label="No tax", label="Tax"
    )
    expense_tax_code = forms.ModelChoiceField(
        TaxCode.objects.filter(is_active=True),
        required=False,
        empty_label="As services",
        label="Tax on expenses",
    )
    is_tax_exempt = forms.BooleanField(
        required=False, label="Exempt from tax", help_text="No tax while the certificate is valid."
    )
    exemption_number = forms.CharField(max_length=60, required=False, label="Exemption certificate")
    exemption_expires_on = forms.DateField(
        required=False,
        label="Valid through",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
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
    is_billed_together = forms.BooleanField(required=False, label="One invoice for all its projects")
    notes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="For the team only."
    )

    def __init__(self, *args: Any, client: Client | None = None, **options: Any) -> None:
        options.setdefault("initial", _of(client))
        super().__init__(*args, **options)
        self.fields["currency"].choices = currency_choices()  # type: ignore[attr-defined]
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]
        self._offer_entities(client)
        for name in ("tax_code", "expense_tax_code"):
            if client is not None and (chosen := getattr(client, f"{name}_id")):
                taxes = TaxCode.objects.filter(Q(is_active=True) | Q(pk=chosen))
                self.fields[name].queryset = taxes  # type: ignore[attr-defined]

    def _offer_entities(self, client: Client | None) -> None:
        """Shown only where the firm has several, or the client is billed by another than the default one."""
        active = active_entities()
        chosen = client.legal_entity_id if client else None
        self.offers_entity = len(active) > 1 or chosen is not None
        field: Any = self.fields["legal_entity"]
        field.queryset = LegalEntity.objects.filter(Q(is_active=True) | Q(pk=chosen)).order_by("name")
        field.empty_label = f"The default: {active[0].name}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_tax_exempt") and not cleaned.get("exemption_number"):
            self.add_error("exemption_number", "An exempt client has a certificate number.")
        return cleaned


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
            "legal_entity",
            "payment_terms",
            "tax_code",
            "expense_tax_code",
            "is_tax_exempt",
            "exemption_number",
            "exemption_expires_on",
            "billing_address",
            "country",
            "tax_number",
            "phone",
            "language",
            "time_zone",
            "is_billed_together",
            "notes",
        )
    }


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        Client.objects.none(),
        label="Merge it into",
        help_text="This one stays, with its name, terms and language.",
    )
    reason = forms.CharField(max_length=300, required=False, help_text="For the history of the client.")

    def __init__(self, *args: Any, source: Client, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Client.objects.active().exclude(pk=source.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


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
    """Terms; cleaned to one `wanted`."""

    name = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"placeholder": "Net 30"}))
    basis = forms.ChoiceField(
        label="Due", choices=PaymentTerms.Basis.choices, required=False, initial=PaymentTerms.Basis.DATE
    )
    net_days = forms.IntegerField(min_value=0, max_value=LONGEST_DAYS, label="Days", required=False)
    discount_percent = AmountField(label="Early-payment discount", required=False)
    discount_days = forms.IntegerField(
        min_value=0, max_value=LONGEST_DAYS, label="Within days", required=False
    )
    is_default = forms.BooleanField(required=False, label="The usual terms for new clients")

    def __init__(self, *args: Any, terms: PaymentTerms | None = None, **options: Any) -> None:
        if terms is not None:
            options["initial"] = {name: getattr(terms, name) for name in self.base_fields}
            if not terms.discount_percent:
                options["initial"] |= {"discount_percent": None, "discount_days": None}
        super().__init__(*args, **options)
        if terms is not None and terms.is_default:
            self.fields["is_default"].disabled = True
            self.fields["is_default"].help_text = "Mark other terms to change this."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        basis = cleaned.get("basis") or PaymentTerms.Basis.DATE
        if (
            cleaned.get("net_days") is None
            and "net_days" not in self.errors
            and basis == PaymentTerms.Basis.DATE
        ):
            self.add_error("net_days", "Say after how many days it is due.")
        if self.errors:
            return cleaned
        wanted = TermsWish(
            name=cleaned["name"],
            basis=basis,
            net_days=cleaned["net_days"] or 0,
            discount_percent=cleaned["discount_percent"] or ZERO,
            discount_days=cleaned["discount_days"] or 0,
            is_default=cleaned["is_default"],
        )
        return {"wanted": wanted}

"""The form of the firm's rules of billing. It cleans and never writes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from billing.models import BillingRules
from billing.numbering import why_not_a_pattern
from core.forms import AmountField


def _prefix(label: str) -> forms.CharField:
    letters = RegexValidator(r"^[A-Za-z0-9]+$", "Use letters and digits only.")
    return forms.CharField(label=label, max_length=10, validators=[letters])


class NumbersForm(forms.Form):
    """Prefixes and pattern of numbers: the firm's, or a legal entity's own."""

    number_prefix = _prefix("Prefix of invoice numbers")
    number_prefix.help_text = "HM gives HM-2026-0001. Numbers already given stay as they are."
    credit_prefix = _prefix("Prefix of credit memos")
    retainer_prefix = _prefix("Prefix of deposit requests")
    number_pattern = forms.CharField(
        label="Pattern of numbers",
        max_length=60,
        required=False,
        help_text="{prefix}, {year} or {yy}, {month}, {number}: {prefix}-{year}-{number} gives HM-2026-0001. "
        "Each kind of document counts on its own and begins anew each year.",
    )

    def clean_number_pattern(self) -> str:
        """The usual pattern where it is left empty."""
        pattern: str = self.cleaned_data["number_pattern"] or "{prefix}-{year}-{number}"
        if wrong := why_not_a_pattern(pattern):
            raise ValidationError(wrong)
        return pattern

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        prefixes = [cleaned.get(f"{kind}_prefix") for kind in ("number", "credit", "retainer")]
        if len(set(prefixes)) < len(prefixes) and all(prefixes):
            raise ValidationError("Each kind of document needs a prefix of its own.")
        return cleaned


class RulesForm(NumbersForm):
    invoice_message = forms.CharField(
        label="Words on new invoices", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    tax_rounding = forms.ChoiceField(
        label="Taxes are rounded",
        choices=BillingRules.TaxRounding.choices,
        required=False,
        help_text="As your accounting system does it.",
    )
    allows_partial_payment = forms.BooleanField(label="Clients may pay a part of an invoice", required=False)
    minimum_payment_amount = AmountField(
        label="Smallest payment",
        least=Decimal("0.50"),
        help_text="Card networks charge for each payment, so very small ones cost more than they bring.",
    )
    link_days = forms.IntegerField(
        label="Days that a pay link works",
        min_value=7,
        max_value=1825,
        help_text="Counted from the last sending.",
    )

    is_electronic = forms.BooleanField(
        label="Invoices carry their content for programs (Factur-X, ZUGFeRD)",
        required=False,
        help_text="EN 16931 inside the PDF. A client may be told otherwise on its page.",
    )

    def clean_tax_rounding(self) -> str:
        """Once for each invoice where nothing is said."""
        return self.cleaned_data["tax_rounding"] or BillingRules.TaxRounding.INVOICE

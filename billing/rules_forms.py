"""The form of the firm's rules of billing. It cleans and never writes."""

from decimal import Decimal

from django import forms
from django.core.validators import RegexValidator

from core.forms import AmountField


class RulesForm(forms.Form):
    number_prefix = forms.CharField(
        label="Prefix of invoice numbers",
        max_length=10,
        validators=[RegexValidator(r"^[A-Za-z0-9]+$", "Use letters and digits only.")],
        help_text="HM gives HM-2026-0001. Numbers already given stay as they are.",
    )
    invoice_message = forms.CharField(
        label="Words on new invoices", required=False, widget=forms.Textarea(attrs={"rows": 3})
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

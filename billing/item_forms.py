"""What people type about the catalogue."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from billing.models import CatalogueItem
from clients.models import TaxCode
from core.forms import AmountField
from ledger.models import Account
from people import currencies


class ItemForm(forms.Form):
    """One item of the catalogue."""

    name = forms.CharField(label="Name", max_length=80)
    description = forms.CharField(
        label="On the invoice", max_length=200, required=False, help_text="Empty: the name."
    )
    unit = forms.CharField(label="Unit", max_length=20, required=False)
    price_amount = AmountField(label="Price of one", least=Decimal(0), most=Decimal(99_999_999))
    currency = forms.ChoiceField(label="Currency", choices=currencies.choices)
    income_account = forms.ModelChoiceField(
        Account.objects.filter(kind=Account.Kind.REVENUE),
        label="Income goes to",
        required=False,
        empty_label="The usual account of services",
    )
    tax_code = forms.ModelChoiceField(
        TaxCode.objects.all(), label="Tax", required=False, empty_label="As its client is taxed"
    )

    def __init__(self, *args: Any, item: CatalogueItem | None = None, **kwargs: Any) -> None:
        if item is not None:
            kwargs["initial"] = {name: getattr(item, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        usable = Q(is_active=True) | Q(pk=item.tax_code_id if item else None)
        self.fields["tax_code"].queryset = TaxCode.objects.filter(usable)  # type: ignore[attr-defined]


class ItemPriceForm(forms.Form):
    """A price from a day on."""

    starts_on = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    price_amount = AmountField(label="Price of one", least=Decimal(0), most=Decimal(99_999_999))

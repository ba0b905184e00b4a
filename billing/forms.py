"""Forms about drafts and invoices. They clean and never write."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from billing.draft_prices import Parts
from billing.layouts import LayoutWish
from billing.models import By, CatalogueItem, Detail
from billing.reasons_forms import Kind, ReasonInput
from clients.models import Client, PaymentTerms
from core.forms import AmountField
from core.periods import month_of
from people.models import StaffMember
from projects.models import Project


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ReadyFilters(forms.Form):
    """What the list of work to bill shows. A wrong value is as good as none."""

    through = forms.DateField(required=False)
    client = forms.ModelChoiceField(Client.objects.all(), required=False)
    lead = forms.ModelChoiceField(StaffMember.objects.all(), required=False)
    method = forms.CharField(required=False, max_length=60)
    currency = forms.CharField(required=False, max_length=3)
    cycle = forms.CharField(required=False, max_length=60)
    group = forms.CharField(required=False, max_length=10)
    old = forms.BooleanField(required=False)
    held = forms.BooleanField(required=False)

    def wanted(self, today: date) -> dict[str, Any]:
        """The filters; work through the end of this month unless told otherwise."""
        self.is_valid()
        cleaned = {name: self.cleaned_data.get(name) for name in self.fields}
        cleaned["through"] = cleaned["through"] or month_of(today).last
        return cleaned


class DraftingForm(forms.Form):
    """The projects to draft, and up to which day."""

    project = forms.ModelMultipleChoiceField(
        Project.objects.all(), error_messages={"required": "Choose at least one project to draft."}
    )
    through = _day("Work through")
    parts = forms.ChoiceField(choices=Parts.choices, required=False)
    # What is empty is as last time.
    group_by = forms.ChoiceField(choices=By.choices, required=False)
    line_by = forms.ChoiceField(choices=By.choices, required=False)
    detail = forms.ChoiceField(choices=Detail.choices, required=False)

    def clean_parts(self) -> Parts:
        return Parts(self.cleaned_data["parts"] or Parts.ALL)

    @property
    def said(self) -> dict[str, str]:
        """What is chosen of how all of them are laid out."""
        return {name: self.cleaned_data[name] for name in ("group_by", "line_by", "detail")}

    def layout(self) -> LayoutWish | None:
        """What is chosen; None: all as last time. Raises GroupingIsWrong."""
        return LayoutWish(**self.said) if any(self.said.values()) else None

    def clean_project(self) -> list[int]:
        return [project.pk for project in self.cleaned_data["project"]]


class NewLineForm(forms.Form):
    """A line without work behind it: of the catalogue, or of words and an amount."""

    item = forms.ModelChoiceField(
        CatalogueItem.objects.filter(is_active=True), required=False, empty_label="None: words and an amount"
    )
    quantity = AmountField(
        label="Quantity", required=False, least=Decimal(0), help_text="Of the item; empty is one."
    )
    description = forms.CharField(label="Description", max_length=300, required=False)
    is_shared = forms.BooleanField(
        label="Share among all payers of the project",
        required=False,
        help_text="Each gets its part on its draft, to the cent.",
    )

    def __init__(self, *args: Any, currency: str, has_payers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_payers:
            del self.fields["is_shared"]
        self.fields["amount"] = AmountField(
            label=f"Amount in {currency}",
            currency=currency,
            required=False,
            help_text="Below zero for a discount.",
        )

    def clean(self) -> dict[str, Any]:
        """Without an item a line needs words and an amount. What an item leaves empty is found by it."""
        given = self.cleaned_data
        if given.get("item") is None:
            for name in ("description", "amount"):
                if name not in self.errors and not given.get(name):
                    self.add_error(name, "This field is required.")
        elif given.get("quantity") is None and "quantity" not in self.errors:
            given["quantity"] = Decimal(1)
        return given


class InvoiceForm(forms.Form):
    """What a draft says besides its lines."""

    title = forms.CharField(label="Title", max_length=160)
    terms = forms.ModelChoiceField(PaymentTerms.objects.all(), label="Terms", empty_label=None)
    po_number = forms.CharField(label="PO number", max_length=40, required=False)
    detail = forms.ChoiceField(label="Detail for the client", choices=Detail.choices)
    tax_on = forms.DateField(
        label="Tax rates of",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Where it is not the invoice date.",
    )
    shows_receipts = forms.BooleanField(required=False, label="Receipts of expenses go along")
    internal_note = forms.CharField(
        label="Note for colleagues", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    exchange_rate = forms.DecimalField(
        label="Exchange rate",
        required=False,
        max_digits=20,
        decimal_places=10,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Empty: the rate of the day when it is issued.",
    )
    message = forms.CharField(
        label="Message on the invoice",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class IssueForm(forms.Form):
    """The invoice's date, and the version of the draft that was looked at."""

    on = _day("Invoice date")
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """The version of the draft that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VoidForm(forms.Form):
    """Why an invoice is void."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        help_text="Kept with the invoice; the client does not see it.",
        widget=ReasonInput(Kind.VOID),
    )


class ReviewForm(forms.Form):
    """The version of the draft that was looked at, and what a step's signature asks for."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    typed_name = forms.CharField(label="Your name", max_length=120)
    password = forms.CharField(label="Password", strip=False, max_length=200, widget=forms.PasswordInput)

    def __init__(self, *args: Any, asks_name: bool, asks_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_name:
            del self.fields["typed_name"]
        if not (asks_name and asks_password):
            del self.fields["password"]


class ReturnInvoiceForm(forms.Form):
    """What should be changed, and the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What should be changed", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExpensesForm(forms.Form):
    """Chosen expenses, and what is done with them."""

    expense = forms.TypedMultipleChoiceField(coerce=int)
    action = forms.ChoiceField(choices=[(name, name) for name in ("drop", "hold", "release")])
    reason = forms.CharField(required=False, max_length=200)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        numbers = [value for value in data.getlist("expense") if value.isdecimal() and len(value) < 19]
        self.fields["expense"].choices = [(value, value) for value in numbers]  # type: ignore[attr-defined]

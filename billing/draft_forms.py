"""Forms of the draft editor: lines, entries, layout, discounts, taxes, files. They clean and never write."""

from typing import Any

from django import forms
from django.db.models import Q

from billing.discounting import REASON_LENGTH, DiscountWish
from billing.layouts import FIELDS, Layout
from billing.models import By, Detail, Discount, InvoiceLine
from billing.reasons_forms import Kind, ReasonInput
from clients.models import TaxCode
from core.errors import Refusal
from core.forms import AmountField, MinutesField
from core.minutes import SUM_MINUTES

LINE_BY = [(by.value, by.label.capitalize()) for by in By if by != By.NONE]
GROUP_BY = [(By.NONE.value, "No headings"), *LINE_BY]


class LineForm(forms.Form):
    """A line in place: its words, its hours, rate or amount, and why that differs from the work."""

    description = forms.CharField(max_length=300, error_messages={"required": "Say what the line is for."})
    minutes = MinutesField(required=False, most=SUM_MINUTES)
    rate = AmountField(required=False)
    reason = forms.CharField(max_length=200, required=False)
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = AmountField(
            currency=currency, error_messages={"required": "Enter an amount, or take the line off."}
        )

    def changed(self, now: dict[str, Any]) -> dict[str, Any]:
        """What the person changed against what stands there `now`; the fields of the line were posted together."""
        found = {name: self.cleaned_data.get(name) for name in ("reason", "version")}
        for name, value in now.items():
            given = self.cleaned_data.get(name)
            if name == "minutes" and given is None and name in self.data:
                given = 0
            if name in self.data and given is not None and given != value:
                found[name] = given
        return found


class EntryForm(LineForm):
    """An entry on a draft in place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["description"]


class LayoutForm(forms.Form):
    """How the lines are formed, and what the client sees of them."""

    group_by = forms.ChoiceField(label="Headings by", choices=GROUP_BY)
    line_by = forms.ChoiceField(label="Lines by", choices=LINE_BY)
    detail = forms.ChoiceField(label="The client sees", choices=Detail.choices)
    hides_rates = forms.BooleanField(label="Hide rates", required=False)
    hides_names = forms.BooleanField(label="Hide names of people", required=False)
    hides_zero = forms.BooleanField(label="Hide lines that come to zero", required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self.layout = Layout(**{name: cleaned[name] for name in FIELDS if name in cleaned})
        except Refusal as refusal:
            self.add_error(refusal.field or None, refusal.message)
        return cleaned


class ReasonForm(forms.Form):
    """Why something is held, deleted or written off."""

    reason = forms.CharField(label="Reason", max_length=200, error_messages={"required": "Say why."})
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str = Kind.HOLD, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget = ReasonInput(kind)


class PlainForm(forms.Form):
    """Nothing but the version that was looked at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class InvoiceFileForm(forms.Form):
    """A file that goes with the invoice."""

    file = forms.FileField(label="File")


PERCENT, AMOUNT = "PERCENT", "AMOUNT"


class DiscountForm(forms.Form):
    """A percentage or an amount off, and why."""

    value = AmountField(label="Discount", error_messages={"required": "Say how much comes off."})
    unit = forms.ChoiceField(label="Unit", choices=[(PERCENT, "Percent")])
    reason = forms.CharField(
        label="Reason",
        max_length=REASON_LENGTH,
        help_text="Printed on the invoice.",
        widget=ReasonInput(Kind.DISCOUNT),
        error_messages={"required": "Say why; the client reads it on the invoice."},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(PERCENT, "Percent"), (AMOUNT, currency)]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]

    def wanted(self) -> DiscountWish:
        """What comes off. Raises DiscountIsWrong."""
        found = self.cleaned_data
        name = "percent" if found["unit"] == PERCENT else "amount"
        return DiscountWish(found["reason"], **{name: found["value"]})

    @staticmethod
    def initial_of(discount: Discount | None) -> dict[str, Any]:
        """What stands there now."""
        if discount is None:
            return {}
        is_percent = discount.percent is not None
        return {
            "value": discount.percent if is_percent else discount.amount,
            "unit": PERCENT if is_percent else AMOUNT,
            "reason": discount.reason,
        }


class LineTaxForm(forms.Form):
    """What taxes a line: what its client's record says, nothing, or a code."""

    CLIENT, NONE = "client", "none"
    tax = forms.ChoiceField(label="Tax code")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, line: InvoiceLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {
            str(code.pk): code for code in TaxCode.objects.filter(Q(is_active=True) | Q(pk=line.tax_code_id))
        }
        choices = [(self.CLIENT, "As the client's record says"), (self.NONE, "No tax")]
        choices += [(key, code.name) for key, code in self.codes.items()]
        self.fields["tax"].choices = choices  # type: ignore[attr-defined]
        chosen = str(line.tax_code_id) if line.tax_code_id else self.NONE
        self.fields["tax"].initial = chosen if line.is_tax_chosen else self.CLIENT

    @property
    def follows_client(self) -> bool:
        return self.cleaned_data["tax"] == self.CLIENT

    @property
    def code(self) -> TaxCode | None:
        return self.codes.get(self.cleaned_data["tax"])

"""What people type about a tax code: its name, up to five taxes in their order, and from which day new rates apply."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms

from clients.models import TaxCode
from clients.taxing import MOST_COMPONENTS, ComponentWish, TaxWish
from core.forms import AmountField

PLACES = range(1, MOST_COMPONENTS + 1)


class TaxForm(forms.Form):
    """A tax code; cleaned to `wanted`, and `first_on` for one that is there already. A row without a rate is none."""

    name = forms.CharField(max_length=60, help_text="As it is chosen for clients and lines.")
    is_inclusive = forms.BooleanField(required=False, label="Prices contain the tax")
    note = forms.CharField(
        max_length=300,
        required=False,
        label="Words on documents",
        help_text="Printed where the code is used, such as: Reverse charge, the tax is owed by the recipient.",
    )
    first_on = forms.DateField(
        required=False,
        label="New rates apply from",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty corrects the latest rates instead.",
    )
    is_active = forms.BooleanField(required=False, initial=True, label="Can be chosen")

    def __init__(self, *args: Any, tax: TaxCode | None = None, **options: Any) -> None:
        if tax is not None:
            options["initial"] = _of(tax)
        super().__init__(*args, **options)
        for place in PLACES:
            self.fields[f"name_{place}"] = forms.CharField(
                max_length=60, required=False, label=f"Tax {place}"
            )
            self.fields[f"rate_{place}"] = AmountField(required=False, label="Rate")
            self.fields[f"is_compound_{place}"] = forms.BooleanField(
                required=False, label="On top of those above"
            )
        if tax is None:
            del self.fields["first_on"], self.fields["is_active"]

    def rows(self) -> Iterator[tuple[Any, Any, Any]]:
        """Name, rate and compound of each row, as bound fields."""
        for place in PLACES:
            yield self[f"name_{place}"], self[f"rate_{place}"], self[f"is_compound_{place}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        components = []
        for place in PLACES:
            rate = cleaned.get(f"rate_{place}")
            if rate is not None:
                name, compound = cleaned.get(f"name_{place}", ""), cleaned.get(f"is_compound_{place}", False)
                components.append(ComponentWish(name, rate, compound))
            elif cleaned.get(f"name_{place}") and f"rate_{place}" not in self.errors:
                self.add_error(f"rate_{place}", "Say at which rate.")
        if self.errors:
            return cleaned
        wanted = TaxWish(
            name=cleaned["name"],
            components=components,
            is_inclusive=cleaned["is_inclusive"],
            note=cleaned["note"],
            is_active=cleaned.get("is_active", True),
        )
        first_on: date | None = cleaned.get("first_on")
        return {"wanted": wanted} | ({"first_on": first_on} if "first_on" in self.fields else {})


def _of(tax: TaxCode) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: getattr(tax, name) for name in ("name", "is_inclusive", "note", "is_active")
    }
    active = [part for part in tax.components.prefetch_related("rates") if part.is_active]
    for place, part in enumerate(active, start=1):
        latest = list(part.rates.all())[-1:]
        found[f"name_{place}"] = part.name
        found[f"rate_{place}"] = latest[0].rate_percent if latest else None
        found[f"is_compound_{place}"] = part.is_compound
    return found

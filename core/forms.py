"""Form fields that read what people type: amounts and durations, by the same rules as everywhere else."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import Refusal
from core.minutes import DAY_MINUTES, Style, format_minutes, parse_minutes
from core.money import format_number, parse_amount, places


class AmountField(forms.CharField):
    """An amount as `core.money.parse_amount` reads it (1234.5, 1,234.50); cleaned to a Decimal, or None if empty.

    `currency` bounds the decimal places. `least` and `most` bound the amount, both included. Rates and quantities with
    more decimals leave `currency` out.
    """

    def __init__(
        self, *, currency: str = "", least: Decimal | None = None, most: Decimal | None = None, **options: Any
    ) -> None:
        self.currency, self.least, self.most = currency, least, most
        super().__init__(**options)
        self.widget.attrs |= {"data-money": "", "inputmode": "decimal", "autocomplete": "off"}
        if currency and places(currency) != 2:
            self.widget.attrs["data-places"] = str(places(currency))

    def prepare_value(self, value: Any) -> Any:
        """A stored amount is shown with its decimals; typed text stays as it was typed."""
        if not isinstance(value, Decimal):
            return value
        exponent = value.normalize().as_tuple().exponent
        written = max(0, -exponent) if isinstance(exponent, int) else 0
        return format_number(value, max(written, places(self.currency) if self.currency else 2))

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text, self.currency)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal
        if self.least is not None and amount < self.least:
            raise ValidationError(f"This must be {format_number(self.least)} or more.")
        if self.most is not None and amount > self.most:
            raise ValidationError(f"This must be {format_number(self.most)} or less.")
        return amount


class MinutesField(forms.CharField):
    """A duration as `core.minutes.parse_minutes` reads it (1.5, 1:30, 90m); the clean value is whole minutes, or None
    if empty or zero. `style` is how a stored value is shown: decimal or clock; `most` is a day, or more for sums."""

    def __init__(self, *, style: Style = "decimal", most: int = DAY_MINUTES, **options: Any) -> None:
        self.style, self.most = style, most
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}
        self.widget.attrs["class"] = f"{self.widget.attrs.get('class', '')} is-number".strip()

    def prepare_value(self, value: Any) -> Any:
        return format_minutes(value, self.style) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        try:
            minutes = parse_minutes(super().clean(value) or "", most=self.most)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal
        if minutes is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return minutes

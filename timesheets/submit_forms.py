"""What the dialogs of submitting and of reasons send."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from approvals.certifying import Signature
from timesheets.forms import NotReadable, parse_versions
from timesheets.submission import Choice

# More days than this come from a damaged page.
MOST_DAYS = 400


def parse_choice(sent: QueryDict) -> Choice:
    """Which periods and days are meant. `chosen` says that the days are named, even if none is. Raises NotReadable."""
    days = _days(sent.getlist("day"))
    return Choice(
        periods=_days(sent.getlist("period")),
        days=days if sent.get("chosen") else None,
        returned_only=sent.get("lines") == "returned",
    )


def _days(texts: list[str]) -> frozenset[date]:
    if len(texts) > MOST_DAYS:
        raise NotReadable
    try:
        return frozenset(date.fromisoformat(text) for text in texts)
    except ValueError as error:
        raise NotReadable from error


class SubmitForm(forms.Form):
    """Declares the statement, acknowledges warnings, signs. `seen` is what the sums were of."""

    certified = forms.BooleanField(error_messages={"required": "Tick the statement to submit."})
    acknowledged = forms.BooleanField(
        required=False, error_messages={"required": "Confirm that you have read the warnings."}
    )
    typed_name = forms.CharField(label="Your name", max_length=120, required=False, strip=True)
    password = forms.CharField(
        label="Your password", max_length=200, required=False, strip=False, widget=forms.PasswordInput
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_signed: bool, warns: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_signed = is_signed
        self.fields["acknowledged"].required = warns
        if is_signed:
            for name in ("typed_name", "password"):
                self.fields[name].required = True

    def clean_seen(self) -> dict[int, int]:
        """The versions that were read, by the line's id."""
        return parse_versions(self.cleaned_data["seen"], most=2000)

    def signature(self, address: str | None) -> Signature | None:
        """What was signed, or None where nobody asks."""
        if not self.is_signed:
            return None
        return Signature(self.cleaned_data["typed_name"], self.cleaned_data["password"], address)

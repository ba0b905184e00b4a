"""What the approval pages send: parsed and cleaned, never written."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from core.errors import Refusal
from core.minutes import parse_minutes
from timesheets.approvals_keys import SheetKey
from timesheets.forms import parse_versions

MOST_LINES = 20_000


class SeenField(forms.CharField):
    """Lines with the version that was read, `5.1,6.2`; cleaned to {5: 1, 6: 2}."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **options)

    def clean(self, value: Any) -> dict[int, int]:
        try:
            seen = parse_versions(super().clean(value) or "", most=MOST_LINES)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal
        if not seen:
            raise ValidationError("Choose the lines first.")
        return seen


class DecideForm(forms.Form):
    """The lines of a decision. `open` and `then` are the sheets to show afterwards."""

    lines = SeenField(error_messages={"required": "Choose the lines first."})
    open = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    then = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class ApproveForm(DecideForm):
    """Approving where no signature is needed: none is asked for, or one was given a moment before."""


class NamedApproveForm(ApproveForm):
    """The typed name under the statement, where the person has just proved by other means who they are."""

    typed_name = forms.CharField(
        label="Your full name", max_length=120, error_messages={"required": "Type your full name."}
    )


class SignedApproveForm(NamedApproveForm):
    """The signature under the statement. The name is kept after an error, the password is not."""

    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(render_value=False),
        strip=False,
        error_messages={"required": "Type your password."},
    )


class ReturnForm(DecideForm):
    """Why lines go back."""

    reason = forms.CharField(
        label="What should be changed?",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what should be changed, so that it can be corrected."},
    )


class UnapproveForm(forms.Form):
    """Why an approval is taken back."""

    reason = forms.CharField(
        label="Why is the approval taken back?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the approval is taken back."},
    )


class CutForm(forms.Form):
    """What may be billed of a line, as it was typed, and why."""

    billable = forms.CharField(max_length=20, required=False)
    reason = forms.CharField(max_length=300, required=False)
    version = forms.IntegerField(min_value=1)

    def clean_billable(self) -> int:
        """Minutes; empty is none."""
        return _minutes(self.cleaned_data["billable"])


class WorkedForm(forms.Form):
    """What was worked, as it was typed, and why it is changed."""

    worked = forms.CharField(max_length=20, required=False)
    reason = forms.CharField(max_length=300, required=False)
    version = forms.IntegerField(min_value=1)

    def clean_worked(self) -> int:
        """Minutes; empty is none, which the operation refuses."""
        return _minutes(self.cleaned_data["worked"])


def _minutes(text: str) -> int:
    try:
        return parse_minutes(text) or 0
    except Refusal as refusal:
        raise ValidationError(refusal.message) from refusal


def chosen_ids(asked: QueryDict, name: str = "line") -> list[int]:
    """Ids that were ticked."""
    texts = asked.getlist(name)
    return [int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 18]


def chosen_sheets(asked: QueryDict) -> list[SheetKey]:
    """The sheets that were ticked, else the open one."""
    texts = asked.getlist("sheet") or [asked.get("open", "")]
    return [key for key in map(SheetKey.parse, texts) if key]

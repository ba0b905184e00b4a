"""The form of the firm's own words of mails. It cleans and never writes."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.payment_forms import AddressesField
from billing.wording import why_not


class MailTextForm(forms.Form):
    """Words of one kind of mail; a variable that there is none of is refused beside its field."""

    subject = forms.CharField(label="Subject", max_length=200)
    text = forms.CharField(label="Text", max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))
    copies = AddressesField(
        label="Copies to",
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email"}),
        help_text="Beside the client's own contacts; several addresses with commas.",
    )

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(*args, **options)

    def clean_subject(self) -> str:
        """Its variables are known."""
        return self._checked("subject")

    def clean_text(self) -> str:
        """Its variables are known."""
        return self._checked("text")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        if wrong := why_not(text, self.kind):
            raise ValidationError(wrong)
        return text

"""How people prove who they are."""

import json
from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret, validate_totp_code
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from core import secrets
from people.account_forms import readable
from people.models import User
from people.securing import NAME_LENGTH

NOT_THE_CODE = "This is not the code that the app shows now. Look again: it changes every 30 seconds."


class AppForm(forms.Form):
    """The first code of an authenticator app. The secret travels encrypted in the form and is stored nowhere before."""

    code = forms.CharField(
        label="Code that the app shows",
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    ticket = forms.CharField(max_length=500, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)
        self.secret = self._opened(str(self.data.get("ticket", ""))) or generate_totp_secret()
        self.initial["ticket"] = self._sealed()

    @property
    def typed_secret(self) -> str:
        """The secret in groups of four, for people who cannot scan."""
        text = self.secret.rstrip("=")
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    def clean_code(self) -> str:
        code = "".join(str(self.cleaned_data["code"]).split())
        if not validate_totp_code(self.secret, code):
            raise forms.ValidationError(NOT_THE_CODE)
        return code

    def _sealed(self) -> str:
        return secrets.encrypt(json.dumps([self.person.pk, self.secret]))

    def _opened(self, ticket: str) -> str:
        try:
            pk, secret = json.loads(secrets.decrypt(ticket) or "[0, null]")
        except (secrets.SecretUnreadable, ValueError):
            return ""
        return str(secret) if pk == self.person.pk else ""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey: the browser's answer, checked against the question of this session."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=NAME_LENGTH,
        help_text="So that you know it again, such as Laptop or Telephone.",
    )
    passwordless = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["name"] = ""

    def clean(self) -> dict[str, Any]:
        with readable():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class PasskeyNameForm(forms.Form):
    name = forms.CharField(label="Name", max_length=NAME_LENGTH)


class ConfirmForm(forms.Form):
    """The password again, or a code of the app."""

    password = forms.CharField(label="Password", strip=False, max_length=200, widget=forms.PasswordInput)

    def __init__(self, *args: Any, has_app: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_app:
            self.fields["password"].label = "Password, or code of your authenticator app"

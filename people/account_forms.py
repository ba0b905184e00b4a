"""allauth's forms, where the product wants other words or is stricter."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account import forms as allauth
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.forms import BaseForm, ValidationError

from people.models import User

PASSWORD_RULE = "12 characters or more. A sentence works well."


def plain(form: BaseForm) -> None:
    """Labels say what a field is for; placeholders repeat them and vanish."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""


def ask_once(form: BaseForm) -> None:
    """A new password is typed once; a button shows it."""
    plain(form)
    del form.fields["password2"]
    form.fields["password1"].label = "New password"
    form.fields["password1"].help_text = PASSWORD_RULE


class SignInForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["login"].label = "E-mail"
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ResetForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["email"].label = "E-mail"


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_once(self)


class PasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_once(self)
        self.fields["oldpassword"].label = "Present password"


class ResetTokenForm(allauth.UserTokenForm):
    """A link that was mailed before somebody was deactivated opens nothing."""

    def _get_user(self, uidb36: str) -> User | None:
        user: User | None = super()._get_user(uidb36)
        return user if user is not None and user.is_active else None


class SecondStepForm(AuthenticateForm):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self)
        self.fields["code"].label = "Code"
        self.fields["code"].help_text = "Of your authenticator app, or a recovery code."


# What parsing a passkey's answer runs into when somebody sends anything but one.
UNREADABLE = (
    AttributeError,
    IndexError,
    InvalidSignature,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
    struct.error,
)


@contextmanager
def readable() -> Iterator[None]:
    """An answer that is none is refused like one that does not match."""
    try:
        yield
    except UNREADABLE as error:
        raise ValidationError("The passkey was not accepted.") from error


class PasskeyAnswer:
    """In front of allauth's forms that take a passkey's answer."""

    def clean_credential(self) -> Authenticator:
        with readable():
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        return found


class PasskeySignInForm(PasskeyAnswer, webauthn.LoginWebAuthnForm):
    pass


class PasskeyStepForm(PasskeyAnswer, webauthn.AuthenticateWebAuthnForm):
    pass


class PasskeyConfirmForm(PasskeyAnswer, webauthn.ReauthenticateWebAuthnForm):
    pass

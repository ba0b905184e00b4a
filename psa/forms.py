"""Forms of the root host."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from core.errors import Refusal
from people import time_zones
from people.models import User
from psa.founding import SLUG_LENGTH, check_free


class SignUpForm(forms.Form):
    """What a firm needs to begin: who, how it is called, where it lives."""

    owner_name = forms.CharField(label="Your name", max_length=120)
    owner_email = forms.EmailField(label="Work e-mail", max_length=254)
    name = forms.CharField(label="Firm", max_length=120)
    slug = forms.CharField(label="Address", max_length=SLUG_LENGTH)
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(render_value=True),
        help_text="12 characters or more. A sentence works well.",
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).strip().lower()
        try:
            check_free(slug)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal
        return slug

    def clean_time_zone(self) -> str:
        # It comes from the browser by itself; a wrong one is nobody's mistake.
        return time_zones.known(self.cleaned_data["time_zone"], "UTC")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password:
            person = User(email=cleaned.get("owner_email", ""), name=cleaned.get("owner_name", ""))
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class FindFirmForm(forms.Form):
    """Either part is enough: the address opens the firm, the e-mail address is written to."""

    email = forms.EmailField(label="Your work e-mail", max_length=254)

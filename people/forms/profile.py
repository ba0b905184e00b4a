"""What people set for themselves."""

from typing import Any

from django import forms

from people import time_zones
from people.models import User


class ProfileForm(forms.Form):
    """Starts with what the person has now."""

    name = forms.CharField(label="Your name", max_length=120)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zones.choices, help_text="Decides which day today is for you."
    )
    hours_style = forms.ChoiceField(
        label="Hours look like",
        choices=[("decimal", "1.50, decimal hours"), ("clock", "1:30, hours and minutes")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": person.name,
            "time_zone": person.time_zone,
            "hours_style": person.hours_style,
        }
        super().__init__(*args, **kwargs)

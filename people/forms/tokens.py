"""A new API token."""

from typing import Any

from django import forms

from people.issuing import AREAS

NONE, READ, WRITE = "", "read", "write"
ACCESS = [(NONE, "No access"), (READ, "Read"), (WRITE, "Read and change")]
LIFETIMES = [("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"), ("", "When I revoke it")]


class TokenForm(forms.Form):
    """What will use it, until when, and how far it may go in each area."""

    name = forms.CharField(
        label="What will use it",
        max_length=80,
        widget=forms.TextInput(attrs={"placeholder": "Monthly export"}),
    )
    days = forms.TypedChoiceField(
        label="It ends", choices=LIFETIMES, required=False, coerce=int, empty_value=None, initial="90"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for area, label in AREAS:
            self.fields[area] = forms.ChoiceField(label=label, choices=ACCESS, required=False, initial=READ)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        wanted = {READ: ("read",), WRITE: ("read", "write")}
        chosen = [(area, what) for area, _ in AREAS for what in wanted.get(fields.pop(area, NONE), ())]
        fields["scopes"] = [f"{area}:{what}" for area, what in chosen]
        if not chosen:
            self.add_error(None, "Choose what the token may read or change.")
        return fields

    @property
    def areas(self) -> list[forms.BoundField]:
        return [self[area] for area, _ in AREAS]

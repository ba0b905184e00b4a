"""The firm's reasons: the form of their lists, and the field that asks why, with those of a kind offered."""

from typing import Any

from django import forms

from billing.models import SuggestedReason
from billing.suggesting import LONGEST, MOST

Kind = SuggestedReason.Kind


def reasons_of(kind: str) -> list[str]:
    """What the firm offers, in its order. One statement."""
    return list(SuggestedReason.objects.filter(kind=kind).values_list("words", flat=True))


def listed(kind: str) -> str:
    """The id of their list on a page."""
    return f"reasons-{kind.lower()}"


class ReasonInput(forms.TextInput):
    """A line of text with a list to choose from; the list is read when it is shown."""

    template_name = "billing/reason_input.html"

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        found = super().get_context(name, value, (attrs or {}) | {"list": listed(self.kind)})
        return found | {"reasons": reasons_of(self.kind), "listed": listed(self.kind)}


class ReasonsForm(forms.Form):
    """Of each kind its reasons, one on each line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Kind:
            self.fields[kind.value] = forms.CharField(
                label=kind.label,
                required=False,
                max_length=(LONGEST + 2) * MOST,
                widget=forms.Textarea(attrs={"rows": 6}),
            )

    def lists(self) -> dict[str, list[str]]:
        """By kind."""
        return {kind.value: self.cleaned_data[kind.value].splitlines() for kind in Kind}

    @staticmethod
    def initial_of() -> dict[str, str]:
        """What is there. One statement."""
        found: dict[str, list[str]] = {}
        for reason in SuggestedReason.objects.all():
            found.setdefault(reason.kind, []).append(reason.words)
        return {kind: "\n".join(words) for kind, words in found.items()}

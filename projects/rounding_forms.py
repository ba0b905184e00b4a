"""What people type about the rounding of billable minutes."""

from typing import Any

from django import forms

from clients.models import Client
from projects.models import Project, RoundingRule
from projects.rounding import Wanted


class RoundingForm(forms.Form):
    """How billable minutes are rounded."""

    def __init__(self, *args: Any, rule: RoundingRule | None = None, **options: Any) -> None:
        if rule is not None:
            names = ("mode", "unit_minutes", "minimum_minutes", "scope", "client", "project")
            options["initial"] = {name: getattr(rule, name) for name in names}
        super().__init__(*args, **options)

    mode = forms.ChoiceField(choices=RoundingRule.Mode.choices, label="Minutes are rounded", initial="NONE")
    unit_minutes = forms.TypedChoiceField(
        choices=[(unit, f"{unit} minute{'' if unit == 1 else 's'}") for unit in RoundingRule.UNITS],
        coerce=int,
        label="By",
        initial=15,
    )
    minimum_minutes = forms.IntegerField(
        min_value=0,
        max_value=1440,
        required=False,
        label="At least, in minutes",
        help_text="Empty: no minimum.",
    )
    scope = forms.ChoiceField(
        choices=RoundingRule.Scope.choices, label="What is rounded by itself", initial="ENTRY"
    )

    @property
    def wanted(self) -> Wanted:
        """The rule. Of a form that is valid."""
        fields = self.cleaned_data
        return Wanted(fields["unit_minutes"], fields["mode"], fields["minimum_minutes"] or 0, fields["scope"])


class ExceptionForm(RoundingForm):
    """The rule of one client or of one project."""

    client = forms.ModelChoiceField(Client.objects.active(), required=False, empty_label="No client")
    project = forms.ModelChoiceField(
        Project.objects.all(),
        required=False,
        empty_label="No project",
        help_text="A project goes before its client.",
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if not self.errors and bool(fields["client"]) == bool(fields["project"]):
            self.add_error("client", "Choose a client or a project.")
        return fields

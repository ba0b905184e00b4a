"""Forms of the page of approval policies."""

from collections.abc import Sequence
from typing import Any

from django import forms

from approvals.forms import PolicyForm, StepForm
from approvals.models import Policy
from core.forms import AmountField
from people.models import StaffMember, User
from projects.access import visible_to
from projects.models import Project
from reports.policy_page import Asking, Kind, project_choices


class PlacedStepForm(StepForm):
    """A step and its place among the others; without the fields that mean nothing for the kind."""

    place = forms.ChoiceField(label="When")

    def __init__(
        self, *args: Any, kind: Kind, places: Sequence[tuple[str, str]], by: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, projects=project_choices(by) if kind.has_projects else None, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        needless = {
            "project_id": kind.has_projects,
            "least_amount": kind.has_amounts,
            "most_amount": kind.has_amounts,
            "billable": kind.has_billable,
            "is_for_exceptions": kind.has_limits,
        }
        for name, is_needed in needless.items():
            if not is_needed:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name in ("project_id", "least_amount", "most_amount"):
            values.setdefault(name, None)
        return values | {"billable": values.get("billable", "")}

    @property
    def values(self) -> dict[str, Any]:
        """The step without its place."""
        return {name: value for name, value in self.cleaned_data.items() if name != "place"}


class KindPolicyForm(PolicyForm):
    """What holds for all steps; only what may go on without a decision can be advisory."""

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, policy=policy, **kwargs)
        if policy.is_required:
            del self.fields["is_blocking"]


class AskingForm(forms.Form):
    """Whose work on which project is looked at."""

    person = forms.ModelChoiceField(label="Person", queryset=StaffMember.objects.working(), empty_label=None)
    project = forms.ModelChoiceField(
        label="Project", queryset=Project.objects.none(), required=False, empty_label="No project"
    )
    billable = forms.ChoiceField(
        label="Billable", choices=[("1", "Billable"), ("", "Non-billable")], required=False
    )
    amount = AmountField(label="Amount", required=False, max_length=20)
    over_limit = forms.BooleanField(label="Over a limit of its code", required=False)

    def __init__(self, *args: Any, kind: Kind, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = (  # type: ignore[attr-defined]
            visible_to(by).open().select_related("client").order_by("name")
        )
        needless = {
            "project": kind.has_projects,
            "billable": kind.has_billable,
            "amount": kind.has_amounts,
            "over_limit": kind.has_limits,
        }
        for name, is_needed in needless.items():
            if not is_needed:
                del self.fields[name]

    @property
    def asking(self) -> Asking:
        """What was chosen."""
        values = self.cleaned_data
        return Asking(
            staff=values["person"],
            project=values.get("project"),
            is_billable=bool(values.get("billable", "1")),
            amount=values.get("amount"),
            is_exceptional=values.get("over_limit", False),
        )

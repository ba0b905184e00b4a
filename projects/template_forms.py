"""What people type about templates and copies of projects."""

from typing import Any

from django import forms
from django.db.models import Q

from clients.models import Client
from people.models import StaffMember
from projects.forms import DateInput
from projects.models import Project, ProjectTemplate


class CopyForm(forms.Form):
    """A project from a template, or as a copy of another."""

    client = forms.ModelChoiceField(Client.objects.none(), empty_label="Choose a client")
    name = forms.CharField(max_length=160)
    code = forms.CharField(max_length=30, required=False, help_text="Empty takes the client's next one.")
    lead = forms.ModelChoiceField(StaffMember.objects.none(), required=False, empty_label="Nobody yet")
    starts_on = forms.DateField(
        required=False,
        widget=DateInput(),
        label="Starts",
        help_text="Days of tasks, milestones and periods are counted from here. Empty: tasks have none.",
    )
    with_team = forms.BooleanField(required=False, initial=True, label="Take the team along")
    with_contract = forms.BooleanField(
        required=False, initial=True, label="Take the contract along",
        help_text="Its lines with fees, caps, periods and milestones; nothing counts as billed or achieved.",
    )  # fmt: skip
    with_rates = forms.BooleanField(
        required=False, initial=True, label="Take rates and rounding along",
        help_text="The project’s own ones; those of client and firm count anyway.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, project: Project | None = None, may_rate: bool = True, **options: Any
    ) -> None:
        if project is not None:
            options["initial"] = {"client": project.client_id, "lead": project.lead_id}
        super().__init__(*args, **options)
        if not may_rate:
            del self.fields["with_rates"]
        self.fields["client"].queryset = Client.objects.active()  # type: ignore[attr-defined]
        working = Q(pk__in=StaffMember.objects.working().values("pk"))
        self.fields["lead"].queryset = StaffMember.objects.filter(working)  # type: ignore[attr-defined]


class TemplateForm(forms.Form):
    """The name of a template, or which one is filled anew."""

    template = forms.ModelChoiceField(
        ProjectTemplate.objects.none(), required=False, empty_label="A new template", label="Save as"
    )
    name = forms.CharField(max_length=120, required=False)
    notes = forms.CharField(max_length=300, required=False, help_text="When to use it.")

    def __init__(self, *args: Any, template: ProjectTemplate | None = None, **options: Any) -> None:
        if template is not None:
            options["initial"] = {"name": template.name, "notes": template.notes}
        super().__init__(*args, **options)
        if template is not None:
            del self.fields["template"]
        else:
            offered = ProjectTemplate.objects.filter(is_active=True)
            self.fields["template"].queryset = offered  # type: ignore[attr-defined]

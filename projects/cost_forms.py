"""What people type about cost rates."""

from typing import Any

from django import forms

from core.forms import AmountField
from people.models import StaffMember
from projects.forms import DateInput
from projects.models import LaborCode, Project, Task


class CostRateForm(forms.Form):
    """For whom and what an hour costs how much; nothing chosen is the firm's default."""

    staff = forms.ModelChoiceField(
        StaffMember.objects.working(), required=False, empty_label="Everybody", label="Person"
    )
    project = forms.ModelChoiceField(Project.objects.none(), required=False, empty_label="Any project")
    task = forms.ModelChoiceField(Task.objects.none(), required=False, empty_label="Any task")
    labor_code = forms.ModelChoiceField(
        LaborCode.objects.filter(is_active=True), required=False, empty_label="Any labor code"
    )
    cost_amount = AmountField(label="Cost of an hour")
    starts_on = forms.DateField(widget=DateInput(), label="From")
    ends_on = forms.DateField(widget=DateInput(), required=False, label="Until", help_text="The last day.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = Project.objects.open()  # type: ignore[attr-defined]
        tasks = Task.objects.filter(project__state=Project.State.OPEN).select_related("project")
        self.fields["task"].queryset = tasks.order_by("project__name", "position")  # type: ignore[attr-defined]
        self.fields["task"].label_from_instance = lambda task: f"{task.project.name}: {task.name}"  # type: ignore[attr-defined]


class ChangeCostForm(forms.Form):
    cost_amount = AmountField(label="New cost of an hour")
    starts_on = forms.DateField(widget=DateInput(), label="From")


class EndCostForm(forms.Form):
    ends_on = forms.DateField(
        widget=DateInput(), required=False, label="Last day", help_text="Empty: until further notice."
    )

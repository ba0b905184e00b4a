"""What people type about tasks."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from core.forms import AmountField
from people.models import StaffMember
from projects.costs import cost_currency
from projects.forms import DateInput, HoursField
from projects.models import LaborCode, Project, Task
from projects.tree import within

NAME = 160
HAND = Task.ProgressBy.HAND
BY_COST = Task.ProgressBy.COST
NO_STOP = Task.Stop.NONE


class TaskLineForm(forms.Form):
    """The line under the tasks of a project."""

    name = forms.CharField(max_length=NAME)
    budget_minutes = HoursField(required=False, label="Budget in hours")
    labor_code = forms.ModelChoiceField(LaborCode.objects.none(), required=False, empty_label="No labor code")
    is_billable = forms.BooleanField(required=False, initial=True, label="Billable")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["labor_code"].queryset = LaborCode.objects.filter(is_active=True)  # type: ignore[attr-defined]


class TaskForm(forms.Form):
    """Everything about one task of a project, or about a new one."""

    name = forms.CharField(max_length=NAME)
    parent = forms.ModelChoiceField(
        Task.objects.none(), required=False, empty_label="No other task", label="Part of"
    )
    budget_minutes = HoursField(required=False, label="Hours")
    budget_fee_amount = AmountField(required=False, label="Fees")
    budget_expense_amount = AmountField(required=False, label="Expenses")
    budget_cost_amount = AmountField(required=False, label="Cost", least=Decimal(0))
    budget_stop = forms.ChoiceField(
        choices=Task.Stop.choices, required=False, label="When time would pass the hours"
    )
    progress_by = forms.ChoiceField(
        choices=Task.ProgressBy.choices, required=False, label="Percent complete is found"
    )
    starts_on = forms.DateField(required=False, widget=DateInput(), label="Starts")
    due_on = forms.DateField(required=False, widget=DateInput(), label="Due")
    assignees = forms.ModelMultipleChoiceField(
        StaffMember.objects.none(), required=False, help_text="They join the team."
    )
    labor_code = forms.ModelChoiceField(LaborCode.objects.none(), required=False, empty_label="No labor code")
    is_billable = forms.BooleanField(required=False, initial=True, label="Billable")
    requires_notes = forms.BooleanField(required=False, label="Needs a note on every line")

    def __init__(
        self,
        *args: Any,
        project: Project,
        task: Task | None = None,
        sees_costs: bool = False,
        **options: Any,
    ) -> None:
        own: list[int] = []
        if task is not None:
            own = list(task.assigned.values_list("staff", flat=True))
            kept = [name for name in self.base_fields if name != "assignees"]
            options["initial"] = {name: getattr(task, name) for name in kept} | {"assignees": own}
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        currency = project.client.currency
        for name in ("budget_fee_amount", "budget_expense_amount"):
            fields[name] = AmountField(
                required=False, label=fields[name].label, currency=currency, least=Decimal(0)
            )
        usable = Q(is_active=True) | Q(pk=task.labor_code_id if task else None)
        fields["labor_code"].queryset = LaborCode.objects.filter(usable)
        self._costs(task, sees_costs)
        working = Q(pk__in=StaffMember.objects.working().values("pk")) | Q(pk__in=own)
        fields["assignees"].queryset = StaffMember.objects.filter(working)
        above = project.tasks.all()
        if task is not None:
            above = above.exclude(pk__in=within(task, list(above)))
        fields["parent"].queryset = above
        fields["parent"].label_from_instance = lambda each: each.path

    def _costs(self, task: Task | None, sees_costs: bool) -> None:
        """What a task may cost is for those who may see costs; for others it stays as it is."""
        fields: dict[str, Any] = self.fields
        if sees_costs:
            fields["budget_cost_amount"].currency = cost_currency()
            return
        del fields["budget_cost_amount"]
        if task is None or task.progress_by != BY_COST:
            fields["progress_by"].choices = [each for each in Task.ProgressBy.choices if each[0] != BY_COST]

    def clean_budget_stop(self) -> str:
        return self.cleaned_data["budget_stop"] or NO_STOP

    def clean_progress_by(self) -> str:
        return self.cleaned_data["progress_by"] or HAND


class ProgressForm(forms.Form):
    """How far a task is."""

    percent = AmountField(label="Done in percent", least=Decimal(0), most=Decimal(100))
    note = forms.CharField(max_length=300, required=False)

"""What people type about contract lines and milestones."""

from decimal import Decimal
from typing import Any

from django import forms

from core.forms import AmountField
from projects.contracting import EMPTY, KNOWN
from projects.forms import DateInput, HoursField
from projects.models import ContractLine, Milestone, Task, TaskTerms
from projects.period_forms import PeriodsForm

Method = ContractLine.Method
NOTHING = Decimal(0)
IN_MONEY = {"fee_amount", "cap_amount", "allowance_amount", "rollover_amount"}


class LineForm(PeriodsForm):
    """A contract line with the terms of one method alone."""

    field_order: tuple[str, ...] = ("name", "method", "fee_amount")
    name = forms.CharField(max_length=120)
    method = forms.ChoiceField(choices=[(method, Method(method).label) for method in KNOWN])
    fee_amount = AmountField(required=False, least=NOTHING, label="Fee")
    cap_scope = forms.ChoiceField(
        choices=ContractLine.CapScope.choices, required=False, label="Cap for",
        help_text="Each task has its own cap below; a purchase order and a budget stand on the project, and all lines "
        "that name them share them.",
    )  # fmt: skip
    cap_amount = AmountField(required=False, least=NOTHING, label="Cap in money")
    cap_minutes = HoursField(required=False, label="Cap in hours")
    daily_cap_minutes = HoursField(
        required=False, label="Cap of a day in hours",
        help_text="What is above it on one day is not billed, whatever is left of the other cap. Minutes count before "
        "they are rounded.",
    )  # fmt: skip
    daily_cap_is_per_person = forms.BooleanField(required=False, initial=True, label="For each person")
    excess = forms.ChoiceField(
        choices=ContractLine.Excess.choices, required=False, initial=ContractLine.Excess.HOLD,
        label="Work above the cap",
    )  # fmt: skip

    def __init__(self, *args: Any, method: str, currency: str, **options: Any) -> None:
        options["initial"] = {**(options.get("initial") or {}), "method": method}
        super().__init__(*args, **options)
        for name in [name for name in self.fields if name in EMPTY and name not in KNOWN.get(method, ())]:
            del self.fields[name]
        for name in IN_MONEY & set(self.fields):
            self.fields[name].currency = currency  # type: ignore[attr-defined]
        if "fee_amount" in self.fields and method != Method.MILESTONE:
            self.fields["fee_amount"].required = True
            self.fields["fee_amount"].error_messages["required"] = "Enter the fee."
        if method in (Method.RECURRING, Method.ALLOWANCE):
            self.fields["fee_amount"].label = "Fee of a period"

    @staticmethod
    def of(line: ContractLine) -> dict[str, Any]:
        """What the form shows of a line."""
        known = KNOWN.get(line.method, ())
        shown = {name: getattr(line, name) for name in ("name", "method", *known)}
        if line.period_count is not None:
            shown["last_period_on"] = None
        return shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "excess" in self.fields and not cleaned.get("excess"):
            cleaned["excess"] = ContractLine.Excess.HOLD
        return cleaned


class SwitchForm(LineForm):
    """The terms from a day on."""

    starts_on = forms.DateField(widget=DateInput(), label="From this day on")
    field_order: tuple[str, ...] = ("starts_on", *LineForm.field_order)

    @staticmethod
    def of(line: ContractLine) -> dict[str, Any]:
        """The last day instead of a number of periods, which would begin anew with the new terms."""
        known = LineForm.of(line)
        if line.period_count is not None:
            known |= {"period_count": None, "last_period_on": line.last_period_on}
        return known


class RaiseForm(forms.Form):
    amount = AmountField(least=Decimal("0.001"), label="Raise the cap by")
    reason = forms.CharField(max_length=300, help_text="What was agreed, with whom.")

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    tasks = forms.ModelMultipleChoiceField(
        Task.objects.none(), label="Tasks that move here",
        error_messages={"required": "Choose at least one task."},
    )  # fmt: skip

    def __init__(self, *args: Any, line: ContractLine, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Task.objects.filter(project=line.project_id).exclude(contract_line=line)
        self.fields["tasks"].queryset = others  # type: ignore[attr-defined]


class TaskTermsForm(forms.Form):
    """The fee of a task, or its cap."""

    fee_amount = AmountField(required=False, least=NOTHING, label="Fee")
    cap_amount = AmountField(required=False, least=NOTHING, label="Cap in money")
    cap_minutes = HoursField(required=False, label="Cap in hours")

    def __init__(
        self, *args: Any, line: ContractLine, terms: TaskTerms | None, currency: str, **options: Any
    ) -> None:
        names = ("fee_amount",) if line.method == Method.FIXED_FEE_BY_TASK else ("cap_amount", "cap_minutes")
        if terms is not None:
            options["initial"] = {name: getattr(terms, name) for name in names}
        super().__init__(*args, **options)
        for name in [name for name in self.fields if name not in names]:
            del self.fields[name]
        for name in names[:1]:
            self.fields[name].currency = currency  # type: ignore[attr-defined]


class MilestoneForm(forms.Form):
    name = forms.CharField(max_length=120)
    amount = AmountField(required=False, least=Decimal("0.001"))
    percent = AmountField(
        required=False, least=Decimal("0.0001"), most=Decimal(100), label="or percent of the fee"
    )
    trigger = forms.ChoiceField(choices=Milestone.Trigger.choices, label="Is billed")
    planned_on = forms.DateField(required=False, widget=DateInput(), label="Planned for")

    def __init__(self, *args: Any, currency: str, milestone: Milestone | None = None, **options: Any) -> None:
        if milestone is not None:
            options["initial"] = {name: getattr(milestone, name) for name in self.base_fields}
        super().__init__(*args, **options)
        self.fields["amount"].currency = currency  # type: ignore[attr-defined]


class AchieveForm(forms.Form):
    on = forms.DateField(widget=DateInput(), label="Achieved on")
    evidence = forms.CharField(
        max_length=300, label="What shows it", help_text="Who accepted it, and how: kept with your name."
    )
    silent_days = forms.IntegerField(
        required=False, min_value=1, max_value=365, label="Accepted by silence after days",
        help_text="Only handed over so far: it is billed so many days after the day above, unless the client objects "
        "and it is taken back.",
    )  # fmt: skip
    file = forms.FileField(required=False, label="Signed paper", help_text="PDF or picture.")

    def facts(self) -> dict[str, Any]:
        """What the operation takes: the paper as name and content."""
        file = self.cleaned_data["file"]
        return {
            "on": self.cleaned_data["on"],
            "evidence": self.cleaned_data["evidence"],
            "silent_days": self.cleaned_data["silent_days"],
            "paper": (file.name, file.read()) if file else None,
        }

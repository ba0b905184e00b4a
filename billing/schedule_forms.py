"""What people type about schedules. They clean and never write."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.models import BillingSchedule
from core.cycles import MOST_PERIODS
from core.forms import AmountField
from projects.forms import DateInput
from projects.models import Project
from projects.period_terms import EITHER_END

WEEKLY = (BillingSchedule.Frequency.WEEKLY, BillingSchedule.Frequency.BIWEEKLY)


class CalendarForm(forms.Form):
    """When a schedule runs, and what it does."""

    name = forms.CharField(max_length=120, required=False, help_text="Empty takes the project's name.")
    frequency = forms.ChoiceField(
        choices=BillingSchedule.Frequency.choices, initial="MONTHLY", label="How often"
    )
    anchor_day = forms.IntegerField(
        min_value=1,
        max_value=31,
        initial=1,
        label="Periods begin on day",
        help_text="1 to 31; a shorter month takes its last day. For weeks 1 is Monday, 7 is Sunday.",
    )
    starts_on = forms.DateField(widget=DateInput(), label="From")
    ends_on = forms.DateField(widget=DateInput(), required=False, label="Until", help_text="The last day.")
    period_count = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_PERIODS,
        label="or for so many periods",
        help_text="A shorter first period is one of them.",
    )
    timing = forms.ChoiceField(choices=BillingSchedule.Timing.choices, initial="LAST_DAY", label="It runs")
    action = forms.ChoiceField(choices=BillingSchedule.Action.choices, initial="DRAFT", label="What it does")

    fee_name = forms.CharField(
        max_length=160,
        required=False,
        label="Fee for each period",
        help_text="As it stands on the invoice. Empty: only work that is ready to bill.",
    )
    fee_amount = AmountField(required=False, label="Amount of a whole period", least=Decimal(0))
    escalator_percent = AmountField(
        required=False, label="Yearly increase in percent", least=Decimal(0), most=Decimal(100)
    )
    prorates = forms.BooleanField(
        required=False, initial=True, label="A shorter first or last period costs its share of the days"
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        if fields.get("ends_on") and fields.get("period_count"):
            self.add_error("period_count", EITHER_END)
        if fields.get("frequency") in WEEKLY and (fields.get("anchor_day") or 1) > 7:
            self.add_error("anchor_day", "Weeks begin on a day from 1 (Monday) to 7 (Sunday).")
        if bool(fields.get("fee_name")) != bool(fields.get("fee_amount")):
            missing = "fee_amount" if fields.get("fee_name") else "fee_name"
            self.add_error(missing, "A fee has a name and an amount above zero.")
        fields["fee_amount"] = fields.get("fee_amount") or None
        fields["escalator_percent"] = fields.get("escalator_percent") or Decimal(0)
        project = fields.get("project")
        if project is not None and not fields.get("name"):
            fields["name"] = project.name[:120]
        return fields


class ScheduleForm(CalendarForm):
    """A new schedule for a project."""

    project = forms.ModelChoiceField(Project.objects.none(), empty_label="Choose a project")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        open_projects = Project.objects.open().filter(is_billable=True)
        self.fields["project"].queryset = open_projects  # type: ignore[attr-defined]


class ScheduleChangeForm(CalendarForm):
    """A schedule as it is to be from today on."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = True
        self.fields["name"].help_text = ""

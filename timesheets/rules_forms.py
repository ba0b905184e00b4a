"""The form of the firm's rules of time. It cleans and never writes."""

from collections.abc import Iterable
from typing import Any

from django import forms

from projects.forms import HoursField
from timesheets.models import SubmitRule, TimeRules
from timesheets.ruling import FIELDS, WITH_LIMIT, Check

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What a check says of itself beside its name.
HINTS = {
    SubmitRule.Kind.NOTE_MISSING: "Where the firm, the project, the task or the labor code asks for one.",
    SubmitRule.Kind.OVER_BUDGET: "With everybody's time on the task.",
    SubmitRule.Kind.OVERLAP: "Where lines have start and end times.",
    SubmitRule.Kind.OVERTIME: "What is above needs a labor code of overtime.",
    SubmitRule.Kind.WEEK_SHORT: "On the days that are submitted.",
}


WEEK_MINUTES = 7 * 24 * 60


class LimitField(HoursField):
    """Hours of a day or a week; cleaned to whole minutes, or None if empty."""

    def clean(self, value: Any) -> Any:
        minutes = super().clean(value)
        if minutes is not None and minutes > WEEK_MINUTES:
            raise forms.ValidationError("A week has 168 hours.")
        return minutes


class TimeRulesForm(forms.Form):
    week_starts_on = forms.TypedChoiceField(
        label="A week starts on", coerce=int, choices=list(enumerate(WEEKDAYS))
    )
    period_kind = forms.ChoiceField(
        label="Time is submitted",
        choices=TimeRules.PeriodKind.choices,
        help_text="The grid shows weeks all the same. Some days of a period can be submitted before the rest.",
    )
    biweekly_from = forms.DateField(
        label="A first day of two weeks",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Any one of them; used with every two weeks.",
    )
    requires_notes = forms.BooleanField(label="Every line needs a note", required=False)
    notes_checked = forms.ChoiceField(
        label="Required notes are checked",
        choices=TimeRules.NotesChecked.choices,
        widget=forms.RadioSelect,
        help_text="Projects, tasks and labor codes may ask for notes on their own.",
    )
    note_min_length = forms.IntegerField(
        label="Shortest note",
        min_value=1,
        max_value=500,
        help_text="In characters, where a note is required.",
    )
    allows_future = forms.BooleanField(label="Time may be entered for weeks to come", required=False)
    shows_labor_code = forms.BooleanField(label="Labor code", required=False)
    shows_class = forms.BooleanField(label="Class", required=False)
    shows_billable = forms.BooleanField(
        label="Billable, to be changed by whoever enters time", required=False
    )
    shows_times = forms.BooleanField(label="Start and end times", required=False)
    shows_budget = forms.BooleanField(label="Remaining budget of the task", required=False)
    grace_days = forms.IntegerField(
        label="Lock by itself, days after a period ends",
        min_value=0,
        max_value=366,
        required=False,
        help_text="Empty: days are locked by hand only. A lock by hand never goes back by itself.",
    )
    dates_late = forms.BooleanField(
        label="Time of a locked day may be entered on the first open day",
        required=False,
        help_text="The day of the work is kept with the line.",
    )
    reason = forms.CharField(
        label="Why", required=False, max_length=300, help_text="Needed where locked days open again."
    )
    signs_submit = forms.BooleanField(
        label="Submitting asks for the person's name and password", required=False
    )
    submit_statement = forms.CharField(
        label="What a person declares when submitting",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_dcaa = forms.BooleanField(label="Rules of government contracts (DCAA)", required=False)

    def __init__(self, *args: Any, rules: TimeRules, checks: Iterable[SubmitRule], **options: Any) -> None:
        known = {name: getattr(rules, name) for name in FIELDS}
        for check in checks:
            known |= {f"severity_{check.kind}": check.severity, f"limit_{check.kind}": check.limit_minutes}
        super().__init__(*args, **options | {"initial": known})
        for kind, label in SubmitRule.Kind.choices:
            self.fields[f"severity_{kind}"] = forms.ChoiceField(
                label=label,
                choices=SubmitRule.Severity.choices,
                widget=forms.RadioSelect,
                help_text=HINTS.get(SubmitRule.Kind(kind), ""),
            )
            if kind in WITH_LIMIT:
                self.fields[f"limit_{kind}"] = LimitField(label=f"{label}, hours", required=False)

    @property
    def check_rows(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each check's severity, and its limit where it has one."""
        return [
            (self[f"severity_{kind}"], self[f"limit_{kind}"] if kind in WITH_LIMIT else None)
            for kind in SubmitRule.Kind.values
        ]

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned rules."""
        return {name: self.cleaned_data[name] for name in FIELDS}

    @property
    def checks(self) -> dict[str, Check]:
        """The cleaned checks by kind."""
        cleaned = self.cleaned_data
        return {
            kind: Check(cleaned[f"severity_{kind}"], cleaned.get(f"limit_{kind}"))
            for kind in SubmitRule.Kind.values
        }

"""What the pages of reminders send: parsed and cleaned, never written."""

from typing import Any

from django import forms

from people.models import Department, Role
from timesheets.models import ReminderRule

HOURS = [(hour, f"{hour}:00") for hour in range(24)]


class RuleForm(forms.Form):
    """One rule."""

    moment = forms.ChoiceField(label="When", choices=ReminderRule.Moment.choices)
    days = forms.IntegerField(
        label="Days", min_value=0, max_value=30, required=False, help_text="Before or after it is due."
    )
    hour = forms.TypedChoiceField(
        label="At", choices=HOURS, coerce=int, help_text="By each person's own clock."
    )
    times = forms.IntegerField(
        label="Mails at most", min_value=1, max_value=30, help_text="One a day, until nothing is missing."
    )
    threshold_percent = forms.IntegerField(label="Less than, % of required hours", min_value=1, max_value=100)
    counts = forms.ChoiceField(label="Hours that are", choices=ReminderRule.Counts.choices)
    look_back_weeks = forms.IntegerField(
        label="Weeks looked back", min_value=0, max_value=12, help_text="Earlier weeks that are named too."
    )
    grace_days = forms.IntegerField(
        label="Days of grace", min_value=0, max_value=14, help_text="The latest days that do not count yet."
    )
    roles = forms.ModelMultipleChoiceField(
        queryset=Role.objects.order_by("name"), required=False, help_text="None: everybody."
    )
    departments = forms.ModelMultipleChoiceField(
        queryset=Department.objects.order_by("name"), required=False, help_text="None: all."
    )
    is_active = forms.BooleanField(label="This rule is in use", required=False)

    def clean_days(self) -> int:
        """Nothing is none."""
        return self.cleaned_data["days"] or 0

    @staticmethod
    def initial_of(rule: ReminderRule | None) -> dict[str, Any]:
        """What the form shows first."""
        shown = rule or ReminderRule(moment=ReminderRule.Moment.AFTER, days=1)
        names = [name for name in RuleForm.base_fields if name not in ("roles", "departments")]
        values: dict[str, Any] = {name: getattr(shown, name) for name in names}
        if rule is not None:
            values |= {"roles": list(rule.roles.all()), "departments": list(rule.departments.all())}
        return values


class SettingsForm(forms.Form):
    """When time is due, and the mails to managers and approvers."""

    due_after_days = forms.IntegerField(
        label="Due, days after a period ends",
        min_value=0,
        max_value=30,
        help_text="1 is the Monday after a week that ends on Sunday.",
    )
    sends_digest = forms.BooleanField(label="Tell managers whose time is missing", required=False)
    digest_after_days = forms.IntegerField(label="Days after it was due", min_value=0, max_value=30)
    digest_hour = forms.TypedChoiceField(label="At", choices=HOURS, coerce=int)
    sends_approvals = forms.BooleanField(
        label="Tell approvers on working days what is new for them", required=False
    )
    approvals_hour = forms.TypedChoiceField(label="At", choices=HOURS, coerce=int)

"""Forms of leave: they read and clean, operations decide."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.forms import MinutesField
from core.minutes import format_minutes
from people.models import StaffMember
from staffing.arranging import LeaveRules
from staffing.models import LeaveRequest, LeaveType
from staffing.requesting import LeaveDays

WHOLE, MORNING, AFTERNOON = "WHOLE", "MORNING", "AFTERNOON"
NOTE_LENGTH = LeaveRequest._meta.get_field("note").max_length
MONTHS = [
    (number, date(2000, number, 1).strftime("%B")) for number in range(1, 13)
]  # strftime: staff screens are in US English


def day_field(label: str, **options: Any) -> forms.DateField:
    """A day, picked in the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


class LeaveForm(forms.Form):
    """Days of leave. An empty last day is the first; `staff` is there for whoever manages leave."""

    staff = forms.ModelChoiceField(label="For", queryset=StaffMember.objects.none())
    leave_type = forms.ModelChoiceField(label="Kind", queryset=LeaveType.objects.none(), empty_label=None)
    starts_on = day_field("First day")
    first_part = forms.ChoiceField(
        label="of it",
        choices=[(WHOLE, "Whole day"), (MORNING, "Morning only"), (AFTERNOON, "Afternoon only")],
        initial=WHOLE,
        required=False,
    )
    ends_on = day_field("Last day", required=False)
    last_part = forms.ChoiceField(
        label="of it",
        choices=[(WHOLE, "Whole day"), (MORNING, "Morning only")],
        initial=WHOLE,
        required=False,
    )
    note = forms.CharField(label="Note", max_length=NOTE_LENGTH, required=False)
    delegate_to = forms.ModelChoiceField(
        label="My approvals go to", queryset=StaffMember.objects.none(), required=False, empty_label="Nobody"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        people: Any = None,
        delegates: Any = None,
        request: LeaveRequest | None = None,
        **kwargs: Any,
    ) -> None:
        if request is not None:
            kwargs["initial"] = kwargs.get("initial", {}) | initial_of(request)
        super().__init__(*args, **kwargs)
        types = LeaveType.objects.offered()
        if request is not None:
            types |= LeaveType.objects.filter(pk=request.leave_type_id)
        self.fields["leave_type"].queryset = types  # type: ignore[attr-defined]
        for name, rows in (("staff", people), ("delegate_to", delegates)):
            if rows is None:
                del self.fields[name]
            else:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Adds `days`, what the operations take."""
        entered: dict[str, Any] = super().clean() or {}
        first, kind = entered.get("starts_on"), entered.get("leave_type")
        if first is None or kind is None or "ends_on" in self.errors:
            return entered
        last = entered.get("ends_on") or first
        first_part, last_part = entered.get("first_part") or WHOLE, entered.get("last_part") or WHOLE
        if last > first and first_part == MORNING:
            self.add_error("first_part", ValidationError("Between whole days only the last can end at noon."))
            return entered
        is_morning = first_part == MORNING or (first_part == WHOLE and last_part == MORNING)
        entered["days"] = LeaveDays(
            kind,
            first,
            last,
            starts_at_noon=first_part == AFTERNOON,
            ends_at_noon=is_morning if last == first else last_part == MORNING,
            note=entered.get("note") or "",
        )
        return entered


def initial_of(request: LeaveRequest) -> dict[str, Any]:
    """A request as the form shows it."""
    is_one_day = request.starts_on == request.ends_on
    ends_early = MORNING if request.ends_at_noon else WHOLE
    return {
        "leave_type": request.leave_type_id,
        "starts_on": request.starts_on,
        "ends_on": request.ends_on,
        "first_part": AFTERNOON if request.starts_at_noon else ends_early if is_one_day else WHOLE,
        "last_part": ends_early if not is_one_day else WHOLE,
        "note": request.note,
        "version": request.version,
    }


class CancelForm(forms.Form):
    note = forms.CharField(label="Why", max_length=NOTE_LENGTH, required=False)


class ReturnLeaveForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what should be changed, so that it can be corrected."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class SignedForm(forms.Form):
    """The approver's name and password under the policy's statement."""

    typed_name = forms.CharField(
        label="Your full name", max_length=120, error_messages={"required": "Type your full name."}
    )
    password = forms.CharField(
        label="Your password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AdjustForm(forms.Form):
    """A correction of a balance: hours to add, or to take."""

    leave_type = forms.ModelChoiceField(label="Kind", queryset=LeaveType.objects.none(), empty_label=None)
    direction = forms.ChoiceField(
        label="Direction",
        choices=[("add", "Add to the balance"), ("take", "Take from the balance")],
        initial="add",
        widget=forms.RadioSelect,
    )
    hours = forms.CharField(
        label="Hours",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "is-number"}),
    )
    on = day_field("Counts from")
    reason = forms.CharField(label="Reason", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counted = [each.pk for each in LeaveType.objects.all() if each.is_counted]
        self.fields["leave_type"].queryset = LeaveType.objects.filter(pk__in=counted)  # type: ignore[attr-defined]

    def clean_hours(self) -> int:
        return long_minutes(self.cleaned_data["hours"])

    @property
    def minutes(self) -> int:
        """With the sign of the direction."""
        minutes: int = self.cleaned_data["hours"]
        return minutes if self.cleaned_data["direction"] == "add" else -minutes


def long_minutes(text: str, *, least: int = 1) -> int:
    """Minutes from hours that may be more than a day: 40, 37.5, 37:30. Raises ValidationError."""
    whole, _, rest = text.strip().replace(",", ".").partition(":" if ":" in text else ".")
    if not (whole or "0").isdecimal() or not (whole or "0").isascii() or len(whole) > 4:
        raise ValidationError("Type hours, such as 40, 37.5 or 37:30.")
    part = f"0:{rest}" if ":" in text else f"0.{rest}" if rest else ""
    minutes = int(whole or 0) * 60 + (MinutesField(required=False).clean(part) or 0)
    if minutes < least:
        raise ValidationError(
            "Type at least a minute." if least else "Type hours, such as 40, 37.5 or 37:30."
        )
    return minutes


def long_hours(minutes: int | None) -> str:
    """As long_minutes reads it."""
    return "" if minutes is None else format_minutes(minutes)


class LeaveTypeForm(forms.Form):
    """The rules of a kind of leave. `allowance` is in days or hours as `allowance_unit` says."""

    name = forms.CharField(label="Name", max_length=60)
    color = forms.ChoiceField(label="Color", choices=LeaveType.Color.choices)
    is_paid = forms.BooleanField(label="Paid", required=False, initial=True)
    accrual = forms.ChoiceField(label="Allowance", choices=LeaveType.Accrual.choices)
    allowance = forms.CharField(label="A year brings", max_length=10, required=False)
    allowance_unit = forms.ChoiceField(label="in", choices=LeaveType.Unit.choices, required=False)
    counts_from = day_field("Counted from")
    year_begins_month = forms.TypedChoiceField(
        label="Its year begins in", choices=MONTHS, coerce=int, initial=1
    )
    carry_limit = forms.CharField(label="At most carried over, hours", max_length=10, required=False)
    carry_months = forms.IntegerField(label="Usable for months", min_value=1, max_value=12, required=False)
    allows_negative = forms.BooleanField(label="The balance may go below zero", required=False)
    needs_approval = forms.BooleanField(label="Needs approval", required=False, initial=True)
    allows_half_days = forms.BooleanField(label="Half days can be taken", required=False, initial=True)
    seen_by = forms.ChoiceField(label="Kind and note are seen by", choices=LeaveType.SeenBy.choices)
    is_active = forms.BooleanField(label="Can be requested", required=False, initial=True)

    def __init__(self, *args: Any, leave_type: LeaveType | None = None, **kwargs: Any) -> None:
        if leave_type is not None:
            kwargs["initial"] = kwargs.get("initial", {}) | rules_of(leave_type)
        super().__init__(*args, **kwargs)

    def clean_carry_limit(self) -> int | None:
        text: str = self.cleaned_data["carry_limit"]
        return long_minutes(text, least=0) if text.strip() else None

    def clean(self) -> dict[str, Any]:
        """Adds `rules`, what the operations take."""
        entered: dict[str, Any] = super().clean() or {}
        in_days = (entered.get("allowance_unit") or LeaveType.Unit.DAYS) == LeaveType.Unit.DAYS
        days, minutes = Decimal(0), 0
        if entered.get("accrual") != LeaveType.Accrual.NONE:
            try:
                days, minutes = self._allowance(entered.get("allowance") or "", in_days=in_days)
            except ValidationError as error:
                self.add_error("allowance", error)
        if self.errors:
            return entered
        same = (
            "name", "color", "is_paid", "accrual", "counts_from", "year_begins_month", "carry_months",
            "allows_negative", "needs_approval", "allows_half_days", "seen_by", "is_active",
        )  # fmt: skip
        entered["rules"] = LeaveRules(
            **{name: entered[name] for name in same},
            allowance_unit=LeaveType.Unit.DAYS if in_days else LeaveType.Unit.MINUTES,
            allowance_days=days,
            allowance_minutes=minutes,
            carry_limit_minutes=entered["carry_limit"],
        )
        return entered

    def _allowance(self, text: str, *, in_days: bool) -> tuple[Decimal, int]:
        if not text.strip():
            raise ValidationError("Say how much a year brings.")
        if not in_days:
            return Decimal(0), long_minutes(text)
        days = forms.DecimalField(min_value=0, max_value=366, max_digits=5, decimal_places=2)
        return days.clean(text.replace(",", ".")) or Decimal(0), 0


def rules_of(leave_type: LeaveType) -> dict[str, Any]:
    """A kind of leave as the form shows it."""
    in_days = leave_type.allowance_unit == LeaveType.Unit.DAYS
    allowance = (
        f"{leave_type.allowance_days.normalize():f}" if in_days else long_hours(leave_type.allowance_minutes)
    )
    shown = {
        name: getattr(leave_type, name)
        for name in LeaveTypeForm.base_fields
        if name not in ("allowance", "carry_limit")
    }
    return shown | {"allowance": allowance, "carry_limit": long_hours(leave_type.carry_limit_minutes)}

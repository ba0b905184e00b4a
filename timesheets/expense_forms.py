"""What the pages of expenses send: parsed and cleaned, never written."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from core.errors import Refusal
from core.forms import AmountField
from core.money import ZERO, parse_amount
from people import currencies
from people.models import User
from people.public_holidays import countries
from projects.access import visible_to
from projects.models import Project, Task, WorkClass
from timesheets.approval_forms import SeenField
from timesheets.expenses.receipts import MOST_RECEIPTS, Upload
from timesheets.expenses.recording import Wanted
from timesheets.models import Expense, ExpenseCode, ExpenseReport
from timesheets.reasons import LONGEST

ACCEPTED = "image/jpeg,image/png,image/heic,image/heif,application/pdf"


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ReceiptsField(forms.FileField):
    """Several files; cleaned to Uploads. What they are is for the operation."""

    def __init__(self, **options: Any) -> None:
        widget = ManyFiles(attrs={"multiple": True, "accept": ACCEPTED})
        super().__init__(label="Receipts", widget=widget, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST_RECEIPTS:
            raise ValidationError(f"At most {MOST_RECEIPTS} files at once.")
        if not files and self.required:
            raise ValidationError("Choose a photo or a PDF first.")
        return [Upload(file.name, file.read()) for file in files]


class RateField(forms.CharField):
    """An exchange rate as people type it; cleaned to a Decimal or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=options.pop("required", False), **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "is-number"}

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_amount(text)
        except Refusal as refusal:
            raise ValidationError(refusal.message) from refusal


class CodeSelect(forms.Select):
    """Codes that say which fields they need, for the page's script."""

    facts: dict[str, ExpenseCode]

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        code = self.facts.get(str(value))
        if code is not None:
            option["attrs"] |= {
                "data-unit": code.unit,
                "data-reimbursable": str(int(code.is_reimbursable)),
                "data-billable": str(int(code.is_billable)),
                "data-per-diem": str(int(bool(code.per_diems.all()))),
            }
        return option


class TitleForm(forms.Form):
    title = forms.CharField(label="Title", max_length=120, help_text="Such as the trip or the month.")


class ExpenseForm(forms.Form):
    """One line. What is left empty is kept open: a draft may be incomplete."""

    spent_on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    code = forms.ModelChoiceField(
        label="Spent on", queryset=ExpenseCode.objects.none(), required=False, empty_label="Choose"
    )
    amount = AmountField(label="Amount", required=False)
    currency = forms.ChoiceField(label="Currency", choices=currencies.choices)
    quantity = AmountField(label="Quantity", required=False)
    country = forms.ChoiceField(label="Country", required=False)
    day_part = forms.ChoiceField(label="Part of the day", choices=Expense.DayPart.choices, required=False)
    project = forms.ModelChoiceField(
        label="Project", queryset=Project.objects.none(), required=False, empty_label="No project"
    )
    is_reimbursable = forms.BooleanField(label="Pay me back", required=False)
    is_billable = forms.BooleanField(label="Bill to the client", required=False)
    vendor = forms.CharField(label="Vendor", max_length=120, required=False)
    note = forms.CharField(
        label="Note", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    kind = forms.ChoiceField(label="Type", choices=Expense.Kind.choices)
    tax_amount = AmountField(label="Tax included", required=False)
    exchange_rate = RateField(label="Exchange rate")
    task = forms.ModelChoiceField(
        label="Task", queryset=Task.objects.none(), required=False, empty_label="No task"
    )
    work_class = forms.ModelChoiceField(
        label="Class", queryset=WorkClass.objects.none(), required=False, empty_label="No class"
    )
    receipt = ReceiptsField(required=False)
    # Shown where the day is locked and opens for the person.
    reason = forms.CharField(label="Why on a locked day", max_length=LONGEST, required=False)
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        report: ExpenseReport,
        by: User,
        line: Expense | None = None,
        wanted: Wanted | None = None,
        **kwargs: Any,
    ) -> None:
        known = Wanted.of(line) if line else wanted
        kwargs["initial"] = _initial(known, report) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._offer(by, line)
        if report.currency not in dict(currencies.choices()):
            listed = [(report.currency, report.currency), *currencies.choices()]
            self.fields["currency"].choices = listed  # type: ignore[attr-defined]

    def _offer(self, by: User, line: Expense | None) -> None:
        """What is there now stays offered, though it was closed or taken out of the lists since."""
        codes = ExpenseCode.objects.filter(is_active=True)
        self.fields["country"].choices = [("", "Elsewhere"), *countries()]  # type: ignore[attr-defined]
        projects = visible_to(by).open().select_related("client")
        classes = WorkClass.objects.filter(is_active=True)
        if line is not None:
            codes |= ExpenseCode.objects.filter(pk=line.code_id or 0)
            projects |= Project.objects.filter(pk=line.project_id or 0).select_related("client")
            classes |= WorkClass.objects.filter(pk=line.work_class_id or 0)
        self._set("code", codes.distinct())
        self._set("project", projects.distinct().order_by("name"))
        self._set("work_class", classes.distinct())
        known = {str(code.pk): code for code in self.fields["code"].queryset.prefetch_related("per_diems")}  # type: ignore[attr-defined]
        field = self.fields["code"]
        widget = CodeSelect(choices=field.widget.choices)
        widget.facts, widget.is_required = known, False
        field.widget = widget
        project = self.data.get("project") or self.initial.get("project")
        number = str(getattr(project, "pk", project) or "")
        # A number that no id can be comes from a damaged page.
        is_id = number.isascii() and number.isdecimal() and len(number) < 19
        self._set("task", Task.objects.filter(project=int(number)) if is_id else Task.objects.none())

    def _set(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What was typed, as the operation takes it."""
        values = {name: self.cleaned_data[name] for name in WANTED}
        values["quantity"] = self.cleaned_data["quantity"] or Decimal(1)
        values["day_part"] = self.cleaned_data["day_part"] or Expense.DayPart.FULL
        values["tax_amount"] = self.cleaned_data["tax_amount"] or ZERO
        return Wanted(**values)


WANTED = (
    *("spent_on", "kind", "code", "project", "task", "work_class", "vendor", "note", "currency"),
    *("amount", "exchange_rate", "is_reimbursable", "is_billable", "country"),
)


def _initial(known: Wanted | None, report: ExpenseReport) -> dict[str, Any]:
    fresh = {
        "currency": report.currency,
        "once": uuid4(),
        "kind": Expense.Kind.EMPLOYEE,
        "is_reimbursable": True,
    }
    if known is None:
        return fresh
    values = {name: getattr(known, name) for name in WANTED}
    values |= {"quantity": known.quantity, "tax_amount": known.tax_amount or None}
    values["day_part"] = known.day_part
    values["currency"] = known.currency or report.currency
    return fresh | {name: value for name, value in values.items() if value is not None}


class RemoveForm(forms.Form):
    """Why a line of a locked day is removed."""

    reason = forms.CharField(label="Why", max_length=LONGEST, required=False)


class UploadForm(forms.Form):
    receipt = ReceiptsField()


class SnapForm(forms.Form):
    receipt = ReceiptsField()
    once = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"once": uuid4()})
        super().__init__(*args, **kwargs)


class SubmitForm(forms.Form):
    """Which lines were read, and that the warnings were."""

    lines = SeenField(error_messages={"required": "Nothing can be submitted yet."})
    acknowledged = forms.BooleanField(label="I have read this, and submit all the same", required=False)


class DecideForm(forms.Form):
    """The lines of a decision with the versions that were read; `then` is the report to show afterwards."""

    lines = SeenField(error_messages={"required": "Choose the lines first."})
    then = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class ApproveForm(DecideForm):
    """Approving where no signature is needed: none is asked for, or one was given a moment before."""


class NamedApproveForm(ApproveForm):
    """The typed name, where the person has just proved by other means who they are."""

    typed_name = forms.CharField(
        label="Your full name", max_length=120, error_messages={"required": "Type your full name."}
    )


class SignedApproveForm(NamedApproveForm):
    """The signature under the statement. The password is not kept after an error."""

    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(render_value=False),
        strip=False,
        error_messages={"required": "Type your password."},
    )


class ReturnForm(DecideForm):
    reason = forms.CharField(
        label="What should be changed",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say what should be changed, so that it can be corrected."},
    )


class ReimburseForm(forms.Form):
    lines = SeenField(error_messages={"required": "Choose the lines first."})
    paid_on = forms.DateField(label="Paid on", widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(
        label="Reference", max_length=60, required=False, help_text="Such as the payroll run or the check."
    )


class ReverseForm(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=300, error_messages={"required": "Say why the line is reversed."}
    )

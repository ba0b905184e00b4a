"""What people type about projects, tasks, teams and labor codes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from clients.models import Client, Contact
from core.forms import AmountField
from core.money import round_places
from people.models import StaffMember
from projects.models import LaborCode, Project, ProjectLabel, ProjectRules, WorkClass

MOST_HOURS = Decimal(1_000_000)
MOST_AMOUNT = Decimal(10) ** 11


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HoursField(AmountField):
    """Hours as a decimal (960, 37.5) of any length; the clean value is whole minutes, half-up, or None if empty."""

    def __init__(self, *, least: Decimal = Decimal(0), **options: Any) -> None:
        super().__init__(least=least, most=MOST_HOURS, **options)

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(Decimal(value) / 60) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        hours = super().clean(value)
        return None if not hours else int(round_places(hours * 60, 0))


class ProjectForm(forms.Form):
    client = forms.ModelChoiceField(Client.objects.none(), empty_label="Choose a client")
    name = forms.CharField(max_length=160)
    code = forms.CharField(max_length=30, required=False, help_text="Empty takes the client's next one.")
    lead = forms.ModelChoiceField(
        StaffMember.objects.none(),
        required=False,
        empty_label="Nobody yet",
        help_text="Manages tasks and team, and decides on the time.",
    )
    team = forms.ModelMultipleChoiceField(
        StaffMember.objects.none(), required=False, help_text="Who may log time. You can add people later."
    )
    starts_on = forms.DateField(required=False, widget=DateInput(), label="Starts")
    ends_on = forms.DateField(required=False, widget=DateInput(), label="Ends")
    is_billable = forms.BooleanField(required=False, initial=True, label="Time is billable")
    is_open_to_all = forms.BooleanField(
        required=False,
        label="Everybody may log time",
        help_text="For work inside the firm, such as training.",
    )
    requires_notes = forms.BooleanField(required=False, label="Every line of time needs a note")
    type = forms.ModelChoiceField(ProjectLabel.objects.none(), required=False, empty_label="No type")
    status = forms.ModelChoiceField(ProjectLabel.objects.none(), required=False, empty_label="No status")
    category = forms.ModelChoiceField(ProjectLabel.objects.none(), required=False, empty_label="No category")
    po_number = forms.CharField(max_length=40, required=False, label="PO number")
    po_amount = AmountField(required=False, label="PO amount", least=Decimal(0), most=MOST_AMOUNT)
    po_minutes = HoursField(required=False, label="PO hours")
    budget_minutes = HoursField(required=False, label="Hours")
    budget_fee_amount = AmountField(required=False, label="Fees", least=Decimal(0), most=MOST_AMOUNT)
    budget_expense_amount = AmountField(required=False, label="Expenses", least=Decimal(0), most=MOST_AMOUNT)
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, project: Project | None = None, **options: Any) -> None:
        if project is not None:
            kept = [name for name in self.base_fields if name != "team"]
            options["initial"] = {name: getattr(project, name) for name in kept}
        super().__init__(*args, **options)
        working = Q(is_active=True) | Q(pk=project.lead_id if project else None)
        own_client = Q(is_active=True) | Q(pk=project.client_id if project else None)
        self.fields["client"].queryset = Client.objects.filter(own_client)  # type: ignore[attr-defined]
        self.fields["lead"].queryset = StaffMember.objects.filter(working)  # type: ignore[attr-defined]
        self.fields["team"].queryset = StaffMember.objects.working()  # type: ignore[attr-defined]
        for kind in ProjectLabel.Kind:
            name = kind.value.lower()
            offered = Q(is_active=True) | Q(pk=getattr(project, f"{name}_id") if project else None)
            labels = ProjectLabel.objects.filter(offered, kind=kind)
            self.fields[name].queryset = labels  # type: ignore[attr-defined]
        if project is not None:
            del self.fields["team"]

    @property
    def has_labels(self) -> bool:
        """Whether the firm has any type, status or category to choose."""
        names = (kind.value.lower() for kind in ProjectLabel.Kind)
        return any(len(self.fields[name].choices) > 1 for name in names)  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    staff = forms.ModelMultipleChoiceField(
        StaffMember.objects.none(), label="People", error_messages={"required": "Choose at least one person."}
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        others = StaffMember.objects.working().exclude(memberships__project=project)
        self.fields["staff"].queryset = others  # type: ignore[attr-defined]


class LaborCodeForm(forms.Form):
    name = forms.CharField(max_length=80)
    code = forms.CharField(max_length=20, required=False)
    is_billable = forms.BooleanField(required=False, initial=True, label="Billable")
    requires_notes = forms.BooleanField(required=False, label="Needs a note on every line")
    is_overtime = forms.BooleanField(
        required=False, label="Overtime", help_text="Not counted as regular hours."
    )

    def __init__(self, *args: Any, labor_code: LaborCode | None = None, **options: Any) -> None:
        if labor_code is not None:
            options["initial"] = {name: getattr(labor_code, name) for name in self.base_fields}
        super().__init__(*args, **options)


class ClassForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="As accounting calls it.")

    def __init__(self, *args: Any, work_class: WorkClass | None = None, **options: Any) -> None:
        if work_class is not None:
            options["initial"] = {"name": work_class.name}
        super().__init__(*args, **options)


class LabelForm(forms.Form):
    name = forms.CharField(max_length=60)

    def __init__(self, *args: Any, label: ProjectLabel | None = None, **options: Any) -> None:
        if label is not None:
            options["initial"] = {"name": label.name}
        super().__init__(*args, **options)


class ContactsForm(forms.Form):
    """Who gets a project's invoices: the client's contacts who have an address."""

    to = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        required=False,
        label="Instead of the client's billing contacts",
        help_text="Nobody: the client's billing contacts get them.",
    )
    cc = forms.ModelMultipleChoiceField(Contact.objects.none(), required=False, label="Copies to")

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        chosen: dict[str, list[int]] = {"TO": [], "CC": []}
        for contact_id, role in project.contacts.values_list("contact", "role"):
            chosen[role].append(contact_id)
        options["initial"] = {"to": chosen["TO"], "cc": chosen["CC"]}
        super().__init__(*args, **options)
        known = Q(is_active=True) | Q(pk__in=[*chosen["TO"], *chosen["CC"]])
        contacts = Contact.objects.filter(known, client=project.client_id).exclude(email="")
        for name in ("to", "cc"):
            self.fields[name].queryset = contacts  # type: ignore[attr-defined]


class ProjectRulesForm(forms.Form):
    """How codes are made, and at which shares of a budget leads hear of it."""

    code_pattern = forms.CharField(max_length=30, label="Codes look like")
    first_percent = forms.IntegerField(required=False, min_value=1, max_value=500, label="First")
    second_percent = forms.IntegerField(required=False, min_value=1, max_value=500, label="Second")
    third_percent = forms.IntegerField(required=False, min_value=1, max_value=500, label="Third")

    SHARES = ("first_percent", "second_percent", "third_percent")

    def __init__(self, *args: Any, rules: ProjectRules, **options: Any) -> None:
        shares = dict(zip(self.SHARES, rules.alert_percents, strict=False))
        options["initial"] = {"code_pattern": rules.code_pattern} | shares
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or self.cleaned_data
        shares = [fields.pop(name, None) for name in self.SHARES]
        fields["alert_percents"] = [share for share in shares if share]
        return fields

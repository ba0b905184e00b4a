"""Forms of approval policies and delegations."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from approvals.arranging import StepRules
from approvals.models import Policy, Step
from core.forms import AmountField
from core.money import ZERO
from people.models import Department, Role, StaffMember

DAY = {"type": "date"}
# What the column holds.
MOST = Decimal("999999999999.99")


def people() -> Any:
    """Those who can decide: active, with a sign-in."""
    return StaffMember.objects.working().filter(user__is_active=True)


class StepForm(forms.Form):
    """One step: whom it asks, about what, under which signature. Without `projects` (id, name) any id is taken."""

    source = forms.ChoiceField(label="Asks", choices=Step.Source.choices)
    role = forms.ModelChoiceField(
        label="Role", queryset=Role.objects.all(), required=False, empty_label="Choose a role"
    )
    person = forms.ModelChoiceField(
        label="Person", queryset=StaffMember.objects.none(), required=False, empty_label="Choose a person"
    )
    least_amount = AmountField(label="From amount", required=False, max_length=20, least=ZERO, most=MOST)
    most_amount = AmountField(label="Up to amount", required=False, max_length=20, least=ZERO, most=MOST)
    billable = forms.ChoiceField(
        label="Billable",
        choices=[("", "Billable or not"), *Step.Billable.choices],
        required=False,
    )
    project_id: forms.Field = forms.IntegerField(label="Project", min_value=1, required=False)
    department = forms.ModelChoiceField(
        label="Department", queryset=Department.objects.all(), required=False, empty_label="Any department"
    )
    is_for_exceptions = forms.BooleanField(label="Only what is over a limit of its code", required=False)
    certification = forms.ChoiceField(
        label="Signature", choices=Step.Certification.choices, initial=Step.Certification.NONE
    )
    certified_for_minutes = forms.IntegerField(
        label="Good for, minutes", min_value=0, max_value=1440, required=False
    )

    def __init__(
        self,
        *args: Any,
        rules: StepRules | None = None,
        projects: Sequence[tuple[int, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if rules is not None:
            kwargs["initial"] = vars(rules) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        # Who was chosen and has left stands in the list until somebody else is.
        chosen = rules.person.pk if rules and rules.person else None
        present = StaffMember.objects.filter(pk=chosen) if chosen else StaffMember.objects.none()
        self.fields["person"].queryset = people().distinct() | present.distinct()  # type: ignore[attr-defined]
        if projects is not None:
            self.fields["project_id"] = forms.TypedChoiceField(
                label="Project",
                choices=[("", "Any project"), *projects],
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.fields["project_id"].empty_label = "Any project"  # type: ignore[attr-defined]

    @property
    def rules(self) -> StepRules:
        """What was entered."""
        return rules_of(self.cleaned_data)


def rules_of(values: dict[str, Any]) -> StepRules:
    """Clean values of a StepForm as arranging takes them."""
    return StepRules(
        **values
        | {
            "source": Step.Source(values["source"]),
            "certification": Step.Certification(values["certification"]),
            "certified_for_minutes": values["certified_for_minutes"] or 0,
        }
    )


class PolicyForm(forms.Form):
    """What holds for all steps of a policy."""

    statement = forms.CharField(
        label="What is signed",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    allows_self_approval = forms.BooleanField(label="People may decide on their own", required=False)
    is_blocking = forms.BooleanField(label="Issue only after everybody has approved", required=False)
    is_together = forms.BooleanField(label="Ask all steps at once", required=False)
    reminds_after_days = forms.IntegerField(label="Remind after", min_value=1, max_value=365, required=False)
    escalates_after_days = forms.IntegerField(
        label="Ask their manager after", min_value=1, max_value=365, required=False
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(policy, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class DelegationForm(forms.Form):
    """Who decides for whom on which days. Only administrators choose the approver."""

    approver = forms.ModelChoiceField(
        label="For", queryset=StaffMember.objects.none(), empty_label="Choose a person"
    )
    delegate = forms.ModelChoiceField(
        label="Who decides", queryset=StaffMember.objects.none(), empty_label="Choose a person"
    )
    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label="Through", widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))

    def __init__(self, *args: Any, member: StaffMember | None, chooses: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate"].queryset = people()  # type: ignore[attr-defined]
        if member is not None:
            self.fields["delegate"].queryset = people().exclude(pk=member.pk)  # type: ignore[attr-defined]
        if chooses:
            self.fields["delegate"].queryset = people()  # type: ignore[attr-defined]
            self.fields["approver"].queryset = StaffMember.objects.working()  # type: ignore[attr-defined]
            self.fields["approver"].initial = member
        else:
            del self.fields["approver"]


class QuestionForm(forms.Form):
    """A question about what goes on waiting."""

    text = forms.CharField(
        label="What do you want to know?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Type what you want to know."},
    )


class AnswerForm(forms.Form):
    """The owner's answer, or what they say to a return."""

    text = forms.CharField(
        label="Your answer",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Type the answer."},
    )

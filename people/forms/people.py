"""Inviting people and editing what is on record about them."""

from typing import Any

from django import forms
from django.db.models import Q

from people.access import can_grant, can_manage_sign_in
from people.models import Department, JobTitle, Office, Role, StaffMember, User, WorkingPattern

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TitleField(forms.CharField):
    """A job title by name, with those that exist offered by the browser; a new one is added to the list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Job title", max_length=80, required=False, **options)
        self.widget.attrs |= {"list": "job-titles", "autocomplete": "off"}


class RoleChoice(forms.ModelMultipleChoiceField):
    """Roles with their descriptions; only those that `by` may give or that are held already."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, role: Role) -> str:
        return role.name


def grantable(by: User) -> list[Role]:
    """The roles that the person may give, the owner's first, then the fewest rights last."""
    return sorted(
        (role for role in Role.objects.all() if can_grant(by, role)),
        key=lambda role: (not role.is_owner, not role.is_builtin, -len(role.rights), role.name),
    )


def active_staff() -> Any:
    return StaffMember.objects.working()


class InviteForm(forms.Form):
    """One person. `by` decides which roles can be given."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="Work e-mail", max_length=254)
    job_title = TitleField(help_text="What clients are billed for, such as Senior engineer.")
    manager = forms.ModelChoiceField(
        label="Manager", queryset=StaffMember.objects.none(), required=False, empty_label="Nobody"
    )
    roles = RoleChoice(
        label="Roles", queryset=Role.objects.none(), error_messages={"required": "Choose at least one role."}
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choosable = grantable(by)
        self.fields["manager"].queryset = active_staff()  # type: ignore[attr-defined]
        self.fields["roles"].queryset = Role.objects.filter(  # type: ignore[attr-defined]
            pk__in=[role.pk for role in self.choosable]
        )

    @property
    def titles(self) -> Any:
        return JobTitle.objects.values_list("name", flat=True)

    @property
    def chosen(self) -> set[str]:
        return chosen_roles(self)


def chosen_roles(form: forms.Form) -> set[str]:
    """The keys of the roles that are ticked, as typed or as they are now."""
    return {str(value) for value in form["roles"].value() or ()}


class RolesForm(forms.Form):
    """The roles of one person. Those beyond `by` cannot be given; those held beyond `by` cannot be taken."""

    roles = RoleChoice(
        label="Roles", queryset=Role.objects.none(), error_messages={"required": "Choose at least one role."}
    )

    def __init__(self, *args: Any, by: User, user: User, **kwargs: Any) -> None:
        held = list(user.roles.all())
        kwargs["initial"] = {"roles": [role.pk for role in held]}
        super().__init__(*args, **kwargs)
        self.choosable = grantable(by)
        self.fixed = [role for role in held if not can_grant(by, role)]
        self.fields["roles"].queryset = Role.objects.filter(  # type: ignore[attr-defined]
            pk__in=[role.pk for role in self.choosable]
        )
        self.fields["roles"].required = not self.fixed

    @property
    def chosen(self) -> set[str]:
        return chosen_roles(self)

    @property
    def wanted(self) -> list[Role]:
        """What was chosen, with what is held and cannot be taken."""
        return [*self.cleaned_data["roles"], *self.fixed]


class StaffForm(forms.Form):
    """What is on record about one person."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(label="E-mail", max_length=254, help_text="They sign in with it.")
    employee_number = forms.CharField(label="Employee number", max_length=30, required=False)
    job_title = TitleField()
    manager = forms.ModelChoiceField(
        label="Manager",
        queryset=StaffMember.objects.none(),
        required=False,
        empty_label="Nobody",
        help_text="Approves their time.",
    )
    department = forms.ModelChoiceField(
        label="Department", queryset=Department.objects.all(), required=False, empty_label="None"
    )
    office = forms.ModelChoiceField(
        label="Office",
        queryset=Office.objects.all(),
        required=False,
        empty_label="None",
        help_text="Decides which holidays they have.",
    )
    working_pattern = forms.ModelChoiceField(
        label="Working hours",
        queryset=WorkingPattern.objects.all(),
        required=False,
        empty_label="The firm's default",
    )
    starts_on = forms.DateField(label="First day", required=False, widget=DAY)
    ends_on = forms.DateField(label="Last day", required=False, widget=DAY)

    def __init__(
        self, *args: Any, staff: StaffMember, by: User, with_hours: bool = True, **kwargs: Any
    ) -> None:
        kwargs["initial"] = _on_record(staff)
        super().__init__(*args, **kwargs)
        # A page that shows the hours of all times changes them there.
        if not with_hours:
            del self.fields["working_pattern"]
        # The present manager stays in the list even if no longer active, so that saving changes nothing by itself.
        others = StaffMember.objects.filter(Q(is_active=True) | Q(pk=staff.manager_id))
        self.fields["manager"].queryset = others.exclude(pk=staff.pk)  # type: ignore[attr-defined]
        if staff.user is None:
            del self.fields["email"]
        elif not can_manage_sign_in(by, staff.user):
            self.fields["email"].disabled = True
            self.fields["email"].help_text = "They have rights that you do not have; an owner can change it."

    @property
    def titles(self) -> Any:
        return JobTitle.objects.values_list("name", flat=True)


class HoursForm(forms.Form):
    """Other working hours, from a day on or from the beginning."""

    pattern = forms.ModelChoiceField(
        label="Working hours", queryset=WorkingPattern.objects.all(), empty_label="Choose"
    )
    starts_on = forms.DateField(label="From", required=False, widget=DAY, help_text="Empty: from the start.")


def _on_record(staff: StaffMember) -> dict[str, Any]:
    return {
        "name": staff.name,
        "email": staff.user.email if staff.user else "",
        "employee_number": staff.employee_number,
        "job_title": staff.job_title.name if staff.job_title else "",
        "manager": staff.manager_id,
        "department": staff.department_id,
        "office": staff.office_id,
        "working_pattern": staff.working_pattern_id,
        "starts_on": staff.starts_on,
        "ends_on": staff.ends_on,
    }


class JoinForm(forms.Form):
    """What somebody who was invited adds."""

    name = forms.CharField(label="Your name", max_length=120)
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(render_value=True),
        help_text="12 characters or more. A sentence works well.",
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

"""Settings of the firm."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from core.forms import MinutesField
from people import currencies, time_zones
from people.ibans import is_iban
from people.models import Department, Holiday, LegalEntity, Office, Role, StaffMember, User, WorkingPattern
from people.organising import ENTITY_FIELDS
from people.public_holidays import countries, subdivisions
from people.rights import catalogue
from people.timing import WEEKDAYS


class EntityForm(forms.Form):
    """The company as its documents show it."""

    name = forms.CharField(label="Legal name", max_length=120)
    tagline = forms.CharField(label="Line under the name", max_length=120, required=False)
    address = forms.CharField(
        label="Address", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    email = forms.EmailField(label="E-mail", required=False, max_length=254)
    phone = forms.CharField(label="Phone", max_length=40, required=False)
    tax_number = forms.CharField(label="Tax number", max_length=40, required=False)
    remittance = forms.CharField(
        label="Where payments go",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Bank details or the address for checks; printed on invoices.",
    )
    country = forms.ChoiceField(
        label="Country", required=False, help_text="Electronic invoices name it; the address is for people."
    )
    iban = forms.CharField(
        label="IBAN",
        required=False,
        max_length=42,
        help_text="The account that electronic invoices name.",
    )
    currency = forms.ChoiceField(label="Currency", choices=currencies.choices)
    time_zone = forms.ChoiceField(
        label="Time zone", choices=time_zones.choices, help_text="Decides the date on invoices."
    )
    paper = forms.ChoiceField(label="Paper", choices=LegalEntity.Paper.choices)
    hours_style = forms.ChoiceField(
        label="Hours",
        choices=User.HoursStyle.choices,
        help_text="For people who join; each may choose another way.",
    )
    mark = forms.CharField(
        label="Letters",
        max_length=3,
        required=False,
        help_text="Two or three, shown where there is no logo.",
    )
    mark_color = forms.RegexField(
        label="Their color",
        regex=r"^#[0-9a-fA-F]{6}$",
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"invalid": "Choose a color."},
    )

    def __init__(self, *args: Any, entity: LegalEntity, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(entity, name) for name in ENTITY_FIELDS}
        super().__init__(*args, **kwargs)
        if not entity.is_default:
            # People join the firm, not one of its companies.
            del self.fields["hours_style"]
        self.fields["country"].choices = [("", "Not said"), *countries()]  # type: ignore[attr-defined]
        # A currency that is not on the list any more, or came by an import, stays choosable.
        listed = currencies.choices()
        if entity.currency not in dict(listed):
            self.fields["currency"].choices = [(entity.currency, entity.currency), *listed]  # type: ignore[attr-defined]

    def clean_iban(self) -> str:
        """Without its spaces, its check digits right (ISO 13616)."""
        iban = "".join(str(self.cleaned_data["iban"]).split()).upper()
        if iban and not is_iban(iban):
            raise ValidationError("This is not an IBAN: its check digits do not fit.")
        return iban


class LogoForm(forms.Form):
    logo = forms.FileField(
        label="Logo",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text="PNG or JPEG, 2 MB at most. A wide one on a clear ground looks best.",
        error_messages={"required": "Choose a file first.", "empty": "This file is empty."},
    )


class PatternForm(forms.Form):
    """Required hours for each weekday; empty is a free day."""

    name = forms.CharField(label="Name", max_length=60)
    is_default = forms.BooleanField(label="The default for everybody", required=False)

    def __init__(
        self, *args: Any, pattern: WorkingPattern | None = None, style: str = "decimal", **kwargs: Any
    ) -> None:
        minutes = pattern.minutes_by_weekday if pattern else (480,) * 5 + (0, 0)
        # A free day is an empty field.
        initial: dict[str, Any] = {day: value or None for day, value in zip(WEEKDAYS, minutes, strict=True)}
        if pattern:
            initial |= {"name": pattern.name, "is_default": pattern.is_default}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for day in WEEKDAYS:
            self.fields[day] = MinutesField(
                label=day.capitalize(),
                required=False,
                style="clock" if style == "clock" else "decimal",
                max_length=20,
            )

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[day] for day in WEEKDAYS]

    @property
    def minutes(self) -> list[int]:
        """Monday first; a free day is 0."""
        return [self.cleaned_data[day] or 0 for day in WEEKDAYS]


class HolidayForm(forms.Form):
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label="Name", max_length=Holiday._meta.get_field("name").max_length)
    office = forms.ModelChoiceField(
        label="Office", queryset=Office.objects.all(), required=False, empty_label="All offices"
    )


class RoleForm(forms.Form):
    """A role of the firm's own. `held` are the rights that the person may give away."""

    name = forms.CharField(label="Name", max_length=60)
    description = forms.CharField(label="What it is for", max_length=200, required=False)
    rights = forms.MultipleChoiceField(label="May", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        if role:
            kwargs["initial"] = {
                "name": role.name,
                "description": role.description,
                "rights": role.rights,
            }
        super().__init__(*args, **kwargs)
        self.fields["rights"].choices = [(right.name, right.label) for right in catalogue()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> set[str]:
        return set(self["rights"].value() or ())


class NameForm(forms.Form):
    """A department, office or job title."""

    name = forms.CharField(label="Name", max_length=80)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


class DepartmentForm(NameForm):
    """A department's name, and who heads it."""

    head = forms.ModelChoiceField(
        label="Head", queryset=StaffMember.objects.none(), required=False, empty_label="Nobody"
    )

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        kwargs["initial"] = {"name": department.name, "head": department.head_id}
        super().__init__(*args, **kwargs)
        # The present head stays in the list even if no longer active, so that saving changes nothing by itself.
        choosable = Q(is_active=True) | Q(pk=department.head_id)
        self.fields["head"].queryset = StaffMember.objects.filter(choosable)  # type: ignore[attr-defined]


class CalendarForm(forms.Form):
    """Where the public holidays of an office come from. The parts offered are those of the country chosen."""

    country = forms.ChoiceField(label="Country", required=False)
    subdivision = forms.ChoiceField(label="State, province or city", required=False)

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"country": office.country, "subdivision": office.subdivision})
        super().__init__(*args, **kwargs)
        country = str(self["country"].value() or "")
        parts = subdivisions(country)
        self.fields["country"].choices = [("", "None"), *countries()]  # type: ignore[attr-defined]
        self.fields["subdivision"].choices = [("", "The whole country"), *parts]  # type: ignore[attr-defined]
        if not parts:
            self.fields["subdivision"].widget = forms.HiddenInput()


class HolidayEditForm(forms.Form):
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label="Name", max_length=Holiday._meta.get_field("name").max_length)

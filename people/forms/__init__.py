"""Forms of people: parse and clean, never write."""

from people.forms.firm import (
    CalendarForm,
    DepartmentForm,
    EntityForm,
    HolidayEditForm,
    HolidayForm,
    LogoForm,
    NameForm,
    PatternForm,
    RoleForm,
)
from people.forms.people import HoursForm, InviteForm, JoinForm, RolesForm, StaffForm
from people.forms.profile import ProfileForm
from people.forms.security import AppForm, ConfirmForm, PasskeyForm, PasskeyNameForm
from people.forms.tokens import TokenForm

__all__ = [
    "AppForm",
    "CalendarForm",
    "ConfirmForm",
    "DepartmentForm",
    "EntityForm",
    "HolidayEditForm",
    "HolidayForm",
    "HoursForm",
    "InviteForm",
    "JoinForm",
    "LogoForm",
    "NameForm",
    "PasskeyForm",
    "PasskeyNameForm",
    "PatternForm",
    "ProfileForm",
    "RoleForm",
    "RolesForm",
    "StaffForm",
    "TokenForm",
]

"""People of a firm: sign-in identities, staff members, roles, and the places and times they work."""

from people.models.api_tokens import ApiAnswer, ApiToken
from people.models.calendars import Holiday, HolidayLeftOut, PatternAssignment, WorkingPattern
from people.models.invitations import Invitation
from people.models.organisation import Department, JobTitle, LegalEntity, Office
from people.models.roles import Role
from people.models.staff import StaffMember
from people.models.users import User

__all__ = [
    "ApiAnswer",
    "ApiToken",
    "Department",
    "Holiday",
    "HolidayLeftOut",
    "Invitation",
    "JobTitle",
    "LegalEntity",
    "Office",
    "PatternAssignment",
    "Role",
    "StaffMember",
    "User",
    "WorkingPattern",
]

"""Staff members: everybody whose time the firm sells."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from core import clock
from core.api import ChangedPart, Id, Listing, NotClean, Part, Routes, Row, Wish, chosen, cleaned, page
from people.access import MANAGE_PEOPLE
from people.arranging import change_roles
from people.deactivating import deactivate, reactivate
from people.employing import add_staff, edit_staff
from people.forms import HoursForm, StaffForm
from people.guards import guarded
from people.models import PatternAssignment, Role, StaffMember, User
from people.second_factors import factors_of
from people.securing import reset_second_factors
from people.team import staff_named
from people.timing import assign_pattern, unassign_pattern

routes = Routes("people")


class StaffRow(Row):
    id: int
    user_id: int | None
    name: str
    email: str
    role_ids: list[int]
    employee_number: str
    job_title: str
    manager_id: int | None
    department_id: int | None
    office_id: int | None
    working_pattern_id: int | None
    starts_on: date | None
    ends_on: date | None
    is_active: bool
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_email(staff: StaffMember) -> str:
        return staff.user.email if staff.user else ""

    @staticmethod
    def resolve_role_ids(staff: StaffMember) -> list[int]:
        return sorted(role.pk for role in staff.user.roles.all()) if staff.user else []

    @staticmethod
    def resolve_job_title(staff: StaffMember) -> str:
        return staff.job_title.name if staff.job_title else ""


class StaffFields(Wish):
    """`job_title` is the name of one; a new one is added to the list. `working_pattern_id` are the hours that somebody
    begins with; later ones have a date and an address of their own."""

    employee_number: str = ""
    job_title: str = ""
    manager_id: Id | None = None
    department_id: Id | None = None
    office_id: Id | None = None
    working_pattern_id: Id | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class StaffWish(StaffFields):
    name: str


class StaffChange(StaffFields):
    name: str = ""
    email: str = ""


class RolesWish(Wish):
    role_ids: list[Id]


class DeactivationWish(Wish):
    on: date | None = None


class ReactivationWish(Wish):
    report_ids: list[Id] = Field(default_factory=list)


class SecondFactorsRow(Row):
    has_app: bool
    passkeys: int
    recovery_codes_left: int


class StaffHoursRow(Row):
    id: int
    pattern_id: int
    starts_on: date


class HoursWish(Wish):
    pattern_id: Id
    starts_on: date


class Deactivated(Row):
    staff: StaffRow
    moved_report_ids: list[int]


@routes.read("/staff", Listing[StaffRow])
@guarded(MANAGE_PEOPLE)
def list_staff(
    request: HttpRequest, part: Query[ChangedPart], q: str = "", is_active: bool | None = None
) -> dict[str, Any]:
    """Everybody. Each word of `q` occurs in the name, e-mail, title or number."""
    found = staff_named(q)
    return page(found if is_active is None else found.filter(is_active=is_active), part)


@routes.write("/staff", StaffRow, status=201)
@guarded(MANAGE_PEOPLE)
def create_staff(request: HttpRequest, wish: StaffWish) -> StaffMember:
    """Adds somebody who does not sign in, such as a contractor. Whoever shall sign in is invited: POST /invitations."""
    given = wish.model_dump(exclude_unset=True)
    fields = cleaned(StaffForm, given, staff=StaffMember(), by=request.user)
    manager, title = fields["manager"], fields["job_title"]
    staff = add_staff(
        name=fields["name"], job_title=title, manager=manager, starts_on=fields["starts_on"], by=request.user
    )
    if set(given) - {"name", "job_title", "manager_id", "starts_on"}:
        edit_staff(staff=staff, by=request.user, **fields)
    return _staff(staff.pk)


@routes.read("/staff/{int:staff_id}", StaffRow)
@guarded(MANAGE_PEOPLE)
def show_staff(request: HttpRequest, staff_id: int) -> StaffMember:
    """What is on record about one person."""
    return _staff(staff_id)


@routes.write("/staff/{int:staff_id}", StaffRow, method="PATCH")
@guarded(MANAGE_PEOPLE)
def change_staff(request: HttpRequest, staff_id: int, wish: StaffChange) -> StaffMember:
    """Changes what is given and leaves the rest. Who does not sign in has no e-mail."""
    staff = _staff(staff_id)
    edit_staff(staff=staff, by=request.user, **cleaned(StaffForm, wish, staff=staff, by=request.user))
    return _staff(staff_id)


@routes.write("/staff/{int:staff_id}/roles", StaffRow, method="PUT")
@guarded(MANAGE_PEOPLE)
def set_roles(request: HttpRequest, staff_id: int, wish: RolesWish) -> StaffMember:
    """Gives the person exactly these roles."""
    staff = _staff(staff_id)
    if staff.user is None:
        raise NotClean([("role_ids", f"{staff.name} does not sign in, so roles mean nothing.")])
    change_roles(
        user=staff.user, roles=chosen(Role.objects.all(), wish.role_ids, "role_ids"), by=request.user
    )
    return _staff(staff_id)


@routes.write("/staff/{int:staff_id}/deactivate", Deactivated)
@guarded(MANAGE_PEOPLE)
def deactivate_staff(request: HttpRequest, staff_id: int, wish: DeactivationWish) -> dict[str, Any]:
    """Ends the person's sign-in; their reports go to their own manager and are named in the answer."""
    moved = deactivate(staff=_staff(staff_id), by=request.user, on=wish.on or clock.today(request.user))
    return {"staff": _staff(staff_id), "moved_report_ids": moved}


@routes.write("/staff/{int:staff_id}/reactivate", StaffRow)
@guarded(MANAGE_PEOPLE)
def reactivate_staff(request: HttpRequest, staff_id: int, wish: ReactivationWish) -> StaffMember:
    """Lets the person in again; `report_ids` come back if nobody moved them meanwhile."""
    reactivate(staff=_staff(staff_id), by=request.user, reports=wish.report_ids)
    return _staff(staff_id)


@routes.read("/staff/{int:staff_id}/hours", Listing[StaffHoursRow])
@guarded(MANAGE_PEOPLE)
def list_hours(request: HttpRequest, staff_id: int, part: Query[Part]) -> dict[str, Any]:
    """From which day the person works by which hours; before the first, by `working_pattern_id`."""
    return page(_staff(staff_id).pattern_assignments.order_by("starts_on"), part)


@routes.write("/staff/{int:staff_id}/hours", StaffHoursRow, status=201)
@guarded(MANAGE_PEOPLE)
def create_hours(request: HttpRequest, staff_id: int, wish: HoursWish) -> PatternAssignment:
    """Other hours from a day on; replaces a change on the same day."""
    staff = _staff(staff_id)
    fields = cleaned(HoursForm, wish, names={"pattern_id": "pattern"})
    return assign_pattern(staff=staff, by=request.user, **fields)


@routes.write("/staff/{int:staff_id}/hours/{int:hours_id}", method="DELETE")
@guarded(MANAGE_PEOPLE)
def delete_hours(request: HttpRequest, staff_id: int, hours_id: int) -> None:
    """The hours before this change go on."""
    found = get_object_or_404(_staff(staff_id).pattern_assignments, pk=hours_id)
    unassign_pattern(assignment=found, by=request.user)


@routes.read("/staff/{int:staff_id}/second-factors", SecondFactorsRow)
@guarded(MANAGE_PEOPLE)
def show_second_factors(request: HttpRequest, staff_id: int) -> dict[str, Any]:
    """What the person signs in with besides the password."""
    found = factors_of(_user(staff_id))
    return {
        "has_app": found.app is not None,
        "passkeys": len(found.passkeys),
        "recovery_codes_left": found.codes_left,
    }


@routes.write("/staff/{int:staff_id}/second-factors", method="DELETE")
@guarded(MANAGE_PEOPLE)
def delete_second_factors(request: HttpRequest, staff_id: int) -> None:
    """For somebody who lost them: the password alone signs in again, all sessions end."""
    reset_second_factors(person=_user(staff_id), by=request.user, at=clock.now())


def _user(staff_id: int) -> User:
    user = _staff(staff_id).user
    if user is None:
        raise Http404
    return user


def _staff(staff_id: int) -> StaffMember:
    return get_object_or_404(staff_named(), pk=staff_id)

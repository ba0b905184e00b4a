"""Leaving and coming back. What people did stays; they can no longer sign in."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import MANAGE_PEOPLE, require, require_manage_sign_in
from people.employing import locked
from people.events import manager_changed, staff_deactivated
from people.models import StaffMember, User


class NotYourself(Refusal):
    sentence = "You cannot deactivate yourself. Another owner or administrator can."


class AlreadyDone(Refusal):
    sentence = "{name} is {state} already."


@dataclass(frozen=True)
class Consequences:
    """What deactivating somebody would do, for the question before it."""

    reports: list[str]
    new_manager: str
    can_sign_in: bool


def consequences(staff: StaffMember) -> Consequences:
    """Whose manager it changes, and to whom."""
    reports = list(staff.reports.working().values_list("name", flat=True))
    return Consequences(reports, staff.manager.name if staff.manager else "", staff.user_id is not None)


def deactivate(*, staff: StaffMember, by: User | None, on: date) -> list[int]:
    """Ends the person's sessions at once and for good; their reports go to their own manager, in one statement.

    Returns the ids of those reports, for reactivate. Raises NotYourself, AlreadyDone and the promise
    people_keep_an_owner. Announces manager_changed for each report, then staff_deactivated.
    """
    require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        staff = locked(staff)
        if by is not None and staff.user_id == by.pk:
            raise NotYourself
        if not staff.is_active:
            raise AlreadyDone(name=staff.name, state="inactive")
        if staff.user is not None:
            require_manage_sign_in(by, staff.user)
            _end_sign_in(staff.user)
        reports = list(staff.reports.working().select_related("manager", "user"))
        audit.acting("staff.deactivate", by=by, subject=staff, reports=[report.pk for report in reports])
        staff.is_active = False
        if staff.ends_on is None or staff.ends_on > on:
            staff.ends_on = max(on, staff.starts_on) if staff.starts_on else on
        staff.save(update_fields=["is_active", "ends_on"])
        _move(reports, staff, staff.manager, by)
        staff_deactivated.send(StaffMember, staff=staff, on=on, by=by)
    return [report.pk for report in reports]


def reactivate(*, staff: StaffMember, by: User | None, reports: Collection[int] = ()) -> StaffMember:
    """Lets somebody in again, without an end date. `reports` come back if nobody moved them meanwhile.

    Old sessions stay ended. Raises AlreadyDone.
    """
    require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        staff = locked(staff)
        if staff.is_active:
            raise AlreadyDone(name=staff.name, state="active")
        audit.acting("staff.reactivate", by=by, subject=staff)
        if staff.user is not None:
            require_manage_sign_in(by, staff.user)
            staff.user.is_active = True
            staff.user.save(update_fields=["is_active"])
        staff.is_active, staff.ends_on = True, None
        staff.save(update_fields=["is_active", "ends_on"])
        back = StaffMember.objects.filter(pk__in=reports, manager=staff.manager).exclude(pk=staff.pk)
        _move(list(back.select_related("manager", "user")), staff.manager, staff, by)
    return staff


def _end_sign_in(user: User) -> None:
    user.is_active = False
    # An inactive person has no session; the generation keeps old ones from coming back to life with the person.
    user.session_generation += 1
    user.save(update_fields=["is_active", "session_generation"])


def _move(
    reports: list[StaffMember], was: StaffMember | None, manager: StaffMember | None, by: User | None
) -> None:
    StaffMember.objects.filter(pk__in=[report.pk for report in reports]).update(manager=manager)
    for report in reports:
        report.manager = manager
        manager_changed.send(StaffMember, staff=report, was=was, by=by)

"""Staff members: who joins, and what is on record about them."""

from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from people.access import MANAGE_PEOPLE, require, require_manage_sign_in
from people.events import department_changed, manager_changed, staff_added
from people.models import Department, JobTitle, LegalEntity, Office, StaffMember, User, WorkingPattern
from people.organising import job_title_named


class ManagerIsInactive(Refusal):
    sentence = "{name} is not active. Choose another manager."


def add_staff(
    *,
    name: str,
    by: User | None,
    user: User | None = None,
    job_title: JobTitle | str | None = None,
    manager: StaffMember | None = None,
    starts_on: date | None = None,
) -> StaffMember:
    """Somebody whose time the firm sells; without `user` a contractor who does not sign in. Announces staff_added.

    Whoever was invited adds themselves (`by` is `user`). Raises NotAllowed, ManagerIsInactive.
    """
    if user is None or by != user:
        require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        _check_manager(manager)
        staff = StaffMember.objects.create(
            user=user,
            name=name,
            job_title=job_title_named(job_title),
            manager=manager,
            starts_on=starts_on,
            legal_entity=LegalEntity.objects.filter(is_default=True).first(),
        )
        audit.acting("staff.add", by=by, subject=staff)
        staff_added.send(StaffMember, staff=staff, by=by)
    return staff


def edit_staff(
    *,
    staff: StaffMember,
    by: User | None,
    name: str,
    email: str = "",
    job_title: JobTitle | str | None,
    manager: StaffMember | None,
    department: Department | None = None,
    office: Office | None = None,
    working_pattern: WorkingPattern | None = None,
    employee_number: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> StaffMember:
    """Changes the record of one person. Announces manager_changed and department_changed.

    Another e-mail takes the right to manage the person's sign-in. Raises ManagerIsInactive and the promises of
    people_no_manager_circle (field manager), people_user_email_once (email), people_starts_before_it_ends (ends_on).
    """
    require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        staff = locked(staff)
        audit.acting("staff.edit", by=by, subject=staff)
        was, was_in = staff.manager, staff.department
        if manager != was:
            _check_manager(manager)
        staff.name, staff.job_title, staff.manager = name, job_title_named(job_title), manager
        staff.department, staff.office, staff.working_pattern = department, office, working_pattern
        staff.employee_number, staff.starts_on, staff.ends_on = employee_number, starts_on, ends_on
        staff.save()
        if staff.user is not None:
            _edit_sign_in(staff.user, name, email, by)
        if manager != was:
            manager_changed.send(StaffMember, staff=staff, was=was, by=by)
        if department != was_in:
            department_changed.send(StaffMember, staff=staff, was=was_in, by=by)
    return staff


def set_manager(*, staff: StaffMember, manager: StaffMember | None, by: User | None) -> StaffMember:
    """Puts somebody under another manager. Announces manager_changed."""
    require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        staff = locked(staff)
        was = staff.manager
        if manager == was:
            return staff
        _check_manager(manager)
        audit.acting("staff.set_manager", by=by, subject=staff)
        staff.manager = manager
        staff.save(update_fields=["manager"])
        manager_changed.send(StaffMember, staff=staff, was=was, by=by)
    return staff


def locked(staff: StaffMember) -> StaffMember:
    """The row for this transaction, with manager, user and roles at hand.

    Not locked as a key: others may be put under this person meanwhile, and two who are put under each other at once
    meet in the trigger instead of in a deadlock.
    """
    return (
        StaffMember.objects.select_for_update(of=("self",), no_key=True)
        .select_related("manager", "user")
        .prefetch_related("user__roles")
        .get(pk=staff.pk)
    )


def _check_manager(manager: StaffMember | None) -> None:
    if manager is not None and not manager.is_active:
        raise ManagerIsInactive(field="manager", name=manager.name)


def _edit_sign_in(user: User, name: str, email: str, by: User | None) -> None:
    wanted = email.lower() or user.email
    if wanted != user.email:
        require_manage_sign_in(by, user)
        user.email = wanted
        # Links mailed to the old address, and allauth's own memory of it, must open nothing.
        EmailAddress.objects.filter(user=user).delete()
        user.session_generation += 1
    user.name = name
    user.save(update_fields=["name", "email", "session_generation"])

"""Staff records: managers without circles, sign-ins that nobody takes over."""

from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction

from core.errors import NotAllowed, Refusal
from core.models import Change
from core.promises import promises
from people.employing import ManagerIsInactive, add_staff, edit_staff, set_manager
from people.events import manager_changed
from people.models import StaffMember, User
from people.preferring import edit_profile
from tests.cast import Cast, add_person
from tests.two_connections import at_once


def edit(staff: StaffMember, by: User, **values: Any) -> StaffMember:
    options: dict[str, Any] = {
        "name": staff.name,
        "job_title": staff.job_title,
        "manager": staff.manager,
    } | values
    return edit_staff(staff=staff, by=by, **options)


def test_the_record_and_its_trace(cast: Cast) -> None:
    member = cast.member.staff_member
    assert member
    edit(member, cast.owner, name="Priya R.", job_title="Lead engineer", starts_on=date(2026, 1, 1))
    member.refresh_from_db()
    cast.member.refresh_from_db()
    assert (member.name, cast.member.name, member.job_title.name) == ("Priya R.", "Priya R.", "Lead engineer")
    change = Change.objects.filter(table_name="people_staffmember", row_id=str(member.pk)).latest("pk")
    assert change.old["name"] == "Priya Raman"
    assert change.new["name"] == "Priya R."
    assert change.action.actor_name == "Olu Hartwell"


def test_no_circle_of_managers(cast: Cast) -> None:
    owner, manager = cast.owner.staff_member, cast.manager.staff_member
    for boss in (cast.member.staff_member, manager, owner):
        with (
            pytest.raises(Refusal, match=r"managing themselves|manages themselves") as caught,
            transaction.atomic(),
        ):
            set_manager(staff=owner, manager=boss, by=cast.owner)
        assert caught.value.field == "manager"
    # The database itself refuses, whoever writes.
    with pytest.raises(DatabaseError), transaction.atomic():
        StaffMember.objects.filter(pk=owner.pk).update(manager=manager)
    with pytest.raises(Refusal), promises(), transaction.atomic():
        StaffMember.objects.filter(pk=owner.pk).update(manager=cast.member.staff_member)


def test_a_new_manager_is_announced(cast: Cast) -> None:
    heard: list[tuple[str, str]] = []

    def hear(sender: object, staff: StaffMember, was: StaffMember, **facts: Any) -> None:
        heard.append((staff.manager.name, was.name))

    manager_changed.connect(hear)
    member = cast.member.staff_member
    set_manager(staff=member, manager=cast.owner.staff_member, by=cast.owner)
    set_manager(staff=member, manager=cast.owner.staff_member, by=cast.owner)
    manager_changed.disconnect(hear)
    assert heard == [("Olu Hartwell", "Dana Ruiz")]


def test_an_inactive_manager_is_refused_but_may_stay(cast: Cast) -> None:
    manager, member = cast.manager.staff_member, cast.member.staff_member
    StaffMember.objects.filter(pk=manager.pk).update(is_active=False)
    manager.refresh_from_db()
    edit(member, cast.owner, name="Priya R.")
    with pytest.raises(ManagerIsInactive):
        set_manager(staff=cast.finance.staff_member, manager=manager, by=cast.owner)


def test_another_email_ends_sessions_and_old_links(cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.member, email=cast.member.email, primary=True)
    before = cast.member.get_session_auth_hash()
    edit(cast.member.staff_member, cast.owner, email="PR@hm.example")
    cast.member.refresh_from_db()
    assert cast.member.email == "pr@hm.example"
    assert cast.member.get_session_auth_hash() != before
    assert not EmailAddress.objects.filter(user=cast.member).exists()
    with pytest.raises(Refusal, match="Somebody else signs in") as caught:
        edit(cast.member.staff_member, cast.owner, email="dana@hm.example")
    assert caught.value.field == "email"


def test_no_takeover_by_email(cast: Cast) -> None:
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    for victim in (cast.owner, cast.finance):
        with pytest.raises(NotAllowed):
            edit(victim.staff_member, administrator, email="mine@hm.example")
        edit(victim.staff_member, administrator, employee_number=str(victim.pk))
    edit(cast.member.staff_member, administrator, email="priya2@hm.example")
    with pytest.raises(NotAllowed):
        edit(cast.member.staff_member, cast.member)


def test_dates_and_numbers(cast: Cast) -> None:
    member = cast.member.staff_member
    with pytest.raises(Refusal) as caught:
        edit(member, cast.owner, starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 31))
    assert caught.value.field == "ends_on"
    edit(member, cast.owner, employee_number="7")
    with pytest.raises(Refusal) as caught:
        edit(cast.finance.staff_member, cast.owner, employee_number="7")
    assert caught.value.field == "employee_number"


def test_a_contractor_without_sign_in(cast: Cast) -> None:
    contractor = add_staff(name="Rui Costa", by=cast.owner, manager=cast.manager.staff_member)
    assert contractor.user is None
    assert contractor.legal_entity is not None


def test_adding_somebody_takes_the_right(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        add_staff(name="Rui Costa", by=cast.member)
    with pytest.raises(NotAllowed):
        add_staff(name="Rui Costa", user=cast.owner, by=cast.member)


def test_nobody_edits_the_profile_of_somebody_else(cast: Cast) -> None:
    values = {"name": "Somebody", "time_zone": "UTC", "hours_style": "decimal"}
    with pytest.raises(NotAllowed):
        edit_profile(person=cast.owner, by=cast.manager, **values)
    assert edit_profile(person=cast.manager, by=cast.manager, **values).name == "Somebody"


def test_two_who_are_put_under_each_other(own_firm: Any) -> None:
    owner = User.objects.get(email="olu@hm.example")
    one = add_staff(name="One", by=owner)
    two = add_staff(name="Two", by=owner)
    results = at_once(
        connection.tenant,
        lambda: set_manager(staff=one, manager=two, by=owner),
        lambda: set_manager(staff=two, manager=one, by=owner),
    )
    assert sorted(type(result).__name__ for result in results) == ["Refusal", "StaffMember"]

"""Leaving: sessions end for good, reports move, the firm keeps an owner."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web

from core.errors import NotAllowed, Refusal
from core.models import Action
from people.deactivating import AlreadyDone, NotYourself, consequences, deactivate, reactivate
from people.events import staff_deactivated
from people.models import Role, StaffMember, User
from tests.cast import TODAY, Cast, add_person
from tests.two_connections import at_once


def test_reports_go_up_and_come_back(cast: Cast) -> None:
    manager, member = cast.manager.staff_member, cast.member.staff_member
    what = consequences(manager)
    assert (what.reports, what.new_manager, what.can_sign_in) == (["Priya Raman"], "Olu Hartwell", True)
    heard: list[Any] = []

    def hear(sender: object, staff: StaffMember, on: Any, **facts: Any) -> None:
        heard.append((staff.name, on))

    staff_deactivated.connect(hear)
    moved = deactivate(staff=manager, by=cast.owner, on=TODAY)
    staff_deactivated.disconnect(hear)
    member.refresh_from_db()
    manager.refresh_from_db()
    assert moved == [member.pk]
    assert member.manager == cast.owner.staff_member
    assert (manager.is_active, manager.ends_on) == (False, TODAY)
    assert heard == [("Dana Ruiz", TODAY)]
    assert Action.objects.get(verb="staff.deactivate").facts == {"reports": [member.pk]}

    reactivate(staff=manager, by=cast.owner, reports=moved)
    member.refresh_from_db()
    manager.refresh_from_db()
    assert member.manager == manager
    assert (manager.is_active, manager.ends_on) == (True, None)


def test_reports_that_moved_meanwhile_stay(cast: Cast) -> None:
    manager, member = cast.manager.staff_member, cast.member.staff_member
    moved = deactivate(staff=manager, by=cast.owner, on=TODAY)
    StaffMember.objects.filter(pk=member.pk).update(manager=cast.finance.staff_member)
    reactivate(staff=manager, by=cast.owner, reports=moved)
    member.refresh_from_db()
    assert member.manager == cast.finance.staff_member


def test_sessions_end_at_once_and_for_good(cast: Cast, web: Callable[..., Web]) -> None:
    browser = web(cast.member)
    assert browser.get("/people/me/").status_code == 200
    deactivate(staff=cast.member.staff_member, by=cast.owner, on=TODAY)
    assert browser.get("/people/me/").status_code == 302
    reactivate(staff=cast.member.staff_member, by=cast.owner)
    # The old cookie does not come back to life with the person.
    assert browser.get("/people/me/").status_code == 302


def test_not_oneself_not_twice_not_without_right(cast: Cast) -> None:
    with pytest.raises(NotYourself):
        deactivate(staff=cast.owner.staff_member, by=cast.owner, on=TODAY)
    with pytest.raises(NotAllowed):
        deactivate(staff=cast.member.staff_member, by=cast.manager, on=TODAY)
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    with pytest.raises(NotAllowed):
        deactivate(staff=cast.owner.staff_member, by=administrator, on=TODAY)
    deactivate(staff=cast.member.staff_member, by=cast.owner, on=TODAY)
    with pytest.raises(AlreadyDone):
        deactivate(staff=cast.member.staff_member, by=cast.owner, on=TODAY)
    with pytest.raises(AlreadyDone):
        reactivate(staff=cast.manager.staff_member, by=cast.owner)


def test_the_last_owner_stays(cast: Cast) -> None:
    # Even the system may not.
    with pytest.raises(Refusal, match="needs an owner"):
        deactivate(staff=cast.owner.staff_member, by=None, on=TODAY)
    cast.finance.roles.add(Role.objects.get(is_owner=True))
    deactivate(staff=cast.owner.staff_member, by=User.objects.get(pk=cast.finance.pk), on=TODAY)


def test_two_owners_lock_each_other_out(own_firm: Any) -> None:
    owner = User.objects.get(email="olu@hm.example")
    other = add_person("Other Owner", "oo@hm.example", "Owner")
    results = at_once(
        connection.tenant,
        lambda: deactivate(staff=other.staff_member, by=owner, on=TODAY),
        lambda: deactivate(staff=owner.staff_member, by=other, on=TODAY),
    )
    assert sum(isinstance(result, list) for result in results) == 1
    assert [result.message for result in results if isinstance(result, Refusal)] == [
        "A firm needs an owner. Give somebody else the owner's role first."
    ]
    assert User.objects.filter(is_active=True, roles__is_owner=True).count() == 1

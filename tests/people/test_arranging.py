"""Roles: no escalation, always an owner, built-in ones stay."""

import pytest
from django.db import DatabaseError, transaction

from core.errors import NotAllowed, Refusal
from core.models import Action, Change
from people.access import MANAGE_PEOPLE
from people.arranging import (
    NoRole,
    RoleIsBuiltIn,
    RoleIsUsed,
    add_role,
    change_roles,
    edit_role,
    remove_role,
)
from people.models import Role, User
from tests.cast import Cast, add_person


def role(name: str) -> Role:
    return Role.objects.get(name=name)


def names(user: User) -> set[str]:
    return {held.name for held in User.objects.get(pk=user.pk).roles.all()}


def test_changing_roles_leaves_a_trace(cast: Cast) -> None:
    changed = change_roles(user=cast.member, roles=[role("Manager")], by=cast.owner)
    assert names(changed) == {"Manager"}
    assert Action.objects.get(verb="person.change_roles").facts == {"given": ["Manager"], "taken": ["Staff"]}
    assert Change.objects.filter(table_name="people_user_roles").exists()
    change_roles(user=changed, roles=[role("Manager")], by=cast.owner)
    assert Action.objects.filter(verb="person.change_roles").count() == 1


def test_only_an_owner_makes_or_unmakes_owners(cast: Cast) -> None:
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    for user, wanted in (
        (administrator, ["Owner"]),
        (cast.member, ["Owner"]),
        (cast.member, ["Finance"]),
        (cast.owner, ["Staff"]),
        (cast.finance, ["Staff"]),
    ):
        with pytest.raises(NotAllowed):
            change_roles(user=user, roles=[role(name) for name in wanted], by=administrator)
    change_roles(user=cast.member, roles=[role("Manager"), role("Staff")], by=administrator)
    change_roles(user=cast.member, roles=[role("Owner")], by=cast.owner)
    with pytest.raises(NotAllowed):
        change_roles(user=cast.finance, roles=[role("Staff")], by=cast.manager)
    with pytest.raises(NoRole):
        change_roles(user=cast.finance, roles=[], by=cast.owner)


def test_the_last_owner_keeps_the_role(cast: Cast) -> None:
    with pytest.raises(Refusal, match="needs an owner") as caught:
        change_roles(user=cast.owner, roles=[role("Finance")], by=cast.owner)
    assert caught.value.field == "roles"
    assert names(cast.owner) == {"Owner"}
    with pytest.raises(DatabaseError), transaction.atomic():
        cast.owner.roles.clear()
    change_roles(user=cast.finance, roles=[role("Owner")], by=cast.owner)
    change_roles(user=cast.owner, roles=[role("Staff")], by=cast.owner)
    assert names(cast.owner) == {"Staff"}


def test_own_roles_stay_within_own_rights(cast: Cast) -> None:
    administrator = add_person("Ada Min", "ada@hm.example", "Administrator")
    reader = add_role(name="Reader", description="Looks", rights=["projects.view_all"], by=administrator)
    # A name that no room knows is not kept.
    add_role(name="Strange", description="", rights=["no.such"], by=cast.owner)
    assert Role.objects.get(name="Strange").rights == []
    for wanted in (["billing.issue"], ["projects.view_all", "ledger.close"]):
        with pytest.raises(NotAllowed):
            edit_role(role=reader, name="Reader", description="", rights=wanted, by=administrator)
    edit_role(role=reader, name="Reader", description="", rights=["billing.view"], by=cast.owner)
    # What an owner put there, an administrator without that right cannot take.
    with pytest.raises(NotAllowed):
        edit_role(role=reader, name="Reader", description="", rights=[MANAGE_PEOPLE], by=administrator)
    with pytest.raises(Refusal, match="one of this name"):
        add_role(name="Reader", description="", rights=[], by=cast.owner)


def test_built_in_and_used_roles_stay(cast: Cast) -> None:
    with pytest.raises(RoleIsBuiltIn):
        edit_role(role=role("Staff"), name="Crew", description="", rights=[], by=cast.owner)
    with pytest.raises(RoleIsBuiltIn):
        remove_role(role=role("Owner"), by=cast.owner)
    own = add_role(name="Reader", description="", rights=[], by=cast.owner)
    cast.member.roles.add(own)
    with pytest.raises(RoleIsUsed, match="1 person"):
        remove_role(role=own, by=cast.owner)
    cast.member.roles.remove(own)
    remove_role(role=own, by=cast.owner)
    assert not Role.objects.filter(name="Reader").exists()

"""Roles: who has which, and what each may do."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import ProtectedError

from core import audit
from core.errors import NotAllowed, Refusal
from core.promises import promises
from people.access import MANAGE_FIRM, MANAGE_PEOPLE, require, require_grant
from people.models import Role, User
from people.rights import catalogue


class NoRole(Refusal):
    sentence = "Choose at least one role."


class RoleIsBuiltIn(Refusal):
    sentence = "{name} comes with the product and stays as it is. Add a role of your own instead."


class RoleIsUsed(Refusal):
    sentence = "{count} have this role. Give them another one first."


class RoleIsAsked(Refusal):
    sentence = (
        "{name} stays: a rule of reminders names it, or a policy of approvals asks or asked it. "
        "Take it out of the rules first."
    )


def change_roles(*, user: User, roles: Collection[Role], by: User | None) -> User:
    """Gives the person exactly these roles. Raises NoRole, NotAllowed for a role beyond one's own rights that would be
    given or taken, and the promise people_keep_an_owner (field roles)."""
    require(by, MANAGE_PEOPLE)
    if not roles:
        raise NoRole(field="roles")
    with promises(), transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        held = set(user.roles.all())
        changed = held.symmetric_difference(roles)
        require_grant(by, changed)
        if changed:
            audit.acting(
                "person.change_roles",
                by=by,
                subject=user,
                given=sorted(role.name for role in set(roles) - held),
                taken=sorted(role.name for role in held - set(roles)),
            )
            # First what is added: the last owner is counted after each statement.
            user.roles.add(*(set(roles) - held))
            user.roles.remove(*(held - set(roles)))
    return User.objects.prefetch_related("roles").get(pk=user.pk)


def add_role(*, name: str, description: str, rights: Collection[str], by: User | None) -> Role:
    """A role of the firm's own. Raises NotAllowed for rights that one does not hold."""
    require(by, MANAGE_PEOPLE)
    _require_own(by, rights)
    with promises(), transaction.atomic():
        role = Role.objects.create(name=name, description=description, rights=_known(rights))
        audit.acting("role.add", by=by, subject=role, rights=role.rights)
    return role


def edit_role(*, role: Role, name: str, description: str, rights: Collection[str], by: User | None) -> Role:
    """Changes a role of the firm's own; it holds at once for whoever has it. Raises RoleIsBuiltIn, NotAllowed."""
    require(by, MANAGE_PEOPLE)
    with promises(), transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        if role.is_builtin:
            raise RoleIsBuiltIn(name=role.name)
        _require_own(by, set(role.rights).symmetric_difference(rights))
        audit.acting("role.edit", by=by, subject=role)
        role.name, role.description, role.rights = name, description, _known(rights)
        role.save(update_fields=["name", "description", "rights"])
    return role


def remove_role(*, role: Role, by: User | None) -> None:
    """Removes a role that nobody has and no open invitation promises. Raises RoleIsBuiltIn, RoleIsUsed, RoleIsAsked."""
    require(by, MANAGE_PEOPLE, MANAGE_FIRM)
    with transaction.atomic():
        role = Role.objects.select_for_update().get(pk=role.pk)
        if role.is_builtin:
            raise RoleIsBuiltIn(name=role.name)
        used = role.users.count() + role.invitations.open().count()
        if used:
            raise RoleIsUsed(count="1 person" if used == 1 else f"{used} people")
        audit.acting("role.remove", by=by, subject=role, name=role.name)
        try:
            role.delete()
        except ProtectedError as error:
            raise RoleIsAsked(name=role.name) from error


def _require_own(by: User | None, rights: Collection[str]) -> None:
    if by is not None and not by.is_owner and not by.rights.issuperset(rights):
        raise NotAllowed("You cannot give or take rights that you do not have yourself.")


def _known(rights: Collection[str]) -> list[str]:
    wanted = set(rights)
    return [right.name for right in catalogue() if right.name in wanted]

"""Who may manage people, and the one question all rooms ask: does this person have that right?"""

from collections.abc import Iterable

from core.errors import NotAllowed
from people.models import Role, User
from people.rights import Right

MANAGE_PEOPLE = "people.manage"
MANAGE_FIRM = "people.manage_firm"

RIGHTS = [
    Right(MANAGE_PEOPLE, "invite, edit and deactivate people, and set their roles", "People"),
    Right(MANAGE_FIRM, "change the firm's settings, holidays and working hours", "Firm"),
]


def has_right(by: User | None, right: str) -> bool:
    """Whether the person holds the right. `None` is the system itself (a webhook, the schedule), which may."""
    return by is None or (by.is_active and right in by.rights)


def require(by: User | None, *rights: str) -> None:
    """Raises NotAllowed unless the person holds one of the rights."""
    if not any(has_right(by, right) for right in rights):
        raise NotAllowed("You do not have the right to do this. Ask the owner of your firm for it.")


def can_grant(by: User | None, role: Role) -> bool:
    """Nobody gives away rights that they do not hold, and only an owner makes owners."""
    if by is None:
        return True
    if role.is_owner:
        return by.is_active and by.is_owner
    return by.is_active and by.rights.issuperset(role.rights)


def can_manage_sign_in(by: User | None, user: User) -> bool:
    """Whether `by` may change how `user` signs in, and with which roles.

    Whoever sets another's e-mail can become that person by a password reset, so it takes all of their rights.
    """
    return has_right(by, MANAGE_PEOPLE) and all(can_grant(by, role) for role in user.roles.all())


def require_grant(by: User | None, roles: Iterable[Role]) -> None:
    """Raises NotAllowed if a role carries more than the person may give away."""
    for role in roles:
        if not can_grant(by, role):
            raise NotAllowed(
                f"The role {role.name} carries rights that you do not have, so you cannot give or take it."
            )


def require_manage_sign_in(by: User | None, user: User) -> None:
    """Raises NotAllowed unless can_manage_sign_in."""
    require(by, MANAGE_PEOPLE)
    if not can_manage_sign_in(by, user):
        raise NotAllowed(f"{user.name} has rights that you do not have. Ask an owner to do this.")

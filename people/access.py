"""Who may manage people, and the one question all rooms ask: does this person have that right?"""

from core.errors import NotAllowed
from people.models import User
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

"""Who may see and change clients."""

from people.access import has_right, require
from people.models import User
from people.rights import Right

VIEW_CLIENTS = "clients.view"
MANAGE_CLIENTS = "clients.manage"
MANAGE_TERMS = "clients.manage_terms"
MERGE_CLIENTS = "clients.merge"

RIGHTS = [
    Right(VIEW_CLIENTS, "see clients and their contacts", "Clients"),
    Right(MANAGE_CLIENTS, "add and edit clients and contacts", "Clients"),
    Right(MERGE_CLIENTS, "merge clients that are one, and take that back", "Clients"),
    Right(MANAGE_TERMS, "change payment terms and tax codes", "Clients"),
]


def can_manage(by: User | None) -> bool:
    return has_right(by, MANAGE_CLIENTS)


def can_merge(by: User | None) -> bool:
    return has_right(by, MERGE_CLIENTS)


def require_manage(by: User | None) -> None:
    """Raises NotAllowed unless the person may change clients."""
    require(by, MANAGE_CLIENTS)


def require_manage_terms(by: User | None) -> None:
    """Raises NotAllowed unless the person may change payment terms and tax codes."""
    require(by, MANAGE_TERMS)


def require_merge(by: User | None) -> None:
    """Raises NotAllowed unless the person may merge clients."""
    require(by, MERGE_CLIENTS)

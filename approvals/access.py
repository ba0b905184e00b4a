"""Who may say how things are approved, and who decides in whose place."""

from people.access import has_right
from people.models import StaffMember, User
from people.rights import Right

MANAGE_POLICIES = "approvals.manage_policies"

RIGHTS = [Right(MANAGE_POLICIES, "say who approves what, and who decides in whose place", "Firm")]


def can_delegate(by: User | None, approver: StaffMember) -> bool:
    """Everybody hands over their own decisions; others' with the right."""
    if by is not None and by.staff_member == approver:
        return True
    return has_right(by, MANAGE_POLICIES)

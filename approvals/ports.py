"""What the rooms above tell approvals about a thing that needs a decision, and about who leads what."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True)
class Subject:
    """One thing to decide on, as the owning room describes it. Approvals knows nothing else about it.

    Conditions on amounts are in the firm's currency. Without an amount, or with one in another `currency` (empty is the
    firm's), a step that asks for amounts is asked all the same: what nobody can value is not waved through.
    """

    kind: str
    id: int
    owner_id: int
    minutes: int = 0
    amount: Decimal | None = None
    is_billable: bool = False
    project_id: int | None = None
    # The project's lead, who decides where a step says so.
    lead_id: int | None = None
    # Of the owner; its head is looked up here.
    department_id: int | None = None
    currency: str = ""
    # Beyond what the room's own policy allows without a second approver.
    is_exceptional: bool = False
    # Nobody decides on this one whose own it is, whatever the policy says and even where there is nobody else.
    forbids_own: bool = False


class Outcome(StrEnum):
    """What became of a subject after a decision on its present step."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"

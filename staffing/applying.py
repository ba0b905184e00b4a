"""What an approval does to leave, and what taking it back does."""

from collections.abc import Sequence

from django.db.models import F

from core.errors import Refusal
from staffing.models import LeaveRequest, LeaveRequestQuerySet

State, Kind = LeaveRequest.State, LeaveRequest.Kind
# What becomes of the leave that was replaced.
REPLACED_BY = {Kind.CHANGE: State.REPLACED, Kind.CANCELLATION: State.CANCELED}


class ReplacedIsGone(Refusal):
    """The leave that a change is about was changed or canceled meanwhile."""

    sentence = "The leave that this would change is not in force any more."


def apply_approved(requests: Sequence[LeaveRequest]) -> None:
    """Approves requests; what they replace goes out of force first, so that their days are free.

    Within the caller's transaction; at most four statements. Raises ReplacedIsGone, and LeaveOverlaps by the database.
    """
    for kind, state in REPLACED_BY.items():
        ids = [request.replaces_id for request in requests if request.kind == kind and request.replaces_id]
        if ids:
            moved = _move(LeaveRequest.objects.in_force().filter(pk__in=ids), state)
            if moved != len(ids):
                raise ReplacedIsGone
    _move(LeaveRequest.objects.filter(pk__in=[request.pk for request in requests]), State.APPROVED)
    for request in requests:
        request.state = State.APPROVED
        request.version += 1


def take_out(requests: Sequence[LeaveRequest]) -> None:
    """The inverse: approved requests wait again, and what they replaced is in force again. At most three statements."""
    ids = [request.pk for request in requests]
    _move(LeaveRequest.objects.filter(pk__in=ids), State.SUBMITTED)
    replaced = [
        request.replaces_id for request in requests if request.state == State.APPROVED and request.replaces_id
    ]
    if replaced:
        _move(LeaveRequest.objects.filter(pk__in=replaced), State.APPROVED)


def _move(rows: LeaveRequestQuerySet, state: LeaveRequest.State) -> int:
    return rows.update(state=state, version=F("version") + 1)

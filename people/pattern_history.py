"""By which hours a person worked since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from people.models import PatternAssignment, StaffMember, WorkingPattern


@dataclass(frozen=True)
class Hours:
    """The hours of one stretch of time; `starts_on` is empty for the first, `pattern` where there is no default."""

    pattern: WorkingPattern | None
    starts_on: date | None
    assignment: PatternAssignment | None
    is_now: bool
    is_default: bool = False


def history_of(staff: StaffMember, on: date) -> Sequence[Hours]:
    """All stretches, the first one first. At most two statements."""
    dated = list(staff.pattern_assignments.select_related("pattern").order_by("starts_on"))
    begins = staff.working_pattern or WorkingPattern.objects.filter(is_default=True).first()
    # The last one that has begun by that day.
    now = max((at for at, row in enumerate(dated, start=1) if row.starts_on <= on), default=0)
    first = Hours(begins, None, None, now == 0, staff.working_pattern_id is None)
    return [
        first,
        *(Hours(row.pattern, row.starts_on, row, now == at) for at, row in enumerate(dated, start=1)),
    ]

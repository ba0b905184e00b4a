"""What the database refuses in this room, in words."""

from core.errors import Refusal
from core.promises import register


class LeaveOverlaps(Refusal):
    """Another request of the person covers some of the days."""

    sentence = "Another request covers some of these days. Change that one, or choose other days."


register("staffing_leave_does_not_overlap", LeaveOverlaps, field="starts_on")
register("staffing_leave_ends_after_start", "The last day is before the first.", field="ends_on")
register("staffing_one_open_change", "A change of this leave waits for a decision already.")
register("staffing_leavetype_name_key", "There is a kind of leave of this name already.", field="name")
register("staffing_accrues_something", "Say how much a year brings.", field="allowance")
register("staffing_adjusts_something", "Say how many hours.", field="hours")
register("staffing_adjustment_has_reason", "Say why.", field="reason")

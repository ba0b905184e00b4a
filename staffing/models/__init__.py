"""Leave: its types, the requests for it, and corrections of balances. Balances themselves are reckoned, not stored."""

from staffing.models.adjustments import LeaveAdjustment
from staffing.models.requests import Halves, LeaveRequest, LeaveRequestQuerySet
from staffing.models.types import LeaveType, LeaveTypeQuerySet

__all__ = [
    "Halves",
    "LeaveAdjustment",
    "LeaveRequest",
    "LeaveRequestQuerySet",
    "LeaveType",
    "LeaveTypeQuerySet",
]

"""What happened to leave. Sent inside the transaction; receivers may only write outbox rows."""

from django.dispatch import Signal

# sender LeaveRequest; request, by, at
leave_requested = Signal()
# sender LeaveRequest; requests (staff with its user, leave_type loaded), by, at
leave_approved = Signal()
# sender LeaveRequest; requests (the same), by, at, reason
leave_returned = Signal()
# sender LeaveRequest; request_ids, by, at
leave_taken_back = Signal()

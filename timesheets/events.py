"""Facts of this room, sent inside the transaction. Receivers may only write outbox rows."""

from django.dispatch import Signal

# entries: the lines; by: the person; at: the instant
time_submitted = Signal()
time_approved = Signal()
# also reason
time_returned = Signal()
# entry_ids: what waits for a decision again; by; at
time_taken_back = Signal()

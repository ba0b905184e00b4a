"""Facts of this room, sent inside the transaction. Receivers may only write outbox rows."""

from django.dispatch import Signal

# entries: the lines; by: the person; at: the instant
time_submitted = Signal()
time_approved = Signal()
# also reason
time_returned = Signal()
# entry_ids: what waits for a decision again; by; at
time_taken_back = Signal()
# entries; by; at; text: a question that an approver asked about the lines
time_asked = Signal()
# entry: the one line; by; at; text: the answer
time_answered = Signal()

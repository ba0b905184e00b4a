"""Facts about expenses, sent inside the transaction. Receivers may only write outbox rows and mails."""

from django.dispatch import Signal

# expenses: the lines, their reports and staff members loaded; by: the person; at: the instant
expenses_submitted = Signal()
expenses_approved = Signal()
# also reason
expenses_returned = Signal()
# expense_ids: what waits for a decision again; by; at
expenses_taken_back = Signal()
# reimbursements, by, at
expenses_reimbursed = Signal()

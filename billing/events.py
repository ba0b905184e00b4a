"""Facts of this room, sent inside the transaction. Receivers may only write outbox rows and mails."""

from django.dispatch import Signal

# invoice, by, at
invoice_issued = Signal()
invoice_sent = Signal()
invoice_voided = Signal()
# invoice, at: less is due, by a credit or a write-off
invoice_settled = Signal()
# payment, invoice, at
payment_processing = Signal()
payment_received = Signal()
payment_failed = Signal()
# payment, invoice, at: no money came in
retainer_drawn = Signal()
# invoices (drafts), by, at: somebody is asked to review them now, who was not before
review_waits = Signal()
# invoice (a draft), by, at, reason
review_returned = Signal()
# invoices (drafts), by, at: the last step approved them
review_approved = Signal()

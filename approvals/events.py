"""What happened to requests. Sent inside the transaction; receivers may only write outbox rows."""

from django.dispatch import Signal

# sender Request; desk, requests, by, at, text
question_asked = Signal()
# sender Request; desk, request, by, at, text
question_answered = Signal()
# sender Seat; seats (request, waits_for with its user, role loaded), at
reminder_due = Signal()
# sender Seat; seats (the new ones, of the approvers' managers; request, waits_for with its user loaded), at
escalated = Signal()
# sender Delegation; delegation, by, at
delegated = Signal()
# sender Delegation; delegation (its last day is the new one, or it never began), by, at
delegation_ended = Signal()

"""What happened to projects. Sent inside the transaction; receivers may only write outbox rows or their own room's."""

from django.dispatch import Signal

# sender Project; project (its lead is the new one, or None), was (StaffMember or None), by
lead_changed = Signal()

"""What happened to people. Sent inside the transaction; receivers may only write outbox rows or their own room's."""

from django.dispatch import Signal

# sender StaffMember; staff, by
staff_added = Signal()
# sender StaffMember; staff (its manager is the new one), was (StaffMember or None), by
manager_changed = Signal()
# sender StaffMember; staff (its department is the new one, or None), was (Department or None), by
department_changed = Signal()
# sender Department; department (its head is the new one, or None), was (StaffMember or None), by
head_changed = Signal()
# sender StaffMember; staff, on (date), by
staff_deactivated = Signal()
# sender LegalEntity; entity, was (its name before), by
entity_renamed = Signal()
# sender User; person, what (the change in words, a whole sentence without its full stop), by (User or None), at
sign_in_changed = Signal()

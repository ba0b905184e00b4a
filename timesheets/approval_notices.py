"""Word to approvers who let things wait, and to their managers. Receivers of the facts of approvals: they write mails
only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from approvals.models import Seat
from timesheets.claiming import Nudge, claim_and_post
from timesheets.digests import by_receiver, next_hour, waiting_words
from timesheets.models import Reminder, ReminderSettings
from timesheets.reminding import local_time, reachable


def tell_overdue(sender: Any, seats: Sequence[Seat], at: datetime, **kwargs: Any) -> None:
    """One mail to each approver about what waits for them for too long."""
    _tell(Reminder.Kind.OVERDUE, seats, at)


def tell_escalated(sender: Any, seats: Sequence[Seat], at: datetime, **kwargs: Any) -> None:
    """One mail to each manager who is asked now as well."""
    _tell(Reminder.Kind.ESCALATED, seats, at)


def _tell(kind: str, seats: Sequence[Seat], at: datetime) -> None:
    """A constant number of statements. At night the mails wait for the morning of their readers."""
    hour = ReminderSettings.objects.get(pk=1).approvals_hour
    people = {person.pk: person for person in reachable()}
    nudges = []
    for staff_id, mine in sorted(by_receiver(seats, list(people.values()), at).items()):
        person = people[staff_id]
        day = local_time(person, at).date()
        context = waiting_words(mine) | {"count": len(mine)}
        leaves_at = next_hour(person, at, hour)
        nudges.append(Nudge(kind, person, day, day, context, not_before=leaves_at))
    claim_and_post(nudges, at=at)

"""Word to people whose lines came back. A receiver of this room's facts: it writes mails only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.urls import reverse

from core import mail
from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell
from timesheets.models import TimeEntry

KIND = "timesheets.returned"


def tell_owners(
    sender: Any, entries: Sequence[TimeEntry], by: User, at: datetime, reason: str, **kwargs: Any
) -> None:
    """One mail to each person for the lines returned in one go, with the reason and the way to the first of them.

    It leaves after the seconds in which the return can be undone.
    """
    words = [_word(lines, reason) for lines in by_owner(entries)]
    tell(KIND, "timesheets/mail/returned", words, by=by, at=at, delay_seconds=mail.UNDO_SECONDS)


def call_off(sender: Any, entry_ids: Sequence[int], by: User, at: datetime, **kwargs: Any) -> None:
    """The return was taken back: mails about these lines that have not left are canceled."""
    mail.call_off(KIND, TimeEntry, entry_ids, by=by, at=at)


def by_owner(entries: Iterable[TimeEntry]) -> list[list[TimeEntry]]:
    """The lines of each person, the earliest first."""
    found: defaultdict[int, list[TimeEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.worked_on, entry.pk)):
        found[entry.staff_id].append(entry)
    return list(found.values())


def _word(lines: Sequence[TimeEntry], reason: str) -> Word:
    url = firm_url(reverse("timesheets:week", args=[lines[0].worked_on]))
    # The same lines returned again on the same day, after a correction, are another matter and another mail.
    seen = ",".join(f"{entry.pk}.{entry.version}" for entry in lines)
    context = {"reason": reason, "lines": lines, "week_url": url}
    return Word(lines[0].staff.user, lines[0], sha256(seen.encode()).hexdigest(), context)

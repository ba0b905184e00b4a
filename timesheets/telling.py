"""Word about questions: to the owners whom an approver asks, and to the approver when the answer is there."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from approvals.models import Message
from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell
from timesheets.models import TimeEntry
from timesheets.notifying import by_owner
from timesheets.subjects import KIND

ASKED = "timesheets.asked"
ANSWERED = "timesheets.answered"


def tell_asked(
    sender: Any, entries: Sequence[TimeEntry], by: User, at: datetime, text: str, **kwargs: Any
) -> None:
    """One mail to each owner for what was asked in one go, with the way to the first of the lines."""
    words = [
        _word(
            lines[0].staff.user, lines, text, firm_url(reverse("timesheets:week", args=[lines[0].worked_on]))
        )
        for lines in by_owner(entries)
        if lines[0].staff.user != by
    ]
    tell(ASKED, "timesheets/mail/asked", words, by=by, at=at)


def tell_answered(sender: Any, entry: TimeEntry, by: User, at: datetime, text: str, **kwargs: Any) -> None:
    """One mail to whoever asked last, with the way to the sheet in the queue."""
    last = (
        Message.objects.filter(request__subject_kind=KIND, request__subject_id=entry.pk, is_answer=False)
        .select_related("by")
        .order_by("-pk")
        .first()
    )
    asker = last.by if last else None
    if asker is None or asker == by:
        return
    query = urlencode({"sheet": f"{entry.staff_id}-{entry.worked_on:%Y-%m}", "by": "month"})
    url = firm_url(f"{reverse('timesheets:approvals')}?{query}")
    tell(ANSWERED, "timesheets/mail/answered", [_word(asker, [entry], text, url)], by=by, at=at)


def _word(to: User | None, lines: Sequence[TimeEntry], text: str, url: str) -> Word:
    # Another question about the same lines on the same day is another mail.
    seen = ",".join(str(entry.pk) for entry in lines) + text
    context = {"words": text, "lines": lines, "url": url}
    return Word(to, lines[0], sha256(seen.encode()).hexdigest(), context)

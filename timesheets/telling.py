"""Word about questions: to the owners whom an approver asks, and to the approver when the answer is there."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from approvals.models import Message
from core import mail
from core.hosts import firm_url
from people.letterhead import letterhead
from people.models import User
from timesheets.models import TimeEntry
from timesheets.subjects import KIND

ASKED = "timesheets.asked"
ANSWERED = "timesheets.answered"


def tell_asked(
    sender: Any, entries: Sequence[TimeEntry], by: User, at: datetime, text: str, **kwargs: Any
) -> None:
    """One mail to each owner for what was asked in one go, with the way to the first of the lines."""
    by_owner: defaultdict[int, list[TimeEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.worked_on, entry.pk)):
        by_owner[entry.staff_id].append(entry)
    for lines in by_owner.values():
        user = lines[0].staff.user
        if user is not None and user.is_active and user != by:
            url = firm_url(reverse("timesheets:week", args=[lines[0].worked_on]))
            context = {"person": user, "by_name": by.name, "words": text, "lines": lines, "url": url}
            _post(ASKED, user, lines, by, at, context)


def tell_answered(sender: Any, entry: TimeEntry, by: User, at: datetime, text: str, **kwargs: Any) -> None:
    """One mail to whoever asked last, with the way to the sheet in the queue."""
    last = (
        Message.objects.filter(request__subject_kind=KIND, request__subject_id=entry.pk, is_answer=False)
        .select_related("by")
        .order_by("-pk")
        .first()
    )
    asker = last.by if last else None
    if asker is None or not asker.is_active or asker == by:
        return
    query = urlencode({"sheet": f"{entry.staff_id}-{entry.worked_on:%Y-%m}", "by": "month"})
    url = firm_url(f"{reverse('timesheets:approvals')}?{query}")
    context = {"person": asker, "by_name": by.name, "words": text, "lines": [entry], "url": url}
    _post(ANSWERED, asker, [entry], by, at, context)


def _post(
    kind: str, to: User, lines: Sequence[TimeEntry], by: User, at: datetime, context: dict[str, Any]
) -> None:
    letter = letterhead()
    subject, text, html = mail.render_mail(
        f"timesheets/mail/{kind.removeprefix('timesheets.')}", letter | context
    )
    # Another question about the same lines on the same day is another mail.
    seen = ",".join(str(entry.pk) for entry in lines) + context["words"]
    mail.post(
        kind,
        to=[to.email],
        subject_key=sha256(seen.encode()).hexdigest(),
        subject=subject,
        text=text,
        html=html,
        from_name=letter["firm_name"],
        reply_to=[by.email],
        related=lines[0],
        at=at,
    )

"""Word to people whose lines came back. A receiver of this room's facts: it writes mails only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from core import mail
from core.hosts import firm_url
from core.minutes import format_decimal
from people.letterhead import letterhead
from people.models import User
from timesheets.models import TimeEntry


def tell_owners(
    sender: Any, entries: Sequence[TimeEntry], by: User, at: datetime, reason: str, **kwargs: Any
) -> None:
    """One mail to each person for the lines returned in one go, with the reason and the way to the first of them."""
    by_owner: defaultdict[int, list[TimeEntry]] = defaultdict(list)
    for entry in entries:
        by_owner[entry.staff_id].append(entry)
    for found in by_owner.values():
        staff = found[0].staff
        if staff.user is None or not staff.user.is_active:
            continue
        first = min(found, key=lambda entry: entry.worked_on)
        path = reverse("timesheets:week", args=[first.worked_on])
        letter = letterhead()
        context = {
            **letter,
            "name": staff.name,
            "by_name": by.name,
            "reason": reason,
            "lines": [
                {
                    "day": entry.worked_on,
                    "hours": format_decimal(entry.worked_minutes),
                    "project": entry.project.name,
                }
                for entry in found
            ],
            "week_url": firm_url(path),
        }
        subject, text, html = mail.render_mail("timesheets/mail/returned", context)
        mail.post(
            "timesheets.returned",
            to=[staff.user.email],
            subject_key="-".join(f"{entry.pk}.{entry.version}" for entry in found)[:200],
            subject=subject,
            text=text,
            html=html,
            from_name=letter["firm_name"],
            related=first,
            at=at,
        )

"""Word to people whose sign-in was changed, so that nobody does it unnoticed. Receivers: they write mails only."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell

KIND = "people.sign_in"


def tell_of_change(sender: Any, person: User, what: str, by: User | None, at: datetime, **facts: Any) -> None:
    """One mail about one change, with the instant by the person's own clock."""
    key = sha256(f"{what} {at.isoformat()}".encode()).hexdigest()[:32]
    context = {
        "what": what,
        "subject": what[:1].lower() + what[1:],
        "changed_at": at.astimezone(ZoneInfo(person.time_zone)).replace(tzinfo=None),
        "is_by_other": by is not None and by.pk != person.pk,
        "url": firm_url(reverse("people:security")),
    }
    tell(KIND, "people/mail/sign_in", [Word(person, person, key, context)], by=by, at=at)

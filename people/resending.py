"""Mails that did not leave for certain: a person decides whether they go again."""

from datetime import datetime

from django.db.models import QuerySet

from core import mail as post
from core.models import Mail
from people.access import MANAGE_FIRM, require
from people.models import User


def doubtful_mails() -> "QuerySet[Mail]":
    """Mails that were refused, or that a worker took and never confirmed; the latest first, without their words.

    Reminders are not among the latter: they are dropped, and stand on the page of reminders.
    """
    return Mail.objects.to_look_at().order_by("-pk").defer("text", "html")


def send_again(*, mail: Mail, by: User | None, at: datetime) -> Mail:
    """It keeps its Message-ID, so a mailbox that has it already shows it once. Raises NotAllowed, IllegalMove."""
    require(by, MANAGE_FIRM)
    return post.send_again(mail, by=by, at=at)


def note_arrival(*, mail: Mail, by: User | None) -> Mail:
    """Somebody found out that an unsure mail did arrive. Raises NotAllowed, IllegalMove."""
    require(by, MANAGE_FIRM)
    return post.confirm_sent(mail, by=by)

"""Reminders that were sent, with what became of each mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.models import Mail
from timesheets.claiming import MAIL_KIND
from timesheets.models import Reminder

MOST = 200


@dataclass(frozen=True)
class SentReminder:
    """A claim and its mail; None where the mail was swept away long ago."""

    reminder: Reminder
    mail: Mail | None

    @property
    def is_unsure(self) -> bool:
        """Claimed by a worker and never confirmed: nobody knows whether it left."""
        return self.mail is not None and self.mail.state == Mail.State.UNSURE

    @property
    def may_go_again(self) -> bool:
        """Whether a person may send it again: nobody knows that it arrived, or it certainly did not."""
        return self.mail is not None and self.mail.state in (Mail.State.UNSURE, Mail.State.FAILED)


def sent_reminders(*, unsure_only: bool = False) -> list[SentReminder]:
    """The latest two hundred, the latest first; or those of them of which a person must think. Two statements."""
    reminders = list(Reminder.objects.select_related("staff").order_by("-created_at", "-pk")[:MOST])
    mails = mails_of(reminders)
    listed = [SentReminder(reminder, mails.get(str(reminder.pk))) for reminder in reminders]
    return [one for one in listed if one.may_go_again] if unsure_only else listed


def mails_of(reminders: list[Reminder]) -> Mapping[str, Mail]:
    """Their mails without the words, by the text of the reminder's id. One statement."""
    found = Mail.objects.filter(
        kind=MAIL_KIND,
        related_kind=Reminder._meta.label_lower,
        related_id__in=[str(reminder.pk) for reminder in reminders],
    )
    return {mail.related_id: mail for mail in found.defer("text", "html")}

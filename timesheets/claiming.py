"""Claiming mails: a row for (kind, person, period, day) that the database takes once, and the mail behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from core.letters import Letter, post_many
from core.mail import render_mail
from people.letterhead import letterhead
from people.models import StaffMember
from timesheets.models import Reminder

MAIL_KIND = "timesheets.reminder"


@dataclass(frozen=True)
class Nudge:
    """A mail that somebody should get: what its claim says, and what its template is told."""

    kind: str
    staff: StaffMember
    period_first: date
    day: date
    context: dict[str, Any]
    minutes: int = 0
    not_before: datetime | None = None


TEMPLATES = {
    Reminder.Kind.MISSING: "timesheets/mail/missing",
    Reminder.Kind.DIGEST: "timesheets/mail/missing_digest",
    Reminder.Kind.APPROVALS: "timesheets/mail/approvals_digest",
    Reminder.Kind.OVERDUE: "timesheets/mail/approvals_overdue",
    Reminder.Kind.ESCALATED: "timesheets/mail/approvals_escalated",
}

# In one order, so that of two schedules at once the later one waits for the earlier one and finds its rows taken.
CLAIM = """
INSERT INTO timesheets_reminder (kind, staff_id, period_first, day, minutes, by_name)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::date[], %s::date[], %s::int[], %s::text[]) ORDER BY 1, 2, 3, 4
ON CONFLICT DO NOTHING
RETURNING id, kind, staff_id, period_first, day
"""


def claim_and_post(
    nudges: Sequence[Nudge], *, at: datetime, by_name: str = "", reply_to: str = ""
) -> list[Nudge]:
    """Claims the mails and queues those that nobody else has claimed; returns these.

    Claim and mail are one transaction: a worker that dies before its end has claimed nothing. Seven statements, however
    many people; none for nobody.
    """
    if not nudges:
        return []
    with transaction.atomic():
        claimed = _claim(nudges, by_name)
        mine = [(pk, nudge) for nudge in nudges if (pk := claimed.get(_key(nudge))) is not None]
        if mine:
            firm = letterhead()
            letters = [_letter(nudge, pk, firm, reply_to) for pk, nudge in mine]
            post_many(MAIL_KIND, letters, at=at, related_kind=Reminder._meta.label_lower)
    return [nudge for _, nudge in mine]


def _key(nudge: Nudge) -> tuple[str, int, date, date]:
    return (str(nudge.kind), nudge.staff.pk, nudge.period_first, nudge.day)


def _claim(nudges: Sequence[Nudge], by_name: str) -> dict[tuple[str, int, date, date], int]:
    keys = [_key(nudge) for nudge in nudges]
    columns = [list(column) for column in zip(*keys, strict=True)]
    minutes = [nudge.minutes for nudge in nudges]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [*columns, minutes, [by_name] * len(nudges)])
        return {(kind, staff, first, day): pk for pk, kind, staff, first, day in cursor.fetchall()}


def _letter(nudge: Nudge, pk: int, firm: dict[str, str], reply_to: str) -> Letter:
    user = nudge.staff.user
    assert user is not None  # nobody is chosen who cannot sign in
    context = firm | {"person": user} | nudge.context
    subject, text, html = render_mail(TEMPLATES[Reminder.Kind(nudge.kind)], context)
    return Letter(
        to=user.email,
        person_key=f"staff:{nudge.staff.pk}",
        subject_key=f"{nudge.kind}:{nudge.period_first}:{nudge.day}",
        subject=subject,
        text=text,
        html=html,
        from_name=firm["firm_name"],
        reply_to=reply_to,
        related_id=str(pk),
        not_before=nudge.not_before,
    )

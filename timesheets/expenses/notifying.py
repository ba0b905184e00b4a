"""Word to people whose expenses came back. A receiver of this room's facts: it writes mails only."""

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.urls import reverse

from core import mail
from core.hosts import firm_url
from core.models import Mail
from people.letterhead import letterhead
from people.models import User
from timesheets.models import Expense

KIND = "timesheets.expenses_returned"


def tell_owners(
    sender: Any, expenses: Sequence[Expense], by: User, at: datetime, reason: str, **kwargs: Any
) -> None:
    """One mail to each person for the lines returned in one go, with the reason and the way to the first of them.

    It leaves after the seconds in which the return can be undone.
    """
    by_owner: defaultdict[int, list[Expense]] = defaultdict(list)
    for expense in sorted(expenses, key=lambda expense: (expense.spent_on, expense.pk)):
        by_owner[expense.report.staff_id].append(expense)
    for lines in by_owner.values():
        user = lines[0].report.staff.user
        if user is not None and user.is_active:
            _post(user, lines, by, at, reason)


def call_off(sender: Any, expense_ids: Sequence[int], by: User, at: datetime, **kwargs: Any) -> None:
    """The return was taken back: mails about these lines that have not left are canceled."""
    waiting = Mail.objects.filter(
        kind=KIND,
        state=Mail.State.QUEUED,
        not_before__gt=at,
        related_kind=Expense._meta.label_lower,
        related_id__in=[str(pk) for pk in expense_ids],
    )
    for letter in waiting:
        with contextlib.suppress(mail.MailHasLeft):
            mail.cancel(letter, by=by, at=at)


def _post(user: User, lines: Sequence[Expense], by: User, at: datetime, reason: str) -> None:
    letter = letterhead()
    url = firm_url(reverse("timesheets:expense-report", args=[lines[0].report_id]))
    context = letter | {
        "person": user,
        "by_name": by.name,
        "reason": reason,
        "lines": lines,
        "report_url": f"{url}?line={lines[0].pk}",
    }
    subject, text, html = mail.render_mail("timesheets/mail/expenses_returned", context)
    # The same lines returned again on the same day, after a correction, are another matter and another mail.
    seen = ",".join(f"{line.pk}.{line.version}" for line in lines)
    mail.post(
        KIND,
        to=[user.email],
        subject_key=sha256(seen.encode()).hexdigest(),
        subject=subject,
        text=text,
        html=html,
        from_name=letter["firm_name"],
        reply_to=[by.email],
        related=lines[0],
        delay_seconds=mail.UNDO_SECONDS,
        at=at,
    )

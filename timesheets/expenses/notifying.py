"""Word to people whose expenses came back. A receiver of this room's facts: it writes mails only."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.urls import reverse

from core import mail
from core.hosts import firm_url
from people.models import User
from people.telling import Word, tell
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
    words = [_word(lines, reason) for lines in by_owner.values()]
    tell(KIND, "timesheets/mail/expenses_returned", words, by=by, at=at, delay_seconds=mail.UNDO_SECONDS)


def call_off(sender: Any, expense_ids: Sequence[int], by: User, at: datetime, **kwargs: Any) -> None:
    """The return was taken back: mails about these lines that have not left are canceled."""
    mail.call_off(KIND, Expense, expense_ids, by=by, at=at)


def _word(lines: Sequence[Expense], reason: str) -> Word:
    url = firm_url(reverse("timesheets:expense-report", args=[lines[0].report_id]))
    # The same lines returned again on the same day, after a correction, are another matter and another mail.
    seen = ",".join(f"{line.pk}.{line.version}" for line in lines)
    context = {"reason": reason, "lines": lines, "report_url": f"{url}?line={lines[0].pk}"}
    return Word(lines[0].report.staff.user, lines[0], sha256(seen.encode()).hexdigest(), context)

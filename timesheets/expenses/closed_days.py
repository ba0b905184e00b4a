"""Expenses of locked days: nobody writes them, but for whoever holds the right and says why."""

from collections.abc import Iterable
from datetime import date

from people.access import has_right
from people.models import User
from timesheets.access import ENTER_IN_CLOSED
from timesheets.days import DayIsLocked, day_words
from timesheets.models import Expense, TimeRules
from timesheets.reasons import enter_closed, holds_right, keep, may_enter_closed


def check_days(days: Iterable[date]) -> None:
    """Raises DayIsLocked where one of the days is locked, unless right and reason open it. One statement.

    Comes before the audit of the write, which keeps the reason. A day that is locked while this waits is refused by the
    database itself.
    """
    locked_through = _locked_through()
    for on in sorted(set(days)):
        if locked_through is None or on > locked_through:
            continue
        if not may_enter_closed(on):
            may = holds_right()
            ask = f"{day_words(on)} is locked. Say why an expense is entered or changed there all the same."
            raise DayIsLocked(
                ask if may else "", day=day_words(on), field="reason" if may else "spent_on", on=on
            )
        enter_closed()
        keep(on)


def is_locked(line: Expense) -> bool:
    """Whether the line's day is locked. One statement."""
    locked_through = _locked_through()
    return locked_through is not None and line.spent_on <= locked_through


def opens_closed(by: User) -> bool:
    """Whether locked days open for the person, who then says why."""
    return has_right(by, ENTER_IN_CLOSED)


def _locked_through() -> date | None:
    return TimeRules.objects.filter(pk=1).values_list("locked_through", flat=True).first()

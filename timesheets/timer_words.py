"""What is said after a timer stopped."""

from collections.abc import Sequence

from timesheets.days import day_words
from timesheets.models import TimeEntry, Timer
from timesheets.timer_list import ShownTimer


def stopped_words(before: ShownTimer, after: Timer | None, entries: Sequence[TimeEntry]) -> str:
    """`0:45 on Okafor HQ Fit-out, Wed 25 Nov.`; why it is kept where it is; that it was too short to count."""
    if after is not None and after.refusal:
        return f"{before.clock} kept among your timers. {after.refusal}"
    if not entries:
        return "Less than a minute: nothing to save yet. The timer stays in your list."
    days = [day_words(entry.worked_on) for entry in entries]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    return f"{before.clock} on {before.title}, {when}."

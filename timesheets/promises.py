"""What the database refuses in this room, in words."""

from core.minutes import MoreThanADay
from core.promises import register
from timesheets.days import DayIsLocked

register("timesheets_day_is_locked", lambda day: DayIsLocked(day=day or "This day", field="text"))
register(
    "timesheets_minutes_in_a_day",
    lambda _: MoreThanADay("A line is between one minute and 24 hours.", field="text"),
)

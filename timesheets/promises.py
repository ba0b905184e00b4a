"""What the database refuses in this room, in words."""

from core.minutes import MoreThanADay
from core.promises import register
from timesheets.days import DayIsLocked

register("timesheets_day_is_locked", lambda day: DayIsLocked(day=day or "This day", field="text"))
register(
    "timesheets_minutes_in_a_day",
    lambda _: MoreThanADay("A line is between one minute and 24 hours.", field="text"),
)
register("timesheets_expense_day_is_locked", lambda day: DayIsLocked(day=day or "This day", field="spent_on"))
register(
    "timesheets_expense_is_reimbursed",
    "This was paid back, so it stays as it is. A reversing line corrects it.",
)
register(
    "timesheets_client_currency_is_locked", "This client has expenses in its currency.", field="currency"
)
register("timesheets_expensecode_name_key", "There is already an expense code of this name.", field="name")
register(
    "timesheets_unit_rates_do_not_overlap",
    "Another rate of this code applies on some of these days.",
    field="starts_on",
)
register("timesheets_markup_once", "There is a markup for this already.", field="value")
register("timesheets_receipt_once_a_line", "This file is on the line already.", field="receipt")
register("timesheets_per_diem_once_a_day", "There is one from this day on already.", field="starts_on")
register(
    "timesheets_per_diem_part_of_full", "A part of a day is not more than the whole.", field="part_amount"
)
register("timesheets_limit_has_amount", "A limit needs an amount above zero.")
register("timesheets_expense_is_complete", "Something is missing on a line.")
register("timesheets_expense_reverses_id_key", "This line was reversed already.")
register(
    "timesheets_rate_fits", "A rate of its own is an amount for an hour or for a day.", field="rate_amount"
)

"""What the database's refusals about reminders, late fees and statements mean, for people."""

from core import promises
from core.errors import Conflict


class RemindedToday(Conflict):
    """One mail a day, whoever sends it."""

    sentence = "This client has had a reminder today. Wait until tomorrow: more than one a day helps nobody."


class StopIsThere(Conflict):
    """Of each kind one at a time."""

    sentence = "Somebody recorded this meanwhile. Load the page again to see it."


class FeeIsCharged(Conflict):
    """Once for an invoice and step."""

    sentence = "This late fee is charged already."


class StatementIsOut(Conflict):
    """One by itself for each month."""

    sentence = "The statement of this month has gone out already."


promises.register("billing_reminded_once_a_day", RemindedToday)
promises.register("billing_reminded_once_in_a_mail", "An invoice stands in a reminder once.")
promises.register("billing_one_stop_of_a_kind", StopIsThere)
promises.register("billing_one_pause_of_a_client", StopIsThere)
promises.register("billing_late_fee_once", FeeIsCharged)
promises.register("billing_late_fee_positive", "A late fee is above zero.")
promises.register("billing_stop_is_whole", "A promise names a day, and a dispute an invoice.")
promises.register("billing_dispute_has_reason", "Say what the client disputes.", field="reason")
promises.register("billing_stop_ends_after_start", "Choose today or a later day.", field="until")
promises.register("billing_dunned_client", "This invoice is another client's.")
promises.register("billing_dunning_at_an_hour", "Choose an hour of the day.", field="hour")
promises.register(
    "billing_dunning_ends", "Repeat after at most 90 days, and send 1 to 50 mails.", field="most_mails"
)
promises.register(
    "billing_statement_day_is_in_each_month", "Choose a day from 1 to 28.", field="statement_day"
)
promises.register("billing_step_within_a_year", "Choose 60 days before to 365 days after.", field="days")
promises.register(
    "billing_step_fee_is_whole",
    "A fee has an amount or a percentage above zero, and belongs to a step after the due date.",
    field="fee",
)
promises.register("billing_dunningstep_days_key", "There is a step on that day already.", field="days")
promises.register("billing_note_says_something", "Write what there is to note.", field="text")
promises.register("billing_statement_once_a_month", StatementIsOut)

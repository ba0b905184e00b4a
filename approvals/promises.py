"""What the database refuses in this room, in words."""

from core.promises import register

register("approvals_one_open_request", "This is already waiting for a decision.")
register("approvals_return_has_reason", "Say what should be changed.", field="reason")
register("approvals_message_says_something", "Write your question or answer.", field="text")
register("approvals_delegation_days", "The last day is before the first.", field="ends_on")
register("approvals_no_delegation_to_self", "Choose somebody else.", field="delegate")
register(
    "approvals_reminds_before_escalating",
    "Remind earlier than the manager is asked.",
    field="reminds_after_days",
)
register("approvals_waits_a_day", "One working day is the least; leave it empty for never.")
register("approvals_step_names_role", "Choose the role.", field="role")
register("approvals_step_names_person", "Choose the person.", field="person")
register("approvals_step_amounts_in_order", "The upper amount is below the lower.", field="most_amount")
register(
    "approvals_certified_for_a_day",
    "A signature is good for a day at most, 1440 minutes.",
    field="certified_for_minutes",
)

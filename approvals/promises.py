"""What the database refuses in this room, in words."""

from core.promises import register

register("approvals_one_open_request", "This is already waiting for a decision.")
register("approvals_return_has_reason", "Say what should be changed.", field="reason")

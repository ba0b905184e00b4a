"""What the database's refusals about payments mean, for people."""

from core import promises

promises.register(
    "billing_applied_within_due",
    "This is more than is due. Another payment arrived meanwhile; load the page again to see what is left.",
    field="amount",
)
promises.register("billing_applied_within_paid", "More cannot be applied than was paid.", field="amount")
promises.register("billing_received_never_changes", "A received payment stays as it is in the books.")
promises.register(
    "billing_void_is_unpaid",
    "This invoice is paid, credited or written off in part, so it cannot be void. Take that off first.",
)
promises.register(
    "billing_one_open_checkout", "Another window is opening this payment. Wait a moment and try again."
)

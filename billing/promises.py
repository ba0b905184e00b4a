"""What the database's refusals mean, for people."""

from core import promises
from core.errors import Conflict, Refusal


class AlreadyBilled(Conflict):
    """The minutes are on another invoice or draft."""

    sentence = (
        "Some of these hours were put on another invoice meanwhile. Load the page again to see what is left."
    )


class NotApproved(Refusal):
    """Only approved work can be billed."""

    sentence = "Some of these hours are no longer approved, so they cannot be billed."


class EntryIsBilled(Conflict):
    """The entry stands on an issued invoice."""

    sentence = (
        "These hours are on invoice {number}, so they stay as they are. Void the invoice to change them."
    )


class IssuedNeverChanges(Conflict):
    """An issued invoice is a document."""

    sentence = "This invoice is issued and never changes. Void it and draft it again."


class DraftIsStale(Conflict):
    """Work under the draft changed since it was drafted."""

    sentence = "Entries changed since this was drafted. Review the changes and recalculate before issuing."


def _billed(detail: str) -> Refusal:
    return EntryIsBilled(number=detail)


promises.register("billing_billed_within_billable", AlreadyBilled)
promises.register("billing_entry_is_approved", NotApproved)
promises.register("billing_entry_once_on_line", AlreadyBilled)
promises.register("billing_entry_is_billed", _billed)
promises.register("billing_issued_never_changes", IssuedNeverChanges)
promises.register("billing_stale_is_not_issued", DraftIsStale)
promises.register(
    "billing_lines_add_up", "The lines do not add up to the total. Recalculate the draft, then issue it."
)
promises.register("billing_number_once", "This invoice number is taken already. Nothing was issued.")
promises.register("billing_numbers_only_grow", "Invoice numbers only go up, so that none is used twice.")
promises.register(
    "billing_adjustment_has_reason", "Say why the amount differs from the work.", field="reason"
)
promises.register(
    "billing_client_currency_is_locked",
    "This client has time or invoices, so its currency stays. For another currency, add another client.",
    field="currency",
)

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


class AboveTheCap(Refusal):
    """The contract line, task or purchase order has a hard cap."""

    sentence = (
        "This would bill more than the cap that was agreed. Raise the cap with a change order, or bill less."
    )


class AboveTheFee(Refusal):
    """The lines of a fixed fee never come to more than the fee."""

    sentence = "This would bill more than the fee that was agreed."


class MilestoneIsBilled(Conflict):
    """A milestone stays as the invoice has it."""

    sentence = "This milestone is on {number}, so it stays as it is."


class ExpenseIsBilled(Conflict):
    """The expense stands on an issued invoice."""

    sentence = (
        "This expense is on invoice {number}, so it stays as it is. A reversing line takes it back, "
        "or void the invoice to change it."
    )


class ExpenseAlreadyBilled(Conflict):
    """The expense is on another invoice or draft."""

    sentence = "Some of these expenses were put on another invoice meanwhile. Load the page again to see what is left."


class ExpenseNotApproved(Refusal):
    """Only approved, billable expenses can be billed."""

    sentence = "Some of these expenses are no longer approved and billable, so they cannot be billed."


class AboveTheExpenseCap(Refusal):
    """The contract line has a hard cap for expenses."""

    sentence = "This would bill more than the cap that was agreed for expenses. Raise the cap, or bill less."


def _expense(detail: str) -> Refusal:
    return ExpenseIsBilled(number=detail)


def _billed(detail: str) -> Refusal:
    return EntryIsBilled(number=detail)


def _milestone(detail: str) -> Refusal:
    return MilestoneIsBilled(number=detail)


class AboveTheHours(Refusal):
    """The contract line or the task has a hard cap in hours."""

    sentence = "This would bill more hours than the cap that was agreed. Raise the cap, or bill fewer."


class PeriodsAreBilled(Conflict):
    """Periods keep the terms by which they were billed."""

    sentence = (
        "Periods of this contract line are billed, so their terms stay. Switch to other terms from a day on, "
        "or end it no earlier than the last period that is billed."
    )


class BudgetIsBilled(Refusal):
    """The budget of a project caps contract lines."""

    sentence = "More than that is billed under this budget. Credit or void an invoice first."


class OrderIsBilled(Refusal):
    """A purchase order caps contract lines."""

    sentence = "More than that is billed under this purchase order. Credit or void an invoice first."


promises.register("billing_billed_within_billable", AlreadyBilled)
promises.register("billing_entry_is_approved", NotApproved)
promises.register("billing_entry_once_on_line", AlreadyBilled)
promises.register("billing_entry_is_billed", _billed)
promises.register("billing_expense_within_price", ExpenseAlreadyBilled)
promises.register("billing_expense_once_on_line", ExpenseAlreadyBilled)
promises.register("billing_expense_is_approved", ExpenseNotApproved)
promises.register("billing_expense_is_billed", _expense)
promises.register("billing_within_expense_cap", AboveTheExpenseCap)
promises.register("billing_billed_expense_not_zero", "An expense without a price is not billed.")
promises.register(
    "billing_expense_billed_or_included", "An expense is billed at its price, or included in the fees."
)
promises.register(
    "billing_expense_released_within",
    "More of an expense would go back than was billed. Load the page again.",
)
promises.register(
    "billing_released_expense_is_not_live",
    "More of an expense would go back than was billed. Load the page again.",
)
promises.register("billing_hold_has_reason", "Say why this is on hold.", field="reason")
promises.register("billing_heldexpense_expense_id_key", "This expense is on hold already.")
promises.register("billing_credited_expense_once", "Each expense goes back once with a credit memo.")
promises.register("billing_credited_expense_not_zero", "Give back more than nothing of an expense.")
promises.register("billing_issued_never_changes", IssuedNeverChanges)
promises.register("billing_within_cap", AboveTheCap)
promises.register("billing_within_fee", AboveTheFee)
promises.register("billing_milestone_is_billed", _milestone)
promises.register(
    "billing_milestone_once", "Somebody else billed this milestone meanwhile. Load the page again."
)
promises.register("billing_milestone_share", "A payer's part of a milestone is above 0 and at most 100 %.")
promises.register(
    "billing_split_is_billed",
    lambda number: Conflict(
        f"{number} was issued by these shares, so they stay. Arrange others from a later day on.",
        field="payers",
    ),
)
promises.register(
    "billing_method_is_billed",
    "This contract line is billed already, so its method stays. Switch the method from a day on instead.",
    field="method",
)
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


class RetainerIsShort(Conflict):
    """Somebody else drew or refunded in this moment."""

    sentence = "The retainer does not hold so much on that day. Load the page again to see what is left."


promises.register("billing_retainer_not_negative", RetainerIsShort)
promises.register(
    "billing_movement_own_deposit", "A draw or refund takes from a deposit of the same retainer."
)
promises.register("billing_movement_has_sign", "Deposits and returns go in, draws and refunds go out.")
promises.register("billing_movement_has_deposit", "A draw, return or refund names the deposit it is of.")
promises.register("billing_deposit_once", "This payment stands on the retainer already.")
promises.register(
    "billing_retainer_once", "There is a retainer for this client and project already.", field="project"
)
promises.register(
    "billing_retainer_target_covers_minimum", "The target is at least the minimum.", field="target"
)
promises.register("billing_retainer_prefix_differs", "Each kind of document needs a prefix of its own.")
promises.register("billing_schedule_ends_after_start", "The schedule ends before it starts.", field="ends_on")
for name in ("billing_schedule_counts_periods", "billing_billingschedule_period_count_check"):
    promises.register(name, "A number of periods is from 1 to 1,200.", field="period_count")
promises.register(
    "billing_schedule_has_anchor",
    "The anchor is a day from 1 to 31, for weeks from 1 (Monday) to 7 (Sunday).",
    field="anchor_day",
)
promises.register(
    "billing_schedule_fee_has_name", "A fee has a name and an amount above zero.", field="fee_amount"
)
promises.register(
    "billing_schedule_fee_rises", "The yearly increase is not below zero.", field="escalator_percent"
)
promises.register("billing_schedule_period_once", "This period of the schedule was run already.")


class CreditedTooMuch(Conflict):
    """Somebody credited the same line in this moment."""

    sentence = "Somebody credited this invoice meanwhile, and less of it is left. Load the page again."


class CreditNeverChanges(Conflict):
    """An issued credit memo is a document."""

    sentence = "This credit memo is issued and never changes. Void it and draft it again."


promises.register("billing_credited_within_billed", CreditedTooMuch)
promises.register(
    "billing_credit_line_once", "Each line of the invoice can be credited once on a credit memo."
)
promises.register("billing_credit_line_not_zero", "Credit more than nothing of a line.")
promises.register("billing_credit_never_changes", CreditNeverChanges)
promises.register(
    "billing_credit_adds_up", "The lines do not add up to the credit. Save it again, then issue it."
)
promises.register("billing_credit_number_once", "This number is taken already. Nothing was issued.")
promises.register(
    "billing_void_credit_is_unused", "This credit memo is applied or refunded. Take it off first."
)
promises.register(
    "billing_released_within_billed", "More hours would go back than were billed. Load the page again."
)
promises.register(
    "billing_applied_within_credit",
    "Less is left of this credit than that. Load the page again to see what is left.",
)
promises.register("billing_settlement_never_changes", "What is applied stays as it is; take it off instead.")
promises.register("billing_credit_applied_positive", "Apply more than nothing.")
promises.register("billing_write_off_positive", "Write off more than nothing.")
promises.register("billing_write_off_has_reason", "Say why this is written off.", field="reason")
promises.register("billing_refund_positive", "Refund more than nothing.")
promises.register(
    "billing_prefixes_differ", "Each kind of document needs a prefix of its own.", field="credit_prefix"
)
promises.register("billing_within_hours", AboveTheHours)
promises.register("billing_periods_are_billed", PeriodsAreBilled)
promises.register("billing_order_is_billed", OrderIsBilled, field="po_amount")
promises.register("billing_order_hours_billed", OrderIsBilled, field="po_minutes")
promises.register("billing_budget_is_billed", BudgetIsBilled, field="budget_fee_amount")
promises.register("billing_budget_hours_billed", BudgetIsBilled, field="budget_minutes")
promises.register("billing_period_once", "Somebody else billed this period meanwhile. Load the page again.")
promises.register("billing_period_share", "A payer's part of a period is above 0 and at most 100 %.")
promises.register("billing_period_ends_after_start", "A period ends before it begins.")

promises.register(
    "billing_invoice_has_lines", "Say what the entries of a line have in common.", field="line_by"
)
promises.register(
    "billing_layout_has_lines", "Say what the entries of a line have in common.", field="line_by"
)
for _rate in ("exchange", "payment", "credit", "refund"):
    promises.register(
        f"billing_{_rate}_rate_positive", "An exchange rate is above zero.", field="exchange_rate"
    )
promises.register("billing_difference_rates_positive", "An exchange rate is above zero.")
promises.register("billing_billed_or_written_off", "Work is billed on a line or written off, never both.")
promises.register(
    "billing_entry_adjustment_has_reason", "Say why the amount differs from the work.", field="reason"
)
promises.register("billing_entry_not_below_zero", "An amount for work cannot be below zero.", field="amount")
promises.register("billing_hold_has_one_thing", "Hold a project or an entry.")
promises.register("billing_work_hold_has_reason", "Say why this is held.", field="reason")
promises.register("billing_project_held_once", "This project is on hold already.")
promises.register("billing_entry_held_once", "Some of these hours are on hold already.")
promises.register("billing_work_write_off_has_reason", "Say why this is written off.", field="reason")
promises.register("billing_file_once_on_invoice", "This file goes with the invoice already.", field="file")
promises.register("billing_item_name_once", "There is an item of this name already.", field="name")
promises.register("billing_item_price_not_negative", "A price is zero or more.", field="price_amount")
promises.register("billing_dated_price_not_negative", "A price is zero or more.", field="price_amount")
promises.register(
    "billing_item_prices_do_not_overlap",
    "Another price of this item begins on that day meanwhile. Load the page again.",
    field="starts_on",
)
promises.register("billing_reason_once", "Somebody else saved these reasons meanwhile. Load the page again.")
promises.register("billing_reason_has_words", "A reason has words.")
promises.register("billing_item_price_has_start", "A price begins on a day.", field="starts_on")

"""Who may bill and take payments."""

from people.rights import Right

VIEW_BILLING = "billing.view"
DRAFT_INVOICES = "billing.draft"
ISSUE_INVOICES = "billing.issue"
RECORD_PAYMENTS = "billing.record_payments"
MANAGE_BILLING = "billing.manage_rules"
REVIEW_INVOICES = "billing.review"

RIGHTS = [
    Right(VIEW_BILLING, "see invoices, payments and what is ready to bill", "Billing"),
    Right(DRAFT_INVOICES, "draft invoices and change drafts", "Billing"),
    Right(ISSUE_INVOICES, "issue, send and void invoices", "Billing"),
    Right(REVIEW_INVOICES, "decide on every invoice in review, in place of whoever is asked", "Billing"),
    Right(RECORD_PAYMENTS, "record payments", "Billing"),
    Right(MANAGE_BILLING, "change the rules of invoicing and paying", "Billing"),
]

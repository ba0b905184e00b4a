"""Who may connect the firm with vendors, and who may post to its accounting."""

from people.rights import Right

MANAGE_CONNECTIONS = "integrations.manage"
POST_ACCOUNTING = "integrations.post"

RIGHTS = [
    Right(MANAGE_CONNECTIONS, "connect the firm with Stripe, QuickBooks and other vendors", "Connections"),
    Right(POST_ACCOUNTING, "post time, invoices and payments to QuickBooks", "Connections"),
]

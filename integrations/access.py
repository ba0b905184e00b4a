"""Who may connect the firm with vendors."""

from people.rights import Right

MANAGE_CONNECTIONS = "integrations.manage"

RIGHTS = [Right(MANAGE_CONNECTIONS, "connect the firm with Stripe and other vendors", "Connections")]

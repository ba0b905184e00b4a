"""Facts of this room, sent inside the transaction."""

from django.dispatch import Signal

# provider, account_id: the firm's account is about to be bound; psa binds it in the public schema, where vendors call
account_connected = Signal()

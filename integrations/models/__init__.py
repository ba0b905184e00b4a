"""What comes in from vendors, which of their records belong to ours, and how we post to them."""

from integrations.models.arrivals import Arrival
from integrations.models.connections import Connection
from integrations.models.limits import CallBucket
from integrations.models.links import ExternalLink, Mapping, RemoteRecord
from integrations.models.posting import IgnoredPosting, QuickBooksRules

__all__ = [
    "Arrival",
    "CallBucket",
    "Connection",
    "ExternalLink",
    "IgnoredPosting",
    "Mapping",
    "QuickBooksRules",
    "RemoteRecord",
]

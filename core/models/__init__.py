"""What the mechanisms store. They name people by id and name as they were, never by foreign key."""

from core.models.audit import Action, Change
from core.models.exchange import ExchangeRate
from core.models.files import StoredFile
from core.models.jobs import Job
from core.models.mail import Mail
from core.models.outbox import OutboxRow
from core.models.tokens import PublicLink, Token

__all__ = [
    "Action",
    "Change",
    "ExchangeRate",
    "Job",
    "Mail",
    "OutboxRow",
    "PublicLink",
    "StoredFile",
    "Token",
]

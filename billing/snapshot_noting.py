"""A person found out that a mailed document came back."""

from datetime import datetime

from django.db import transaction

from billing.access import ISSUE_INVOICES
from billing.models import Snapshot
from core import audit
from core.bouncing import note_bounce
from core.models import Mail
from people.access import require
from people.models import User


def note_returned(*, snapshot: Snapshot, by: User | None, at: datetime) -> Mail:
    """Notes that the mail came back, in the document's history too. Raises NotAllowed, HasNotLeft."""
    require(by, ISSUE_INVOICES)
    document = snapshot.invoice or snapshot.credit
    with transaction.atomic():
        kind = "invoice" if snapshot.invoice_id else "credit"
        with audit.acting(f"{kind}.bounce", by=by, subject=document, to=snapshot.mail.to):
            return note_bounce(mail=snapshot.mail, words="", by=by, at=at)

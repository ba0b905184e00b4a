"""What was mailed: each PDF as it went out, and what became of its mail."""

from dataclasses import dataclass

from billing.models import CreditMemo, Invoice, Snapshot
from core.models import Mail, StoredFile
from people.models import User

State = Mail.State

# Kind, icon and words of where a mail stands.
LOOKS = {
    State.QUEUED: ("wait", "clock", "Waits to leave"),
    State.CLAIMED: ("wait", "send", "Leaving"),
    State.SENT: ("ok", "circle-check", "Taken by the mail server"),
    State.UNSURE: ("warn", "help-circle", "Not sure that it left"),
    State.FAILED: ("bad", "alert-circle", "Refused"),
    State.CANCELED: ("", "ban", "Taken back"),
}
BOUNCED = ("bad", "arrow-back-up", "Came back")


@dataclass(frozen=True)
class Sending:
    """One mail with the PDF that went with it."""

    snapshot: Snapshot
    mail: Mail
    look: tuple[str, str, str]

    @property
    def words(self) -> str:
        """What the other side said."""
        return self.mail.bounce or self.mail.error

    @property
    def can_bounce(self) -> bool:
        """Whether a person may note that it came back."""
        return self.mail.state in (State.SENT, State.UNSURE) and self.mail.bounced_at is None


def keep_snapshot(
    document: Invoice | CreditMemo, *, mail: Mail, pdf: StoredFile, by: User | None
) -> Snapshot:
    """Keeps which PDF goes with the mail, in the sending's own transaction. Twice the same is once."""
    of = {"credit": document} if isinstance(document, CreditMemo) else {"invoice": document}
    kept, _ = Snapshot.objects.get_or_create(
        mail=mail, file=pdf, defaults={**of, "sha256": pdf.sha256, "made_by": by}
    )
    return kept


def sendings_of(document: Invoice | CreditMemo) -> list[Sending]:
    """All mails that brought the document, the latest first. One statement."""
    rows = document.snapshots.select_related("mail", "file", "made_by").order_by("-pk")
    return [
        Sending(row, row.mail, BOUNCED if row.mail.bounced_at else LOOKS[State(row.mail.state)])
        for row in rows
    ]

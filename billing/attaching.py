"""Files that go with an invoice's mail: kept beside it, mailed with its PDF."""

from django.db import transaction

from billing.access import DRAFT_INVOICES
from billing.models import Invoice, InvoiceFile
from core import audit, files
from core.errors import Refusal
from core.promises import promises
from people.access import require
from people.models import User

KIND = "billing.attachment"
# What mailboxes take: all files of an invoice together.
MOST_FILES = 10


class TooManyFiles(Refusal):
    """A mail has an end."""

    sentence = f"At most {MOST_FILES} files go with an invoice. Take one off first."


class IsVoid(Refusal):
    """A void invoice is not mailed."""

    sentence = "This invoice is void, so nothing goes with it."


def attach_file(*, invoice: Invoice, name: str, content: bytes, by: User | None) -> InvoiceFile:
    """Keeps a picture, a PDF or a table with the invoice, a draft or issued. Raises TooManyFiles, IsVoid, NotAllowed,
    and what `core.files.store` refuses."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        locked = Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice.pk)
        if locked.state == Invoice.State.VOID:
            raise IsVoid
        if locked.files.count() >= MOST_FILES:
            raise TooManyFiles(field="file")
        stored = files.store(name, content, KIND)
        with audit.acting("invoice.attach", by=by, subject=locked, file=stored.name):
            return InvoiceFile.objects.create(invoice=locked, file=stored, added_by=by)


def detach_file(*, attached: InvoiceFile, by: User | None) -> None:
    """The file goes with the invoice no more; mails that were sent keep it."""
    require(by, DRAFT_INVOICES)
    with (
        promises(),
        transaction.atomic(),
        audit.acting("invoice.detach", by=by, subject=attached.invoice, file=attached.file.name),
    ):
        attached.delete()

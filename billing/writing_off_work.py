"""Writing work in progress off without an invoice, and undoing it."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from billing import billable
from billing.access import DRAFT_INVOICES
from billing.models import BilledTime, WorkWriteOff
from billing.pricing.time_and_materials import worth
from core import audit
from core.copying import copy_rows
from core.errors import Refusal
from core.money import ZERO
from core.promises import promises
from people.access import require
from people.models import User
from projects.models import Project
from timesheets.models import TimeEntry


class NothingToWriteOff(Refusal):
    """None of the entries is approved, billable and unbilled."""

    sentence = "Only approved, billable hours that are on no invoice and no draft can be written off."


class WriteOffHasNoReason(Refusal):
    """Money that is given up needs a reason."""

    sentence = "Say why this is written off."


COLUMNS = ("entry_id", "write_off_id", "minutes", "rate_amount", "rate_source", "amount", "is_live")


def write_off_work(
    *, project: Project, entry_ids: Collection[int], reason: str, by: User | None, on: date
) -> WorkWriteOff:
    """Takes the unbilled rest of a project's approved entries out of work in progress for good, at what it comes to.

    Nobody is asked for it, and nothing is posted: work in progress is not in the books. Held entries may be written
    off as well. Raises WriteOffHasNoReason, NothingToWriteOff, NotAllowed.
    """
    require(by, DRAFT_INVOICES)
    words = " ".join(reason.split())[:200]
    if not words:
        raise WriteOffHasNoReason(field="reason")
    with promises(), transaction.atomic():
        wanted = TimeEntry.objects.filter(pk__in=list(entry_ids), project=project).approved()
        found = billable.read(billable.lock(billable.unbilled(wanted)))
        work = [*found.work, *found.unrated]
        if not work:
            raise NothingToWriteOff
        worths = [worth(piece, project.client.currency) for piece in work]
        with audit.acting("billing.write_off_work", by=by, subject=project, why=words, entries=len(work)):
            written = WorkWriteOff.objects.create(
                project=project,
                reason=words,
                minutes=sum(piece.minutes for piece in work),
                amount=sum(worths, ZERO),
                written_off_on=on,
                written_off_by=by,
            )
            copy_rows(
                BilledTime._meta.db_table,
                COLUMNS,
                (
                    (
                        piece.entry_id, written.pk, piece.minutes, piece.rate_amount, piece.rate_source, amount,
                        True,
                    )
                    for piece, amount in zip(work, worths, strict=True)
                ),
            )  # fmt: skip
    return written


def undo_write_off(*, write_off: WorkWriteOff, by: User | None, on: date) -> WorkWriteOff:
    """The hours are work in progress again. A second time changes nothing. Raises NotAllowed."""
    require(by, DRAFT_INVOICES)
    with promises(), transaction.atomic():
        billable.lock(TimeEntry.objects.filter(billed__write_off=write_off))
        written = WorkWriteOff.objects.select_for_update(of=("self",)).get(pk=write_off.pk)
        if written.undone_on is None:
            with audit.acting(
                "billing.undo_write_off_work", by=by, subject=written.project, write_off=written.pk
            ):
                BilledTime.objects.filter(write_off=written).update(is_live=False)
                written.undone_on = on
                written.save(update_fields=["undone_on"])
    return written

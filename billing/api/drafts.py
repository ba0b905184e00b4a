"""Drafts: made from approved work, changed, recalculated, deleted; and drafting in bulk."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Schema
from pydantic import Field

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.api.invoices import find, routes
from billing.api.schemas import (
    DraftsWish,
    DraftWish,
    InvoiceAnswer,
    InvoiceChange,
    LineChange,
    LineWish,
    Seen,
    VersionWish,
    invoice_answer,
)
from billing.batching import DRAFT_KIND, start_drafting
from billing.drafting import draft_invoice, draft_invoices
from billing.editing import (
    Terms,
    add_line,
    delete_draft,
    delete_drafts_of_job,
    edit_invoice,
    edit_line,
    remove_line,
)
from billing.explaining import why
from billing.forms import InvoiceForm
from billing.models import InvoiceLine
from billing.recalculating import recalculate_draft
from billing.sharing import add_shared_line
from billing.staleness import changes
from core import clock
from core.api import Amount, JobRow, Row, cleaned
from core.models import Job
from core.views import own_job
from people.guards import guarded
from projects.models import Project

FIELDS_OF_DRAFT = (
    "title", "terms", "po_number", "message", "detail", "shows_receipts", "internal_note", "exchange_rate",
)  # fmt: skip


class OutcomeRow(Schema):
    """What became of one project: its draft, or why there is none."""

    project_id: int
    project_name: str
    invoice_id: int | None = Field(
        description="The first draft; a project that several pay has one for each."
    )
    invoice_ids: list[int]
    total_amount: Amount | None
    currency: str
    reason: str
    unrated_minutes: int


class Outcomes(Schema):
    items: list[OutcomeRow]


class ChangeRow(Row):
    """An entry as it stands on the draft and as it is now; `after_*` are null when it drops off."""

    entry_id: int
    staff_name: str
    task_name: str
    worked_on: date
    before_minutes: int
    before_rate: Amount
    before_amount: Amount
    after_minutes: int | None
    after_rate: Amount | None
    after_amount: Amount | None
    reason: str


class ChangesAnswer(Schema):
    is_stale: bool
    difference_amount: Amount
    entries: list[ChangeRow]


class BilledRow(Schema):
    """Minutes of a time entry that a line bills, at the rate they had when drafted."""

    entry_id: int
    staff_id: int
    staff_name: str
    task_name: str
    worked_on: date
    note: str
    minutes: int
    rate_amount: Amount | None
    rate_source: str
    amount: Amount
    is_live: bool


class Billed(Schema):
    items: list[BilledRow]


class UndoneAnswer(Schema):
    deleted: int


@routes.write("/invoices", InvoiceAnswer, status=201)
@guarded(DRAFT_INVOICES)
def draft(request: HttpRequest, wish: DraftWish) -> InvoiceAnswer:
    """Drafts an invoice of a project's approved, billable, unbilled work, which is reserved for it.

    Work without a rate is left out, never billed at zero. 422 with the reason when nothing is left to bill. A project
    that several payers share gets a draft for each; the answer is the first.
    """
    invoice = draft_invoice(
        project=get_object_or_404(Project, pk=wish.project_id),
        through=wish.through,
        by=request.user,
        on=wish.on or clock.today(request.user),
        entry_ids=wish.entry_ids,
        expense_ids=wish.expense_ids,
        parts=wish.parts,
    )
    return invoice_answer(invoice.pk, clock.today(request.user))


@routes.write("/invoices/draft-many", Outcomes)
@guarded(DRAFT_INVOICES)
def draft_many(request: HttpRequest, wish: DraftsWish) -> dict[str, Any]:
    """Drafts up to 100 projects that have something to bill, all at once.

    One invoice for each project; for each payer of a shared one; for all of them of a client that is billed together.
    """
    outcomes = draft_invoices(
        projects=list(Project.objects.filter(pk__in=wish.project_ids)),
        through=wish.through,
        by=request.user,
        on=wish.on or clock.today(request.user),
        parts=wish.parts,
    )
    return {
        "items": [
            OutcomeRow(
                project_id=outcome.project.pk,
                project_name=outcome.project.name,
                invoice_id=outcome.invoice.pk if outcome.invoice else None,
                invoice_ids=[invoice.pk for invoice in outcome.invoices],
                total_amount=outcome.invoice.total_amount if outcome.invoice else None,
                currency=outcome.project.client.currency,
                reason=outcome.reason,
                unrated_minutes=outcome.unrated_minutes,
            )
            for outcome in outcomes
        ]
    }


@routes.write("/drafting-jobs", JobRow, status=202)
@guarded(DRAFT_INVOICES)
def begin_drafting(request: HttpRequest, wish: DraftsWish) -> Any:
    """Drafts projects in the background. Ask the job for its progress."""
    return start_drafting(
        project_ids=wish.project_ids,
        through=wish.through,
        by=request.user,
        on=wish.on or clock.today(request.user),
        parts=wish.parts,
    )


@routes.read("/drafting-jobs/{int:job_id}", JobRow)
@guarded(DRAFT_INVOICES)
def show_drafting(request: HttpRequest, job_id: int) -> Any:
    """How far one's own drafting job is; what it drafted when it is done."""
    job = own_job(request, job_id)
    return get_object_or_404(Job, pk=job.pk, kind=DRAFT_KIND)


@routes.write("/drafting-jobs/{int:job_id}/undo", UndoneAnswer)
@guarded(DRAFT_INVOICES)
def undo_drafting(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """Deletes the drafts of a job that are not issued."""
    job = get_object_or_404(Job, pk=job_id, kind=DRAFT_KIND)
    return {"deleted": delete_drafts_of_job(job_id=job.pk, by=request.user)}


@routes.write("/invoices/{int:invoice_id}", InvoiceAnswer, method="PATCH")
@guarded(DRAFT_INVOICES)
def change_draft(request: HttpRequest, invoice_id: int, wish: InvoiceChange) -> InvoiceAnswer:
    """Changes what a draft says besides its lines; what is left out stays."""
    invoice = find(invoice_id)
    now = {name: getattr(invoice, name) for name in FIELDS_OF_DRAFT}
    given = wish.model_dump(exclude_unset=True, exclude={"version"})
    wanted = Terms(**cleaned(InvoiceForm, given, initial=now))
    edit_invoice(invoice=invoice, wanted=wanted, by=request.user, version=wish.version)
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}", method="DELETE")
@guarded(DRAFT_INVOICES)
def discard_draft(request: HttpRequest, invoice_id: int) -> None:
    """Deletes a draft; its hours are ready to bill again. An issued invoice is voided instead."""
    delete_draft(invoice=find(invoice_id), by=request.user)


@routes.read("/invoices/{int:invoice_id}/changes", ChangesAnswer)
@guarded(DRAFT_INVOICES)
def show_changes(request: HttpRequest, invoice_id: int) -> ChangesAnswer:
    """What recalculating a draft would change, entry by entry."""
    found = changes(find(invoice_id))
    return ChangesAnswer(
        is_stale=found.is_stale,
        difference_amount=found.difference,
        entries=[ChangeRow.from_orm(entry) for entry in found.entries],
    )


@routes.write("/invoices/{int:invoice_id}/recalculate", InvoiceAnswer)
@guarded(DRAFT_INVOICES)
def recalculate(request: HttpRequest, invoice_id: int, wish: VersionWish) -> InvoiceAnswer:
    """Prices the work under a draft anew; lines keep their words and their adjustments."""
    recalculate_draft(invoice=find(invoice_id), by=request.user, version=wish.version)
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/lines", InvoiceAnswer, status=201)
@guarded(DRAFT_INVOICES)
def create_line(request: HttpRequest, invoice_id: int, wish: LineWish) -> InvoiceAnswer:
    """Adds a line without work behind it; below zero it is a discount."""
    put = add_shared_line if wish.is_shared else add_line
    put(
        invoice=find(invoice_id),
        description=wish.description,
        amount=wish.amount,
        by=request.user,
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/lines/{int:line_id}", InvoiceAnswer, method="PATCH")
@guarded(DRAFT_INVOICES)
def change_line(request: HttpRequest, invoice_id: int, line_id: int, wish: LineChange) -> InvoiceAnswer:
    """Changes what a line says or comes to. Above the work is a write-up, below it a write-down: both need a reason."""
    edit_line(
        line=_line(invoice_id, line_id),
        by=request.user,
        description=wish.description,
        amount=wish.amount,
        minutes=wish.minutes,
        rate=wish.rate_amount,
        reason=wish.reason,
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/lines/{int:line_id}", InvoiceAnswer, method="DELETE")
@guarded(DRAFT_INVOICES)
def delete_line(request: HttpRequest, invoice_id: int, line_id: int, version: Seen = None) -> InvoiceAnswer:
    """Takes a line off a draft; its hours are ready to bill again."""
    remove_line(line=_line(invoice_id, line_id), by=request.user, version=version)
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.read("/invoices/{int:invoice_id}/lines/{int:line_id}/time", Billed)
@guarded(VIEW_BILLING)
def list_billed_time(request: HttpRequest, invoice_id: int, line_id: int) -> dict[str, Any]:
    """The time behind a line: why it comes to its amount."""
    return {
        "items": [
            BilledRow(
                entry_id=row.entry_id,
                staff_id=row.entry.staff_id,
                staff_name=row.entry.staff.name,
                task_name=row.entry.task.name,
                worked_on=row.entry.worked_on,
                note=row.entry.note,
                minutes=row.minutes,
                rate_amount=row.rate_amount,
                rate_source=row.rate_source,
                amount=row.amount,
                is_live=row.is_live,
            )
            for row in why(_line(invoice_id, line_id)).entries
        ]
    }


def _line(invoice_id: int, line_id: int) -> InvoiceLine:
    lines = InvoiceLine.objects.select_related("invoice__client")
    return get_object_or_404(lines, pk=line_id, invoice=invoice_id)

"""The work on drafts and in progress: how drafts are laid out, what is done to entries, what is held or written off,
and files that go with invoices."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Schema
from ninja.files import UploadedFile
from pydantic import Field

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.api.invoices import find, routes
from billing.api.schemas import (
    EntriesWish,
    EntryChange,
    HoldWish,
    InvoiceAnswer,
    LayoutAnswer,
    LayoutWish,
    ReasonedEntriesWish,
    WorkWish,
    invoice_answer,
)
from billing.attaching import attach_file, detach_file
from billing.dropping import delete_entries, drop_entries, hold_on_draft, update_entries
from billing.editing import edit_entry
from billing.holding_work import hold_entries, hold_projects, release_entries, release_projects
from billing.layouts import FIELDS, Layout, layout_of
from billing.models import BilledTime, InvoiceFile, WorkWriteOff
from billing.regrouping import lay_out_draft
from billing.writing_off_work import undo_write_off, write_off_work
from core import clock
from core.api import Amount
from people.guards import guarded
from projects.models import Project


class HeldAnswer(Schema):
    """How many projects and entries were held or released by it."""

    projects: int
    entries: int


class WorkWriteOffAnswer(Schema):
    """Work in progress written off without an invoice."""

    id: int
    project_id: int
    reason: str
    minutes: int
    amount: Amount
    written_off_on: date
    undone_on: date | None


class InvoiceFileRow(Schema):
    """A file that is mailed with the invoice."""

    id: int
    name: str
    content_type: str
    size: int
    added_at: datetime


class InvoiceFiles(Schema):
    items: list[InvoiceFileRow] = Field(description="In the order in which they were added.")


@routes.read("/invoices/{int:invoice_id}/layout", LayoutAnswer)
@guarded(VIEW_BILLING)
def show_layout(request: HttpRequest, invoice_id: int) -> Any:
    """How the lines of an invoice are formed, and what its client sees of them."""
    return layout_of(find(invoice_id))


@routes.write("/invoices/{int:invoice_id}/layout", LayoutAnswer)
@guarded(DRAFT_INVOICES)
def change_layout(request: HttpRequest, invoice_id: int, wish: LayoutWish) -> Any:
    """Lays a draft out anew, and the next invoices of its project; entries keep their amounts. Left out stays."""
    invoice = find(invoice_id)
    now = {name: getattr(invoice, name) for name in FIELDS}
    wanted = Layout(**now | wish.model_dump(exclude_unset=True, exclude={"version"}))
    return layout_of(lay_out_draft(invoice=invoice, layout=wanted, by=request.user, version=wish.version))


@routes.write("/invoices/{int:invoice_id}/time/{int:entry_id}", InvoiceAnswer, method="PATCH")
@guarded(DRAFT_INVOICES)
def change_billed_time(
    request: HttpRequest, invoice_id: int, entry_id: int, wish: EntryChange
) -> InvoiceAnswer:
    """Writes one entry on a draft up or down by its hours, its rate or its amount; its line follows."""
    rows = BilledTime.objects.filter(line__invoice=invoice_id, entry=entry_id).order_by("-amount", "pk")
    billed = rows.first() or get_object_or_404(BilledTime, pk=None)
    edit_entry(
        billed=billed,
        by=request.user,
        amount=wish.amount,
        minutes=wish.minutes,
        rate=wish.rate_amount,
        reason=wish.reason,
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/time/drop", InvoiceAnswer)
@guarded(DRAFT_INVOICES)
def drop_time(request: HttpRequest, invoice_id: int, wish: EntriesWish) -> InvoiceAnswer:
    """Takes entries off a draft; they are ready to bill again."""
    drop_entries(invoice=find(invoice_id), entry_ids=wish.entry_ids, by=request.user, version=wish.version)
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/time/update", InvoiceAnswer)
@guarded(DRAFT_INVOICES)
def update_time(request: HttpRequest, invoice_id: int, wish: EntriesWish) -> InvoiceAnswer:
    """Prices these entries of a draft as they are now; the others stay as they were drafted."""
    update_entries(invoice=find(invoice_id), entry_ids=wish.entry_ids, by=request.user, version=wish.version)
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/time/hold", InvoiceAnswer)
@guarded(DRAFT_INVOICES)
def hold_time(request: HttpRequest, invoice_id: int, wish: ReasonedEntriesWish) -> InvoiceAnswer:
    """Takes entries off a draft and holds them: no draft takes them until they are released."""
    hold_on_draft(
        invoice=find(invoice_id),
        entry_ids=wish.entry_ids,
        reason=wish.reason,
        by=request.user,
        at=clock.now(),
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/time/delete", InvoiceAnswer)
@guarded(DRAFT_INVOICES)
def delete_time(request: HttpRequest, invoice_id: int, wish: ReasonedEntriesWish) -> InvoiceAnswer:
    """Takes entries off a draft and deletes them from the timesheets; takes the right to change what others worked."""
    delete_entries(
        invoice=find(invoice_id),
        entry_ids=wish.entry_ids,
        reason=wish.reason,
        by=request.user,
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.read("/invoices/{int:invoice_id}/files", InvoiceFiles)
@guarded(VIEW_BILLING)
def list_invoice_files(request: HttpRequest, invoice_id: int) -> dict[str, Any]:
    """The files that are mailed with the invoice, besides its PDF."""
    return {"items": [_file(each) for each in find(invoice_id).files.select_related("file")]}


@routes.write("/invoices/{int:invoice_id}/files", InvoiceFileRow, status=201)
@guarded(DRAFT_INVOICES)
def add_invoice_file(request: HttpRequest, invoice_id: int, file: File[UploadedFile]) -> InvoiceFileRow:
    """Adds a PDF, a picture or a CSV table that is mailed with the invoice."""
    return _file(
        attach_file(invoice=find(invoice_id), name=file.name or "", content=file.read(), by=request.user)
    )


@routes.write("/invoices/{int:invoice_id}/files/{int:invoice_file_id}", method="DELETE")
@guarded(DRAFT_INVOICES)
def remove_invoice_file(request: HttpRequest, invoice_id: int, invoice_file_id: int) -> None:
    """The file goes with the invoice no more; mails that were sent keep it."""
    files = InvoiceFile.objects.select_related("file", "invoice")
    detach_file(attached=get_object_or_404(files, pk=invoice_file_id, invoice=invoice_id), by=request.user)


@routes.write("/unbilled/hold", HeldAnswer)
@guarded(DRAFT_INVOICES)
def hold_work(request: HttpRequest, wish: HoldWish) -> HeldAnswer:
    """Keeps projects as a whole, or single entries, from being billed until they are released."""
    at = clock.now()
    projects = list(Project.objects.filter(pk__in=wish.project_ids))
    return HeldAnswer(
        projects=hold_projects(projects=projects, reason=wish.reason, by=request.user, at=at),
        entries=hold_entries(entry_ids=wish.entry_ids, reason=wish.reason, by=request.user, at=at),
    )


@routes.write("/unbilled/release", HeldAnswer)
@guarded(DRAFT_INVOICES)
def release_work(request: HttpRequest, wish: WorkWish) -> HeldAnswer:
    """Held projects and entries are ready to bill again."""
    at = clock.now()
    projects = list(Project.objects.filter(pk__in=wish.project_ids))
    return HeldAnswer(
        projects=release_projects(projects=projects, by=request.user, at=at),
        entries=release_entries(entry_ids=wish.entry_ids, by=request.user, at=at),
    )


@routes.write("/projects/{int:project_id}/work-write-offs", WorkWriteOffAnswer, status=201)
@guarded(DRAFT_INVOICES)
def create_work_write_off(request: HttpRequest, project_id: int, wish: ReasonedEntriesWish) -> Any:
    """Writes unbilled hours of a project off without an invoice: they leave work in progress."""
    return write_off_work(
        project=get_object_or_404(Project.objects.select_related("client"), pk=project_id),
        entry_ids=wish.entry_ids,
        reason=wish.reason,
        by=request.user,
        on=clock.today(request.user),
    )


@routes.write("/work-write-offs/{int:work_write_off_id}/undo", WorkWriteOffAnswer)
@guarded(DRAFT_INVOICES)
def undo_work_write_off(request: HttpRequest, work_write_off_id: int) -> Any:
    """The hours are work in progress again."""
    written = get_object_or_404(WorkWriteOff, pk=work_write_off_id)
    return undo_write_off(write_off=written, by=request.user, on=clock.today(request.user))


def _file(attached: InvoiceFile) -> InvoiceFileRow:
    file = attached.file
    return InvoiceFileRow(
        id=attached.pk,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        added_at=attached.added_at,
    )

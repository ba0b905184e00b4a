"""Corrections: credit memos, applying and taking off, refunds, write-offs, issuing anew."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from billing.access import DRAFT_INVOICES, ISSUE_INVOICES, VIEW_BILLING
from billing.api.credit_rows import AppliedRow, CreditAnswer, CreditLineRow, CreditRow, LeftEntryRow, LeftRow
from billing.api.invoices import entity_today, find
from billing.api.schemas import InvoiceAnswer, Seen, invoice_answer
from billing.credit_documents import ensure_credit_pdf
from billing.credit_lines import LineWish, lines_left
from billing.credit_list import TABS, with_left
from billing.crediting import FreeLine, delete_credit, draft_credit, draft_free_credit, edit_credit
from billing.issuing_credits import issue_credit, void_credit
from billing.models import CreditLine, CreditMemo, Invoice
from billing.reissuing import reissue_invoice
from billing.rendering import PdfIsNotReady
from clients.models import Client
from core import clock
from core.api import ChangedPart, Day, Id, Listing, Routes, Wish, WishedAmount, page
from core.files import PDF
from core.responses import file_response
from people.guards import guarded
from projects.models import Project

routes = Routes("billing")
Minutes = Annotated[int, Field(ge=1, le=1_000_000)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]


class CreditFilters(ChangedPart):
    tab: Literal["open", "drafts", "used", "void"] | None = Field(
        None, description="As the tabs of the page."
    )
    client_id: Id | None = None
    invoice_id: Id | None = Field(None, description="Those that correct this invoice.")


class EntryWish(Wish):
    entry_id: Id
    minutes: Minutes


class CreditLineWish(Wish):
    """Exactly one of amount, minutes and percent, or the entries' minutes; 100 percent is all that is left."""

    line_id: Id
    amount: WishedAmount | None = None
    minutes: Minutes | None = None
    percent: Annotated[Decimal, Field(gt=0, le=100, max_digits=7, decimal_places=4)] | None = None
    entries: list[EntryWish] = Field(default=[], max_length=2000, description="Minutes that go back.")
    returns_work: bool = Field(False, description="The hours go back, the latest first where none are named.")


class FreeLineWish(Wish):
    description: Annotated[str, Field(min_length=1, max_length=300)]
    amount: WishedAmount
    is_taxable: bool = True
    project_id: Id | None = None


class CreditWish(Wish):
    lines: list[CreditLineWish] = Field(default=[], max_length=500)
    free_lines: list[FreeLineWish] = Field(default=[], max_length=50)
    reason: Reason
    message: str = Field("", max_length=1000)


class CreditChange(CreditWish):
    version: Seen = None


class FreeCreditWish(Wish):
    client_id: Id
    title: str = Field("", max_length=160)
    lines: list[FreeLineWish] = Field(min_length=1, max_length=50)
    reason: Reason
    message: str = Field("", max_length=1000)


class IssueCreditWish(Wish):
    on: Day | None = Field(None, description="Its date; by default today at the legal entity.")
    version: Seen = None
    applies: bool = Field(True, description="It pays its invoice as far as that is due.")


class CorrectionReasonWish(Wish):
    reason: Reason
    on: Day | None = None


class ReissueAnswer(Schema):
    draft: InvoiceAnswer
    credit_id: int | None = Field(description="The credit memo, where the invoice lies in a closed period.")


ROW = (
    "id", "number", "client_id", "invoice_id", "title", "reason", "currency", "subtotal_amount", "discount_amount",
    "tax_amount", "included_tax_amount", "total_amount", "applied_amount", "refunded_amount", "left_amount",
    "issued_on", "version", "drafted_at", "voided_on", "void_reason", "updated_at",
)  # fmt: skip


def _fields(credit: Any) -> dict[str, Any]:
    return {name: getattr(credit, name) for name in ROW} | {
        "state": CreditMemo.State(credit.state),
        "client_name": credit.client.name,
    }


def credit_answer(credit_id: int) -> CreditAnswer:
    """The credit memo as it stands now. Raises Http404."""
    rows = with_left(CreditMemo.objects.select_related("client"))
    credit = get_object_or_404(rows, pk=credit_id)
    return CreditAnswer(
        **_fields(credit),
        message=credit.message,
        lines=[_line(line) for line in credit.lines.prefetch_related("credited_time__billed")],
        applications=[
            AppliedRow(
                id=part.pk,
                invoice_id=part.invoice_id,
                invoice_number=part.invoice.number,
                amount=part.amount,
                applied_on=part.applied_on,
                undone_on=part.undone_on,
            )
            for part in credit.applications.select_related("invoice").order_by("pk")
        ],
    )


LINE = (
    "id",
    "line_id",
    "project_id",
    "description",
    "minutes",
    "amount",
    "discount_amount",
    "is_taxable",
    "returns_work",
)


def _line(line: CreditLine) -> CreditLineRow:
    return CreditLineRow(
        **{name: getattr(line, name) for name in LINE},
        returned_entries={given.billed.entry_id: given.minutes for given in line.credited_time.all()},
    )


def find_credit(credit_id: int) -> CreditMemo:
    """Raises Http404."""
    return get_object_or_404(CreditMemo.objects.select_related("client", "entity", "invoice"), pk=credit_id)


def today_of(thing: Any) -> date:
    """The date of a document is that of its legal entity."""
    return clock.date_in(thing.entity.time_zone, clock.now())


def _wishes(lines: list[CreditLineWish]) -> list[LineWish]:
    return [
        LineWish(
            wish.line_id,
            wish.amount,
            wish.minutes,
            wish.percent,
            {entry.entry_id: entry.minutes for entry in wish.entries},
            wish.returns_work,
        )
        for wish in lines
    ]


def _free(lines: list[FreeLineWish]) -> list[FreeLine]:
    projects = Project.objects.in_bulk([wish.project_id for wish in lines if wish.project_id])
    return [
        FreeLine(wish.description, wish.amount, wish.is_taxable, projects.get(wish.project_id or 0))
        for wish in lines
    ]


@routes.read("/credit-memos", Listing[CreditRow])
@guarded(VIEW_BILLING)
def list_credits(request: HttpRequest, wanted: Query[CreditFilters]) -> dict[str, Any]:
    """Credit memos. With `updated_since` in the order of change; applying and refunding one is a change of it."""
    asked = {"client": wanted.client_id, "invoice": wanted.invoice_id}
    rows = with_left(CreditMemo.objects.select_related("client"))
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    if wanted.tab:
        rows = rows.filter(TABS[wanted.tab][1])
    found = page(rows, wanted)
    return found | {"items": [CreditRow(**_fields(credit)) for credit in found["items"]]}


@routes.read("/credit-memos/{int:credit_id}", CreditAnswer)
@guarded(VIEW_BILLING)
def show_credit(request: HttpRequest, credit_id: int) -> CreditAnswer:
    """One credit memo with its lines and where it went."""
    return credit_answer(credit_id)


@routes.read("/invoices/{int:invoice_id}/creditable", list[LeftRow])
@guarded(VIEW_BILLING)
def show_creditable(request: HttpRequest, invoice_id: int) -> list[LeftRow]:
    """What may still be credited of each line of an invoice; drafts of credit memos reserve."""
    return [
        LeftRow(
            line_id=left.line.pk,
            description=left.line.description,
            amount=left.amount,
            minutes=left.minutes,
            entries=[
                LeftEntryRow(entry_id=entry.billed.entry_id, minutes=entry.minutes) for entry in left.entries
            ],
        )
        for left in lines_left(find(invoice_id))
    ]


@routes.write("/invoices/{int:invoice_id}/credit-memos", CreditAnswer, status=201)
@guarded(DRAFT_INVOICES)
def create_credit(request: HttpRequest, invoice_id: int, wish: CreditWish) -> CreditAnswer:
    """Drafts a credit memo against lines of an issued invoice, at its own tax rates."""
    made = draft_credit(
        invoice=find(invoice_id),
        lines=_wishes(wish.lines),
        free=_free(wish.free_lines),
        reason=wish.reason,
        message=wish.message,
        by=request.user,
    )
    return credit_answer(made.pk)


@routes.write("/credit-memos", CreditAnswer, status=201)
@guarded(DRAFT_INVOICES)
def create_free_credit(request: HttpRequest, wish: FreeCreditWish) -> CreditAnswer:
    """Drafts a credit memo that corrects no invoice, at the client's tax rates."""
    made = draft_free_credit(
        client=get_object_or_404(Client, pk=wish.client_id),
        title=wish.title,
        lines=_free(wish.lines),
        reason=wish.reason,
        message=wish.message,
        by=request.user,
    )
    return credit_answer(made.pk)


@routes.write("/credit-memos/{int:credit_id}", CreditAnswer, method="PUT")
@guarded(DRAFT_INVOICES)
def change_credit(request: HttpRequest, credit_id: int, wish: CreditChange) -> CreditAnswer:
    """Writes the lines of a draft anew."""
    edit_credit(
        credit=find_credit(credit_id),
        lines=_wishes(wish.lines),
        free=_free(wish.free_lines),
        reason=wish.reason,
        message=wish.message,
        version=wish.version,
        by=request.user,
    )
    return credit_answer(credit_id)


@routes.write("/credit-memos/{int:credit_id}", method="DELETE")
@guarded(DRAFT_INVOICES)
def remove_credit(request: HttpRequest, credit_id: int) -> None:
    """Deletes a draft; what it reserved can be credited again."""
    delete_credit(credit=find_credit(credit_id), by=request.user)


@routes.write("/credit-memos/{int:credit_id}/issue", CreditAnswer)
@guarded(ISSUE_INVOICES)
def issue_credit_memo(request: HttpRequest, credit_id: int, wish: IssueCreditWish) -> CreditAnswer:
    """Gives a draft its number and freezes what it says. Chosen hours are ready to bill again."""
    credit = find_credit(credit_id)
    issue_credit(
        credit=credit,
        by=request.user,
        on=wish.on or today_of(credit),
        at=clock.now(),
        version=wish.version,
        applies=wish.applies,
    )
    return credit_answer(credit_id)


@routes.write("/credit-memos/{int:credit_id}/void", CreditAnswer)
@guarded(ISSUE_INVOICES)
def void_credit_memo(request: HttpRequest, credit_id: int, wish: CorrectionReasonWish) -> CreditAnswer:
    """Voids a credit memo that is not used; the hours it gave back are billed again."""
    credit = find_credit(credit_id)
    on = wish.on or today_of(credit)
    void_credit(credit=credit, reason=wish.reason, by=request.user, on=on, at=clock.now())
    return credit_answer(credit_id)


@routes.file("/credit-memos/{int:credit_id}/pdf", PDF)
@guarded(VIEW_BILLING)
def show_credit_pdf(request: HttpRequest, credit_id: int) -> FileResponse:
    """The PDF of an issued credit memo; made now if it is missing."""
    found = get_object_or_404(CreditMemo.objects.exclude(state=CreditMemo.State.DRAFT), pk=credit_id)
    try:
        return file_response(ensure_credit_pdf(found), download=True)
    except OSError as error:
        raise PdfIsNotReady from error


@routes.write("/invoices/{int:invoice_id}/reissue", ReissueAnswer)
@guarded(ISSUE_INVOICES)
def reissue(request: HttpRequest, invoice_id: int, wish: CorrectionReasonWish) -> ReissueAnswer:
    """Voids an invoice, or credits it whole in a closed period, and drafts the same lines and hours again."""
    invoice: Invoice = find(invoice_id)
    on = wish.on or entity_today(invoice)
    done = reissue_invoice(invoice=invoice, reason=wish.reason, by=request.user, on=on, at=clock.now())
    return ReissueAnswer(
        draft=invoice_answer(done.draft.pk, clock.today(request.user)),
        credit_id=done.credit.pk if done.credit else None,
    )

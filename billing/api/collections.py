"""Collections: the work list, notes, and statements of account."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import translation
from ninja import Query, Schema
from pydantic import Field

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.dunning_ruling import note_collection
from billing.models import CollectionNote, SentStatement
from billing.statements import statement_of
from billing.stating import send_statement
from billing.stating_to_all import STATEMENTS_KIND, start_statements
from billing.work_list import Debtor, work_list
from clients.models import Client
from core import clock
from core.api import Amount, Day, JobRow, Listing, Part, Routes, Row, Wish, page
from core.models import Job
from core.views import own_job
from people.guards import guarded

routes = Routes("billing")


class CollectionNoteRow(Row):
    id: int
    client_id: int
    text: str
    follow_up_on: date | None
    by_name: str
    created_at: datetime


class CollectionNoteWish(Wish):
    text: str = Field(min_length=1, max_length=1000)
    follow_up_on: Day | None = None


class DebtorRow(Schema):
    """A client on the work list, the most urgent first."""

    client_id: int
    client_name: str
    currency: str
    open_amount: Amount
    overdue_amount: Amount
    days_overdue: int
    promised_until: date | None
    has_broken_promise: bool
    stops: list[str]
    next_on: date | None
    next_tone: str


class StatementRow(Row):
    on: date
    words: str
    amount: Amount
    balance: Amount


class StatementAnswer(Schema):
    client_id: int
    currency: str
    first_on: date | None
    last_on: date
    opening_amount: Amount
    movements: list[StatementRow]
    open_amount: Amount
    credit_amount: Amount
    closing_amount: Amount


class StatementWish(Wish):
    first_on: Day | None = None
    last_on: Day
    to: list[str] | None = None
    cc: list[str] | None = None


class SentStatementRow(Row):
    id: int
    client_id: int
    currency: str
    first_on: date | None
    last_on: date
    closing_amount: Amount
    by_name: str
    created_at: datetime


def _client(client_id: int) -> Client:
    return get_object_or_404(Client, pk=client_id)


@routes.read("/collections", list[DebtorRow])
@guarded(VIEW_BILLING)
def list_debtors(request: HttpRequest) -> list[DebtorRow]:
    """Clients that owe something: broken promises first, then the most overdue amount."""
    return [_debtor(each) for each in work_list(clock.today(request.user))]


def _debtor(debtor: Debtor) -> DebtorRow:
    names = (
        "currency",
        "open_amount",
        "overdue_amount",
        "days_overdue",
        "promised_until",
        "has_broken_promise",
        "stops",
    )
    return DebtorRow(
        client_id=debtor.client.pk,
        client_name=debtor.client.name,
        next_on=debtor.next.on if debtor.next else None,
        next_tone=debtor.next.step.tone if debtor.next else "",
        **{name: getattr(debtor, name) for name in names},
    )


@routes.read("/clients/{int:client_id}/collection-notes", Listing[CollectionNoteRow])
@guarded(VIEW_BILLING)
def list_collection_notes(request: HttpRequest, client_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """What was noted about what a client owes."""
    return page(CollectionNote.objects.filter(client=_client(client_id)), wanted)


@routes.write("/clients/{int:client_id}/collection-notes", CollectionNoteRow, status=201)
@guarded(RECORD_PAYMENTS)
def create_collection_note(request: HttpRequest, client_id: int, wish: CollectionNoteWish) -> CollectionNote:
    """Notes a call or an answer, and when somebody should look again."""
    return note_collection(client=_client(client_id), by=request.user, **wish.model_dump())


@routes.read("/clients/{int:client_id}/statement", StatementAnswer)
@guarded(VIEW_BILLING)
def show_statement(
    request: HttpRequest, client_id: int, last_on: Day | None = None, first_on: Day | None = None
) -> StatementAnswer:
    """What a client owed on a day; with `first_on` also what happened since, to the cent."""
    client, last_on = _client(client_id), last_on or clock.today(request.user)
    with translation.override(client.language):
        found = statement_of(client, first_on=first_on, last_on=last_on)
    names = (
        "currency",
        "first_on",
        "last_on",
        "opening_amount",
        "open_amount",
        "credit_amount",
        "closing_amount",
    )
    return StatementAnswer(
        client_id=client.pk,
        movements=[StatementRow.from_orm(row) for row in found.movements],
        **{name: getattr(found, name) for name in names},
    )


@routes.read("/clients/{int:client_id}/statements", Listing[SentStatementRow])
@guarded(VIEW_BILLING)
def list_statements(request: HttpRequest, client_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """The statements that a client was sent."""
    return page(SentStatement.objects.filter(client=_client(client_id)), wanted)


@routes.write("/clients/{int:client_id}/statements", SentStatementRow, status=201)
@guarded(ISSUE_INVOICES)
def create_statement(request: HttpRequest, client_id: int, wish: StatementWish) -> SentStatement:
    """Mails a statement of account as PDF, by default to the client's billing contacts."""
    return send_statement(client=_client(client_id), by=request.user, at=clock.now(), **wish.model_dump())


class StatementsWish(Wish):
    first_on: Day | None = Field(None, description="Empty: only what is open on the last day.")
    last_on: Day


@routes.write("/statement-jobs", JobRow, status=202)
@guarded(ISSUE_INVOICES)
def begin_statements(request: HttpRequest, wish: StatementsWish) -> Any:
    """Mails a statement to every client of whom something is open, in the background. Ask the job for its progress."""
    return start_statements(by=request.user, at=clock.now(), **wish.model_dump())


@routes.read("/statement-jobs/{int:job_id}", JobRow)
@guarded(ISSUE_INVOICES)
def show_statements(request: HttpRequest, job_id: int) -> Any:
    """How far one's own statements are; to whom they went when it is done."""
    return get_object_or_404(Job, pk=own_job(request, job_id).pk, kind=STATEMENTS_KIND)

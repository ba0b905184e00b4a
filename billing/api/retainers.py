"""Retainers: opened, changed, filled by deposits, drawn for invoices, paid back."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS, VIEW_BILLING
from billing.api.invoices import entity_today
from billing.api.invoices import find as find_invoice
from billing.api.payments import TieRow
from billing.api.schemas import InvoiceAnswer, PaymentRow, invoice_answer, payment_row
from billing.depositing import request_deposit
from billing.drawing import draw_retainer
from billing.models import Payment, Retainer, RetainerMovement
from billing.retainers import Holding, holdings, retainers_tie_out
from billing.retaining import change_retainer, open_retainer, refund_retainer
from clients.models import Client
from core import clock
from core.api import (
    Amount,
    ChangedPart,
    Day,
    Id,
    Listing,
    Part,
    Routes,
    Row,
    Wish,
    WishedAmount,
    page,
    words_of,
)
from core.money import ZERO
from people.guards import guarded
from projects.models import Project

routes = Routes("billing")

MovementKind = Annotated[RetainerMovement.Kind, words_of(RetainerMovement.Kind)]
Months = Annotated[int, Field(ge=1, le=120)]


class RetainerRow(Row):
    """A retainer with what it holds today. `expired_amount` is part of the balance and is not drawn any more."""

    id: int
    client_id: int
    client_name: str
    project_id: int | None = Field(description="Empty: for every project of the client.")
    currency: str
    balance_amount: Amount
    expired_amount: Amount
    requested_amount: Amount = Field(description="Asked for and not paid yet.")
    minimum_amount: Amount
    target_amount: Amount
    expires_after_months: int | None
    draws_by_itself: bool
    updated_at: datetime


class RetainerMovementRow(Row):
    """Money in (above zero) or out of a deposit."""

    id: int
    kind: MovementKind
    happened_on: date
    amount: Amount
    deposit_id: int | None = Field(description="The deposit that it takes from; empty for a deposit itself.")
    expires_on: date | None
    invoice_id: int | None
    payment_id: int | None
    reference: str
    note: str
    recorded_by_name: str


class RetainerTies(Row):
    on: date
    ties: list[TieRow]


class RetainerFilters(ChangedPart):
    client_id: Id | None = None
    project_id: Id | None = None


class RetainerWish(Wish):
    """A retainer in the client's currency."""

    client_id: Id
    project_id: Id | None = Field(None, description="By default for every project of the client.")
    minimum_amount: WishedAmount = Field(
        ZERO, description="Below it, a deposit is asked for up to the target."
    )
    target_amount: WishedAmount = ZERO
    expires_after_months: Months | None = None
    draws_by_itself: bool = Field(True, description="Whether invoices draw when they are issued.")


class RetainerChange(Wish):
    """The terms as they are to be."""

    minimum_amount: WishedAmount = ZERO
    target_amount: WishedAmount = ZERO
    expires_after_months: Months | None = None
    draws_by_itself: bool = True


class DepositWish(Wish):
    amount: WishedAmount
    on: Day | None = Field(None, description="By default today where the legal entity is.")


class DrawWish(Wish):
    amount: WishedAmount | None = Field(None, description="By default as much as is due and there.")
    drawn_on: Day | None = Field(None, description="By default today.")


class RetainerRefundWish(Wish):
    amount: WishedAmount
    refunded_on: Day | None = Field(None, description="By default today.")
    reference: str = Field("", max_length=80)
    note: str = Field("", max_length=300)


OWN = (
    "id", "client_id", "project_id", "currency", "minimum_amount", "target_amount", "expires_after_months",
    "draws_by_itself", "updated_at",
)  # fmt: skip


def _row(holding: Holding) -> RetainerRow:
    retainer = holding.retainer
    return RetainerRow(
        **{name: getattr(retainer, name) for name in OWN},
        client_name=retainer.client.name,
        balance_amount=holding.balance,
        expired_amount=holding.expired,
        requested_amount=holding.requested,
    )


def _rows(found: list[Retainer], on: date) -> list[RetainerRow]:
    return [_row(holding) for holding in holdings(found, on)]


def find(retainer_id: int) -> Retainer:
    rows = Retainer.objects.select_related("client", "entity", "project")
    return get_object_or_404(rows, pk=retainer_id)


@routes.read("/retainers", Listing[RetainerRow])
@guarded(VIEW_BILLING)
def list_retainers(request: HttpRequest, wanted: Query[RetainerFilters]) -> dict[str, Any]:
    """Retainers with what they hold today."""
    asked = {"client": wanted.client_id, "project": wanted.project_id}
    rows = Retainer.objects.filter(**{name: value for name, value in asked.items() if value is not None})
    found = page(rows.select_related("client"), wanted)
    return found | {"items": _rows(list(found["items"]), clock.today(request.user))}


@routes.write("/retainers", RetainerRow, status=201)
@guarded(ISSUE_INVOICES)
def create_retainer(request: HttpRequest, wish: RetainerWish) -> RetainerRow:
    """Opens a retainer; it is empty until a deposit is paid."""
    project = get_object_or_404(Project, pk=wish.project_id) if wish.project_id is not None else None
    opened = open_retainer(
        client=get_object_or_404(Client, pk=wish.client_id),
        project=project,
        minimum=wish.minimum_amount,
        target=wish.target_amount,
        expires_after_months=wish.expires_after_months,
        draws_by_itself=wish.draws_by_itself,
        by=request.user,
    )
    return _rows([opened], clock.today(request.user))[0]


@routes.read("/retainers/ties", RetainerTies)
@guarded(VIEW_BILLING)
def show_ties(request: HttpRequest, on: Day | None = None) -> RetainerTies:
    """Whether what retainers held at the end of a day is what the account of client retainers says."""
    on = on or clock.today(request.user)
    return RetainerTies(on=on, ties=[TieRow.from_orm(tie) for tie in retainers_tie_out(on)])


@routes.read("/retainers/{int:retainer_id}", RetainerRow)
@guarded(VIEW_BILLING)
def show_retainer(request: HttpRequest, retainer_id: int) -> RetainerRow:
    """One retainer."""
    return _rows([find(retainer_id)], clock.today(request.user))[0]


@routes.write("/retainers/{int:retainer_id}", RetainerRow, method="PUT")
@guarded(ISSUE_INVOICES)
def update_retainer(request: HttpRequest, retainer_id: int, wish: RetainerChange) -> RetainerRow:
    """Changes the terms; a new expiry counts for deposits that come in from now on."""
    retainer = find(retainer_id)
    change_retainer(
        retainer=retainer,
        minimum=wish.minimum_amount,
        target=wish.target_amount,
        expires_after_months=wish.expires_after_months,
        draws_by_itself=wish.draws_by_itself,
        by=request.user,
    )
    return _rows([find(retainer_id)], clock.today(request.user))[0]


@routes.read("/retainers/{int:retainer_id}/movements", Listing[RetainerMovementRow])
@guarded(VIEW_BILLING)
def list_movements(request: HttpRequest, retainer_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """Everything that came in and went out. Their sum is the balance."""
    return page(RetainerMovement.objects.filter(retainer=find(retainer_id)), wanted)


@routes.write("/retainers/{int:retainer_id}/requests", InvoiceAnswer, status=201)
@guarded(ISSUE_INVOICES)
def create_request(request: HttpRequest, retainer_id: int, wish: DepositWish) -> InvoiceAnswer:
    """Issues a deposit request. It is sent and paid like an invoice; the retainer grows by what is paid."""
    retainer, at = find(retainer_id), clock.now()
    on = wish.on or clock.date_in(retainer.entity.time_zone, at)
    issued = request_deposit(retainer=retainer, amount=wish.amount, by=request.user, on=on, at=at)
    return invoice_answer(issued.pk, on)


@routes.write("/retainers/{int:retainer_id}/refunds", list[RetainerMovementRow], status=201)
@guarded(RECORD_PAYMENTS)
def create_refund(
    request: HttpRequest, retainer_id: int, wish: RetainerRefundWish
) -> list[RetainerMovementRow]:
    """Records what was paid back to the client, deposit by deposit; expired ones go first."""
    retainer = find(retainer_id)
    today = clock.date_in(retainer.entity.time_zone, clock.now())
    moved = refund_retainer(
        retainer=retainer,
        amount=wish.amount,
        refunded_on=wish.refunded_on or today,
        reference=wish.reference,
        note=wish.note,
        by=request.user,
        on=today,
    )
    return [RetainerMovementRow.from_orm(each) for each in moved]


@routes.write("/invoices/{int:invoice_id}/draw", list[PaymentRow], status=201)
@guarded(RECORD_PAYMENTS)
def draw(request: HttpRequest, invoice_id: int, wish: DrawWish) -> list[PaymentRow]:
    """Pays an issued invoice from the client's retainers: money for its project first, then what expires first."""
    invoice = find_invoice(invoice_id)
    today = entity_today(invoice)
    paid = draw_retainer(
        invoice=invoice,
        amount=wish.amount,
        drawn_on=wish.drawn_on or today,
        by=request.user,
        on=today,
        at=clock.now(),
    )
    rows = Payment.objects.filter(pk__in=[each.pk for each in paid]).order_by("pk")
    shown = rows.select_related("client").prefetch_related("applications__invoice", "refunds")
    return [payment_row(payment) for payment in shown]

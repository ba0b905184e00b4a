"""Reminders, what stops them, and late fees."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from billing.access import ISSUE_INVOICES, MANAGE_BILLING, RECORD_PAYMENTS, VIEW_BILLING
from billing.api.invoices import find
from billing.dunning_ruling import RULES, edit_dunning, remove_step, save_step
from billing.models import (
    DunningRules,
    DunningStep,
    DunningStop,
    LateFee,
    PaymentReminder,
)
from billing.reminding import call_off_reminder, remind_client
from billing.stopping import end_stop, open_dispute, pause_reminders, record_promise
from clients.models import Client
from core import clock
from core.api import Amount, Day, Id, Listing, Part, Routes, Row, Wish, WishedAmount, page, words_of
from core.money import ZERO
from people.guards import guarded

routes = Routes("billing")

Tone = Annotated[DunningStep.Tone, words_of(DunningStep.Tone)]
Fee = Annotated[DunningStep.Fee, words_of(DunningStep.Fee)]
FeeAction = Annotated[DunningStep.FeeAction, words_of(DunningStep.FeeAction)]
StopKind = Annotated[DunningStop.Kind, words_of(DunningStop.Kind)]


class DunningRulesRow(Row):
    """When clients are reminded."""

    is_active: bool
    hour: int = Field(description="By the client's own clock.")
    repeat_days: int
    most_mails: int
    statement_day: int | None


class DunningRulesWish(Wish):
    is_active: bool
    hour: int = Field(9, ge=0, le=23)
    repeat_days: int = Field(0, ge=0, le=90, description="After the last step; 0: not again.")
    most_mails: int = Field(6, ge=1, le=50)
    statement_day: int | None = Field(None, ge=1, le=28, description="Empty: no statements by themselves.")


class DunningStepRow(Row):
    id: int
    days: int = Field(description="After the due date; below zero before it.")
    tone: Tone
    words: str
    fee: Fee
    fee_percent: Amount
    fee_amount: Amount
    fee_minimum_amount: Amount
    fee_action: FeeAction
    fee_from: date | None
    is_active: bool


class DunningStepWish(Wish):
    days: int = Field(ge=-60, le=365)
    tone: Tone = DunningStep.Tone.FRIENDLY
    words: str = Field("", description="Instead of the usual ones; {client}, {total}, {firm} are filled in.")
    fee: Fee = DunningStep.Fee.NONE
    fee_percent: WishedAmount = Field(ZERO, ge=0, le=100)
    fee_amount: WishedAmount = Field(ZERO, ge=0)
    fee_minimum_amount: WishedAmount = Field(ZERO, ge=0)
    fee_action: FeeAction = DunningStep.FeeAction.DRAFT
    is_active: bool = True


class StopRow(Row):
    """A dispute, a promise or a pause; of everything of the client where `invoice_id` is empty."""

    id: int
    kind: StopKind
    client_id: int
    invoice_id: int | None
    starts_on: date
    until: date | None
    reason: str
    recorded_by_name: str
    ended_on: date | None
    outcome: str


class PromiseWish(Wish):
    until: Day
    note: str = Field("", max_length=300)


class DisputeWish(Wish):
    reason: str = Field(min_length=1, max_length=300)


class PauseWish(Wish):
    until: Day | None = None
    reason: str = Field("", max_length=300)


class EndWish(Wish):
    outcome: str = Field("", max_length=300)


class DunningRow(Row):
    """One mail to a client about all it owed."""

    id: int
    client_id: int
    day: date
    tone: Tone
    currency: str
    amount: Amount
    by_name: str
    called_off_at: datetime | None
    mail_state: str
    invoice_ids: list[int]

    @staticmethod
    def resolve_mail_state(row: PaymentReminder) -> str:
        return row.mail.state if row.mail else ""

    @staticmethod
    def resolve_invoice_ids(row: PaymentReminder) -> list[int]:
        return [each.invoice_id for each in row.invoices.all()]


class DunningWish(Wish):
    invoice_ids: list[Id] | None = Field(None, description="By default all that is overdue and not stopped.")
    to: list[str] | None = None
    cc: list[str] | None = None
    message: str | None = None


class LateFeeRow(Row):
    id: int
    invoice_id: int
    step_days: int
    amount: Amount
    charged_on: date
    fee_invoice_id: int | None = Field(description="Its document; empty once the draft was deleted: waived.")
    reason: str


def _client(client_id: int) -> Client:
    return get_object_or_404(Client, pk=client_id)


@routes.read("/dunning", DunningRulesRow)
@guarded(VIEW_BILLING)
def show_dunning(request: HttpRequest) -> DunningRules:
    """When clients are reminded."""
    return DunningRules.objects.get(pk=1)


@routes.write("/dunning", DunningRulesRow, method="PUT")
@guarded(MANAGE_BILLING)
def update_dunning(request: HttpRequest, wish: DunningRulesWish) -> DunningRules:
    """Changes when clients are reminded; nothing that was sent changes."""
    values = wish.model_dump()
    return edit_dunning(by=request.user, **{name: values[name] for name in RULES})


@routes.read("/dunning-steps", Listing[DunningStepRow])
@guarded(VIEW_BILLING)
def list_dunning_steps(request: HttpRequest, wanted: Query[Part]) -> dict[str, Any]:
    """The steps of reminders."""
    return page(DunningStep.objects.all(), wanted)


@routes.write("/dunning-steps", DunningStepRow, status=201)
@guarded(MANAGE_BILLING)
def create_dunning_step(request: HttpRequest, wish: DunningStepWish) -> DunningStep:
    """Adds a step. What was due before a fee was set up costs none."""
    return save_step(by=request.user, on=clock.today(request.user), **wish.model_dump())


@routes.write("/dunning-steps/{int:step_id}", DunningStepRow, method="PUT")
@guarded(MANAGE_BILLING)
def update_dunning_step(request: HttpRequest, step_id: int, wish: DunningStepWish) -> DunningStep:
    """Another form of a step."""
    step = get_object_or_404(DunningStep, pk=step_id)
    return save_step(step=step, by=request.user, on=clock.today(request.user), **wish.model_dump())


@routes.write("/dunning-steps/{int:step_id}", method="DELETE")
@guarded(MANAGE_BILLING)
def delete_dunning_step(request: HttpRequest, step_id: int) -> None:
    """Takes a step away; what was sent by it stays."""
    remove_step(step=get_object_or_404(DunningStep, pk=step_id), by=request.user)


def _reminders() -> QuerySet[PaymentReminder]:
    return PaymentReminder.objects.select_related("mail").prefetch_related("invoices")


@routes.read("/clients/{int:client_id}/reminders", Listing[DunningRow])
@guarded(VIEW_BILLING)
def list_payment_reminders(request: HttpRequest, client_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """What a client was sent about open invoices, and what became of each mail."""
    return page(_reminders().filter(client=_client(client_id)), wanted)


@routes.write("/clients/{int:client_id}/reminders", DunningRow, status=201)
@guarded(ISSUE_INVOICES)
def remind(request: HttpRequest, client_id: int, wish: DunningWish) -> PaymentReminder:
    """Reminds a client now, at most once a day whoever does; taken back by `call-off` while it waits."""
    sent = remind_client(
        client=_client(client_id),
        by=request.user,
        on=clock.today(request.user),
        at=clock.now(),
        **wish.model_dump(),
    )
    return get_object_or_404(_reminders(), pk=sent.pk)


@routes.write("/payment-reminders/{int:payment_reminder_id}/call-off", DunningRow)
@guarded(ISSUE_INVOICES)
def call_off(request: HttpRequest, payment_reminder_id: int) -> PaymentReminder:
    """Takes a reminder back that has not left yet; it counts for nothing then."""
    reminder = get_object_or_404(PaymentReminder, pk=payment_reminder_id)
    call_off_reminder(reminder=reminder, by=request.user, at=clock.now())
    return get_object_or_404(_reminders(), pk=payment_reminder_id)


@routes.read("/clients/{int:client_id}/dunning-stops", Listing[StopRow])
@guarded(VIEW_BILLING)
def list_stops(request: HttpRequest, client_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """Disputes, promises and pauses of a client, also those that ended."""
    return page(DunningStop.objects.filter(client=_client(client_id)), wanted)


@routes.write("/invoices/{int:invoice_id}/promise", StopRow, status=201)
@guarded(RECORD_PAYMENTS)
def promise(request: HttpRequest, invoice_id: int, wish: PromiseWish) -> DunningStop:
    """The client promised to pay by a day: no reminders through it."""
    today, at = clock.today(request.user), clock.now()
    return record_promise(invoice=find(invoice_id), by=request.user, on=today, at=at, **wish.model_dump())


@routes.write("/invoices/{int:invoice_id}/dispute", StopRow, status=201)
@guarded(RECORD_PAYMENTS)
def dispute(request: HttpRequest, invoice_id: int, wish: DisputeWish) -> DunningStop:
    """The client disputes the invoice: no reminders and no late fee until it is resolved."""
    today, at = clock.today(request.user), clock.now()
    return open_dispute(invoice=find(invoice_id), by=request.user, on=today, at=at, **wish.model_dump())


@routes.write("/invoices/{int:invoice_id}/pause-reminders", StopRow, status=201)
@guarded(RECORD_PAYMENTS)
def pause_invoice(request: HttpRequest, invoice_id: int, wish: PauseWish) -> DunningStop:
    """No reminders of one invoice, until a day or until it is ended."""
    invoice = find(invoice_id)
    today, at = clock.today(request.user), clock.now()
    return pause_reminders(
        client=invoice.client, invoice=invoice, by=request.user, on=today, at=at, **wish.model_dump()
    )


@routes.write("/clients/{int:client_id}/pause-reminders", StopRow, status=201)
@guarded(RECORD_PAYMENTS)
def pause_client(request: HttpRequest, client_id: int, wish: PauseWish) -> DunningStop:
    """No reminders of anything of a client, until a day or until it is ended."""
    today, at = clock.today(request.user), clock.now()
    return pause_reminders(client=_client(client_id), by=request.user, on=today, at=at, **wish.model_dump())


@routes.write("/dunning-stops/{int:stop_id}/end", StopRow)
@guarded(RECORD_PAYMENTS)
def end(request: HttpRequest, stop_id: int, wish: EndWish) -> DunningStop:
    """Resolves a dispute, withdraws a promise, ends a pause."""
    stop = get_object_or_404(DunningStop, pk=stop_id)
    return end_stop(stop=stop, by=request.user, on=clock.today(request.user), **wish.model_dump())


@routes.read("/clients/{int:client_id}/late-fees", Listing[LateFeeRow])
@guarded(VIEW_BILLING)
def list_late_fees(request: HttpRequest, client_id: int, wanted: Query[Part]) -> dict[str, Any]:
    """What paying late cost a client."""
    return page(LateFee.objects.filter(invoice__client=_client(client_id)), wanted)

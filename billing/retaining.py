"""Retainers: opened and changed; deposits that come in, and what is given back of them."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.access import ISSUE_INVOICES, RECORD_PAYMENTS
from billing.models import DepositRequest, Invoice, Payment, Retainer, RetainerMovement
from billing.pricing.retainer_deposit import Take
from billing.realising import realise
from billing.retainers import tranches
from clients.entities import entity_of
from clients.models import Client
from core import audit
from core.errors import Refusal
from core.money import ZERO, format_amount, round_amount
from core.periods import add_months
from core.promises import promises
from ledger.models import Account, JournalEntry
from ledger.posting import Line, check_open, post_entry
from people.access import require
from people.models import User
from projects.models import Project

Purpose = Account.Purpose
Kind = RetainerMovement.Kind


class NotItsProject(Refusal):
    """A retainer for a project belongs to the project's client."""

    sentence = "{project} is no project of {client}. Choose one of its projects, or none."


class TargetIsTooLow(Refusal):
    """Topping up goes up to the target."""

    sentence = "The target is at least the minimum, and neither is below zero."


class NotSoMuchLeft(Refusal):
    """More than the retainer holds on that day."""

    sentence = "The retainer holds {amount} on that day. Nothing was paid back."


class LiesInTheFuture(Refusal):
    """Money moves today or has moved."""

    sentence = "This day lies in the future."


def open_retainer(
    *,
    client: Client,
    project: Project | None,
    by: User | None,
    minimum: Decimal = ZERO,
    target: Decimal = ZERO,
    expires_after_months: int | None = None,
    draws_by_itself: bool = True,
) -> Retainer:
    """A retainer in the client's currency, for one of its projects or for all; empty until a deposit is paid.

    One for each client, project and currency. Raises NotAllowed, NotItsProject, TargetIsTooLow, Refusal.
    """
    require(by, ISSUE_INVOICES)
    if project is not None and project.client_id != client.pk:
        raise NotItsProject(project=project.name, client=client.name, field="project")
    with promises(), transaction.atomic():
        retainer = Retainer(
            entity=entity_of(client),
            client=client,
            project=project,
            currency=client.currency,
        )
        _set(retainer, minimum, target, expires_after_months, draws_by_itself)
        retainer.save()
        audit.acting("retainer.open", by=by, subject=retainer)
    return retainer


def change_retainer(
    *,
    retainer: Retainer,
    by: User | None,
    minimum: Decimal,
    target: Decimal,
    expires_after_months: int | None,
    draws_by_itself: bool,
) -> Retainer:
    """Changes the terms; a new expiry counts for deposits that come in from now on.

    Raises NotAllowed, TargetIsTooLow.
    """
    require(by, ISSUE_INVOICES)
    with promises(), transaction.atomic():
        retainer = Retainer.objects.select_for_update().get(pk=retainer.pk)
        audit.acting("retainer.change", by=by, subject=retainer)
        _set(retainer, minimum, target, expires_after_months, draws_by_itself)
        retainer.save()
    return retainer


def _set(
    retainer: Retainer, minimum: Decimal, target: Decimal, months: int | None, draws_by_itself: bool
) -> None:
    if minimum < 0 or target < minimum:
        raise TargetIsTooLow(field="target")
    retainer.minimum_amount = round_amount(minimum, retainer.currency)
    retainer.target_amount = round_amount(target, retainer.currency)
    retainer.expires_after_months = months
    retainer.draws_by_itself = draws_by_itself


def take_deposit(*, payment: Payment, request: Invoice, amount: Decimal, entry: JournalEntry) -> None:
    """A deposit request was paid: the retainer holds so much more. Part of the payment's transaction and entry."""
    assert payment.received_on is not None
    retainer = DepositRequest.objects.select_related("retainer").get(invoice=request).retainer
    months = retainer.expires_after_months
    RetainerMovement.objects.create(
        retainer=retainer,
        kind=Kind.DEPOSIT,
        happened_on=payment.received_on,
        amount=amount,
        expires_on=add_months(payment.received_on, months) if months else None,
        invoice=request,
        payment=payment,
        entry=entry,
        reference=payment.reference,
        recorded_by_name=payment.recorded_by_name,
    )


def refund_retainer(
    *,
    retainer: Retainer,
    amount: Decimal,
    refunded_on: date,
    by: User | None,
    on: date,
    reference: str = "",
    note: str = "",
) -> list[RetainerMovement]:
    """Records that so much was paid back to the client: Dr client retainers / Cr bank. Expired deposits go first.

    `on` is today for the person who records it. Raises NotAllowed, NotSoMuchLeft, LiesInTheFuture, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    if refunded_on > on:
        raise LiesInTheFuture(field="refunded_on")
    with promises(), transaction.atomic():
        retainer = _locked(retainer)
        check_open(refunded_on, field="refunded_on")
        takes = _refunds(retainer, round_amount(amount, retainer.currency), refunded_on)
        with audit.acting("retainer.refund", by=by, subject=retainer, amount=amount):
            entry = post_entry(
                entity=retainer.entity,
                posted_on=refunded_on,
                memo=f"Refund of retainer, {retainer.client}",
                currency=retainer.currency,
                source_kind="billing.retainer",
                lines=[
                    Line(
                        Purpose.DEPOSITS,
                        debit=sum((take.amount for take in takes), ZERO),
                        client=retainer.client,
                        project=retainer.project,
                    ),
                    Line(
                        Purpose.BANK,
                        credit=sum((take.amount for take in takes), ZERO),
                        client=retainer.client,
                    ),
                ],
                by=by,
            )
            paid_back = RetainerMovement.objects.bulk_create(
                RetainerMovement(
                    retainer=retainer,
                    kind=Kind.REFUND,
                    happened_on=refunded_on,
                    amount=-take.amount,
                    deposit_id=take.tranche.deposit_id,
                    entry=entry,
                    reference=reference,
                    note=note,
                    recorded_by_name=by.name if by else "",
                )
                for take in takes
            )
            for movement in paid_back:
                realise(settled=movement, by=by)
    return paid_back


def _locked(retainer: Retainer) -> Retainer:
    rows = Retainer.objects.select_for_update(of=("self",)).select_related("client", "entity", "project")
    return rows.get(pk=retainer.pk)


def _refunds(retainer: Retainer, amount: Decimal, on: date) -> list[Take]:
    """Which deposits are paid back: those that expired, then in the order of draws."""
    held = sorted(
        tranches([retainer], on),
        key=lambda each: (each.expires_on is None or each.expires_on >= on, each.order),
    )
    left = sum((tranche.available for tranche in held), ZERO)
    if not ZERO < amount <= left:
        words = format_amount(left, retainer.currency)
        raise NotSoMuchLeft(amount=words, field="amount")
    takes: list[Take] = []
    for tranche in held:
        part = min(amount, tranche.available)
        if part > 0:
            takes.append(Take(tranche, part))
            amount -= part
    return takes

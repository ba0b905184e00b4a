"""Drawing: a work invoice is paid from what the client has paid ahead, and is given back when the invoice is void.

A draw is a payment of method RETAINER (no money comes in) with one movement for each deposit it takes from:
Dr client retainers / Cr receivables. Locks the invoice, then the retainers in the order of their ids.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max, QuerySet

from billing.access import RECORD_PAYMENTS
from billing.balance import balance_of
from billing.credit_balance import first_day_of_invoice
from billing.depositing import request_deposit
from billing.events import retainer_drawn
from billing.models import (
    Invoice,
    Payment,
    PaymentApplication,
    PaymentJournal,
    Retainer,
    RetainerMovement,
)
from billing.pricing.retainer_deposit import Take, plan, top_up
from billing.realising import realise, undo_difference
from billing.retainers import holdings, retainers_for, tranches
from core import audit
from core.errors import Refusal
from core.money import ZERO, format_amount, round_amount
from core.promises import promises
from ledger.models import Account
from ledger.posting import Line, check_open, post_entry
from ledger.reversing import reverse_entry
from people.access import require
from people.models import User

Purpose = Account.Purpose
Kind = RetainerMovement.Kind
DRAWN = "drawn"


class NothingToDraw(Refusal):
    """No retainer of the client holds anything for this invoice, or nothing is due."""

    sentence = "No retainer holds money for this invoice, or nothing is due on it. Nothing was drawn."


class DrawsTooMuch(Refusal):
    """More than is due, or more than is there."""

    sentence = "At most {amount} can be drawn for this invoice on that day."


class TooEarly(Refusal):
    """A draw pays an invoice that is there and due."""

    sentence = (
        "The draw lies between {first}, the invoice's date or the last day on which something was taken off it, "
        "and today."
    )


def draw_retainer(
    *,
    invoice: Invoice,
    by: User | None,
    drawn_on: date,
    on: date,
    at: datetime,
    amount: Decimal | None = None,
) -> list[Payment]:
    """Pays an issued invoice from the client's retainers: min(what is due with tax, what is available).

    Money for the project goes before money for the whole client, and what expires first goes first. `amount` draws
    less; `on` is today for the person. Where a retainer falls below its minimum, a deposit is asked for. One payment
    for each retainer. Raises NotAllowed, NothingToDraw, DrawsTooMuch, TooEarly, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).select_related("client").get(pk=invoice.pk)
        if invoice.state != Invoice.State.ISSUED or invoice.kind != Invoice.Kind.INVOICE:
            raise NothingToDraw
        first = first_day_of_invoice(invoice, date.min)
        if not first <= drawn_on <= on:
            raise TooEarly(first=f"{first:%d %b %Y}", field="drawn_on")
        check_open(drawn_on, field="drawn_on")
        paid = _draw(invoice, retainers_for(invoice), on=drawn_on, at=at, by=by, amount=amount)
    if not paid:
        raise NothingToDraw
    return paid


def draw_on_issue(*, invoice: Invoice, on: date, at: datetime, by: User | None) -> list[Payment]:
    """What an invoice that was just issued draws by itself, within its transaction. One statement if there is none."""
    willing = [retainer for retainer in retainers_for(invoice) if retainer.draws_by_itself]
    return _draw(invoice, willing, on=on, at=at, by=by, amount=None) if willing else []


def _draw(
    invoice: Invoice,
    retainers: list[Retainer],
    *,
    on: date,
    at: datetime,
    by: User | None,
    amount: Decimal | None,
) -> list[Payment]:
    by_id = {retainer.pk: retainer for retainer in retainers}
    # The lock first: what is read after it is what others left.
    list(Retainer.objects.select_for_update().filter(pk__in=by_id).order_by("pk").values_list("pk"))
    due = balance_of(invoice).payable
    wanted = due if amount is None else round_amount(amount, invoice.currency)
    takes = plan(tranches(retainers, on), wanted, on) if wanted > 0 else []
    most = sum((take.amount for take in takes), ZERO)
    if amount is not None and not (ZERO < wanted <= due and most == wanted):
        possible = sum((take.amount for take in plan(tranches(retainers, on), due, on)), ZERO)
        raise DrawsTooMuch(amount=format_amount(possible, invoice.currency), field="amount")
    parts: dict[int, list[Take]] = {}
    for take in takes:
        parts.setdefault(take.tranche.retainer_id, []).append(take)
    paid = [_pay(invoice, by_id[pk], parts[pk], on=on, at=at, by=by) for pk in parts]
    _top_up([by_id[pk] for pk in parts], on=on, at=at)
    return paid


def _pay(
    invoice: Invoice, retainer: Retainer, takes: list[Take], *, on: date, at: datetime, by: User | None
) -> Payment:
    """One retainer's part: the payment, its entry in the books, a movement for each deposit."""
    amount = sum((take.amount for take in takes), ZERO)
    with audit.acting("retainer.draw", by=by, subject=invoice, amount=amount, retainer=retainer.pk):
        payment = Payment.objects.create(
            client_id=invoice.client_id,
            entity_id=invoice.entity_id,
            state=Payment.State.SUCCEEDED,
            method=Payment.Method.RETAINER,
            currency=invoice.currency,
            amount=amount,
            received_on=on,
            intended_invoice=invoice,
            recorded_by_name=by.name if by else "",
        )
        applied = PaymentApplication.objects.create(payment=payment, invoice=invoice, amount=amount)
        entry = post_entry(
            entity=retainer.entity,
            posted_on=on,
            memo=f"Draw for invoice {invoice.number}, {retainer.client}",
            currency=invoice.currency,
            source_kind="billing.retainer",
            lines=[
                Line(Purpose.DEPOSITS, debit=amount, client=retainer.client, project=retainer.project),
                Line(Purpose.RECEIVABLES, credit=amount, client=retainer.client),
            ],
            by=by,
        )
        PaymentJournal.objects.create(payment=payment, entry=entry, reason=DRAWN)
        RetainerMovement.objects.bulk_create(
            RetainerMovement(
                retainer=retainer,
                kind=Kind.DRAW,
                happened_on=on,
                amount=-take.amount,
                deposit_id=take.tranche.deposit_id,
                invoice=invoice,
                payment=payment,
                entry=entry,
                recorded_by_name=by.name if by else "",
            )
            for take in takes
        )
        # What the deposits were worth when they came is known once it is said which of them were drawn.
        realise(settled=applied, by=by)
        retainer_drawn.send(sender=Payment, payment=payment, invoice=invoice, at=at)
    return payment


def _top_up(drawn: list[Retainer], *, on: date, at: datetime) -> None:
    """Asks for what is missing from the target where the balance fell below the minimum. By itself: nobody asked."""
    for holding in holdings(drawn, on):
        amount = top_up(
            balance=holding.available,
            minimum=holding.retainer.minimum_amount,
            target=holding.retainer.target_amount,
            requested=holding.requested,
        )
        if amount > 0:
            request_deposit(retainer=holding.retainer, amount=amount, by=None, on=on, at=at, is_top_up=True)


def last_drawn_on(invoice: Invoice) -> date | None:
    """The day of the latest draw that stands."""
    return _draws(invoice).aggregate(day=Max("received_on"))["day"]


def _draws(invoice: Invoice) -> QuerySet[Payment]:
    return Payment.objects.filter(
        method=Payment.Method.RETAINER, applications__invoice=invoice, applications__undone_on=None
    )


def return_draws(*, invoice: Invoice, on: date, by: User | None) -> None:
    """Gives every draw of an invoice back to the deposits it came from, on the day `on`, with the opposite entry.

    Part of the transaction that locked the invoice. Raises BooksAreClosed.
    """
    draws = list(_draws(invoice).order_by("pk"))
    if not draws:
        return
    movements = RetainerMovement.objects.filter(payment__in=draws, kind=Kind.DRAW).select_related("retainer")
    taken = list(movements.order_by("pk"))
    ids = {movement.retainer_id for movement in taken}
    list(Retainer.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    for payment in draws:
        drawn = payment.journal.select_related("entry").get(reason=DRAWN).entry
        entry = reverse_entry(entry=drawn, on=on, by=by, memo=f"Return of the {drawn.memo.lower()}")
        applied = PaymentApplication.objects.get(payment=payment, invoice=invoice, undone_on=None)
        applied.undone_on, applied.undo_entry = on, entry
        applied.save(update_fields=["undone_on", "undo_entry"])
        undo_difference(settled=applied, on=on, by=by)
        RetainerMovement.objects.bulk_create(
            RetainerMovement(
                retainer_id=movement.retainer_id,
                kind=Kind.RETURN,
                happened_on=on,
                amount=-movement.amount,
                deposit_id=movement.deposit_id,
                invoice=invoice,
                payment=payment,
                entry=entry,
                recorded_by_name=by.name if by else "",
            )
            for movement in taken
            if movement.payment_id == payment.pk
        )

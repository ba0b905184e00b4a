"""Giving money back: of a credit memo, or of what a payment left over. Recorded; the money leaves at the bank."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.access import RECORD_PAYMENTS
from billing.credit_balance import credit_left, first_day_of_credit, first_day_of_payment, payment_left
from billing.exchange import rate_of_day
from billing.models import CreditMemo, Payment, Refund
from billing.realising import realise, undo_difference
from core import audit
from core.errors import Conflict, Refusal
from core.money import format_amount, round_amount
from core.promises import promises
from ledger.models import Account
from ledger.posting import Line, check_open, post_entry
from ledger.reversing import reverse_entry
from people.access import require
from people.models import User

Purpose = Account.Purpose


class CannotRefund(Refusal):
    """More than is left, or on a day on which it was not there; the message says which."""


class AlreadyUndone(Conflict):
    """Somebody took it back before."""

    sentence = "This refund was taken back already."


def record_refund(
    *,
    source: CreditMemo | Payment,
    by: User | None,
    refunded_on: date,
    on: date,
    amount: Decimal | None = None,
    method: str = Refund.Method.CHECK,
    reference: str = "",
    reason: str = "",
) -> Refund:
    """Records that the unused rest of a credit memo or payment went back to the client: by default all of it.

    No invoice is touched. `on` is today for the person. Dr customer credits / Cr bank. Raises NotAllowed,
    CannotRefund, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        found = (
            type(source)
            .objects.select_for_update(of=("self",))
            .select_related("client", "entity")
            .get(pk=source.pk)
        )
        amount = _checked(found, amount, refunded_on, on)
        with audit.acting("refund.record", by=by, subject=found, why=reason, amount=str(amount)):
            entry = post_entry(
                entity=found.entity,
                posted_on=refunded_on,
                memo=f"Refund to {found.client.name}",
                currency=found.currency,
                source_kind="billing.refund",
                lines=[
                    Line(Purpose.CREDITS, debit=amount, client=found.client),
                    Line(Purpose.BANK, credit=amount, client=found.client),
                ],
                by=by,
            )
            refund = Refund.objects.create(
                client=found.client,
                entity=found.entity,
                credit=found if isinstance(found, CreditMemo) else None,
                payment=found if isinstance(found, Payment) else None,
                currency=found.currency,
                amount=amount,
                method=method,
                refunded_on=refunded_on,
                exchange_rate=rate_of_day(found.currency, found.entity, refunded_on),
                reference=reference.strip()[:80],
                reason=reason.strip()[:300],
                entry=entry,
                recorded_by_name=by.name if by else "",
            )
            realise(settled=refund, by=by)
    return refund


def _checked(source: CreditMemo | Payment, amount: Decimal | None, refunded_on: date, on: date) -> Decimal:
    """The amount. Raises CannotRefund, BooksAreClosed."""
    if isinstance(source, CreditMemo):
        left, first = credit_left(source), first_day_of_credit(source, date.min)
    else:
        left, first = payment_left(source), first_day_of_payment(source, date.min)
    if left <= 0:
        raise CannotRefund("Nothing is left to refund.")
    if not first <= refunded_on <= on:
        raise CannotRefund(
            f"The refund lies between {first:%d %b %Y}, when the money was free, and today.",
            field="refunded_on",
        )
    check_open(refunded_on, field="refunded_on")
    wanted = left if amount is None else round_amount(amount, source.currency)
    if not 0 < wanted <= left:
        words = format_amount(left, source.currency)
        raise CannotRefund(f"Refund more than nothing and at most {words}.", field="amount")
    return wanted


def cancel_refund(*, refund: Refund, by: User | None, on: date) -> Refund:
    """Takes a refund back that never left, or came back: the client has its credit again from the day `on`.

    Raises NotAllowed, AlreadyUndone, BooksAreClosed.
    """
    require(by, RECORD_PAYMENTS)
    with promises(), transaction.atomic():
        found = Refund.objects.select_for_update(of=("self",)).select_related("entry").get(pk=refund.pk)
        if found.undone_on is not None:
            raise AlreadyUndone
        with audit.acting("refund.cancel", by=by, subject=found):
            found.undone_on = max(on, found.refunded_on)
            found.undo_entry = reverse_entry(entry=found.entry, on=found.undone_on, by=by)
            found.save(update_fields=["undone_on", "undo_entry"])
            undo_difference(settled=found, on=found.undone_on, by=by)
    return found

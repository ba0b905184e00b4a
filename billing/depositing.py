"""Asking a client for a deposit: a document with a number and a link to pay, but no sale and no receivable."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from billing.access import ISSUE_INVOICES
from billing.freezing import freeze
from billing.models import DepositRequest, Invoice, InvoiceLine, Retainer
from clients.models import PaymentTerms
from core import audit
from core.errors import Refusal
from core.money import round_amount
from core.promises import promises
from people.access import require
from people.models import User


class NotADeposit(Refusal):
    """Nobody is asked for nothing."""

    sentence = "Ask for an amount above zero."


class AddressIsMissing(Refusal):
    """A document needs an address."""

    sentence = "{client} has no billing address. Add it to the client, then ask for the deposit."


def request_deposit(
    *,
    retainer: Retainer,
    amount: Decimal,
    by: User | None,
    on: date,
    at: datetime,
    is_top_up: bool = False,
) -> Invoice:
    """Issues a deposit request of the day `on`. The retainer grows when it is paid, by what is paid.

    Nothing is posted yet: Dr bank / Cr client retainers comes with the money. Raises NotAllowed, NotADeposit,
    AddressIsMissing.
    """
    require(by, ISSUE_INVOICES)
    amount = round_amount(amount, retainer.currency)
    if amount <= 0:
        raise NotADeposit(field="amount")
    if not retainer.client.billing_address.strip():
        raise AddressIsMissing(client=retainer.client.name)
    with promises(), transaction.atomic():
        request = _draft(retainer, amount, by)
        with audit.acting("retainer.request", by=by, subject=request, amount=amount, is_top_up=is_top_up):
            line = InvoiceLine.objects.create(
                invoice=request,
                description=request.title,
                computed_amount=amount,
                amount=amount,
                is_taxable=False,
            )
            DepositRequest.objects.create(invoice=request, retainer=retainer, is_top_up=is_top_up)
            freeze(request, [line], on=on, due_on=request.terms.due_on(on) if request.terms else on, at=at)
    return request


def _draft(retainer: Retainer, amount: Decimal, by: User | None) -> Invoice:
    """The document in the client's language."""
    client = retainer.client
    with translation.override(client.language):
        title = gettext("Retainer deposit")
        message = gettext(
            "We hold this deposit for you. Coming invoices are paid from it, and what is left stays yours."
        )
    return Invoice.objects.create(
        kind=Invoice.Kind.DEPOSIT,
        entity=retainer.entity,
        client=client,
        project=retainer.project,
        currency=retainer.currency,
        title=f"{title}, {retainer.project.name}" if retainer.project else title,
        terms=client.payment_terms or PaymentTerms.objects.filter(is_default=True).first(),
        po_number=retainer.project.po_number if retainer.project else "",
        message=message,
        detail=Invoice.Detail.GROUPED,
        subtotal_amount=amount,
        total_amount=amount,
        drafted_by=by,
    )

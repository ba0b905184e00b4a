"""Discounts of a draft, and what taxes its lines."""

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from pydantic import Field

from billing.access import DRAFT_INVOICES
from billing.api.invoices import find, routes
from billing.api.schemas import InvoiceAnswer, Seen, invoice_answer
from billing.choosing_taxes import choose_tax, follow_client
from billing.discounting import DiscountWish, remove_discount, set_discount
from billing.models import Discount, InvoiceLine
from clients.models import TaxCode
from core import clock
from core.api import Id, Wish, WishedAmount
from people.guards import guarded

Percent = Annotated[Decimal, Field(gt=0, le=100, max_digits=6, decimal_places=3)]


class DiscountPut(Wish):
    """Either a percentage or an amount, before tax."""

    line_id: Id | None = Field(None, description="Off this line; left out: off the whole invoice.")
    percent: Percent | None = None
    amount: WishedAmount | None = None
    reason: str = Field(max_length=120, description="Printed beside it.")
    version: Seen = None


class LineTaxPut(Wish):
    tax_code_id: Id | None = Field(None, description="Null for no tax.")
    is_tax_chosen: bool = Field(
        True, description="False: by the client's record again, whatever code stands here."
    )
    version: Seen = None


@routes.write("/invoices/{int:invoice_id}/discounts", InvoiceAnswer, method="PUT")
@guarded(DRAFT_INVOICES)
def put_discount(request: HttpRequest, invoice_id: int, wish: DiscountPut) -> InvoiceAnswer:
    """Sets the discount of a line or of the whole draft, in place of the one that is there.

    A line's own comes off first, then the invoice's of what is left; taxes come after both.
    """
    set_discount(
        invoice=find(invoice_id),
        line=_line(invoice_id, wish.line_id) if wish.line_id else None,
        wanted=DiscountWish(wish.reason, wish.percent, wish.amount),
        by=request.user,
        version=wish.version,
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/discounts/{int:discount_id}", InvoiceAnswer, method="DELETE")
@guarded(DRAFT_INVOICES)
def delete_discount(
    request: HttpRequest, invoice_id: int, discount_id: int, version: Seen = None
) -> InvoiceAnswer:
    """Takes a discount off a draft."""
    rows = Discount.objects.select_related("invoice")
    remove_discount(
        discount=get_object_or_404(rows, pk=discount_id, invoice=invoice_id), by=request.user, version=version
    )
    return invoice_answer(invoice_id, clock.today(request.user))


@routes.write("/invoices/{int:invoice_id}/lines/{int:line_id}/tax", InvoiceAnswer, method="PUT")
@guarded(DRAFT_INVOICES)
def put_line_tax(request: HttpRequest, invoice_id: int, line_id: int, wish: LineTaxPut) -> InvoiceAnswer:
    """Chooses the tax code of a line of a draft, or has its client's record decide again."""
    line = _line(invoice_id, line_id)
    if wish.is_tax_chosen:
        code = get_object_or_404(TaxCode, pk=wish.tax_code_id) if wish.tax_code_id else None
        choose_tax(line=line, code=code, by=request.user, version=wish.version)
    else:
        follow_client(line=line, by=request.user, version=wish.version)
    return invoice_answer(invoice_id, clock.today(request.user))


def _line(invoice_id: int, line_id: int) -> InvoiceLine:
    return get_object_or_404(InvoiceLine.objects.select_related("invoice"), pk=line_id, invoice=invoice_id)

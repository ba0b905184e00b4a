"""Realised exchange differences for programs."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Query, Schema

from billing.access import RECORD_PAYMENTS, VIEW_BILLING
from billing.exchange import missing_count
from billing.models import ExchangeDifference
from billing.realising import work_out_missing
from core.api import Amount, Day, Id, Listing, Part, Routes, Row, page
from people.guards import guarded

routes = Routes("billing")


class ExchangeDifferenceRow(Row):
    """A gain (above zero) or loss of one settlement, in the legal entity's currency.

    Exactly one of the four sources is there. The movement is a deposit of a retainer that was paid back.
    """

    id: int
    payment_id: int | None
    credit_id: int | None
    refund_id: int | None
    movement_id: int | None
    invoice_id: int | None
    happened_on: date
    currency: str
    amount: Amount
    booked_rate: Amount
    settled_rate: Amount
    base_currency: str
    difference_amount: Amount
    entry_id: int | None
    undone_on: date | None

    @staticmethod
    def resolve_payment_id(row: ExchangeDifference) -> int | None:
        return row.application.payment_id if row.application else None

    @staticmethod
    def resolve_credit_id(row: ExchangeDifference) -> int | None:
        return row.credit_application.credit_id if row.credit_application else None

    @staticmethod
    def resolve_invoice_id(row: ExchangeDifference) -> int | None:
        applied = row.application or row.credit_application
        return applied.invoice_id if applied else None


class ExchangeFilters(Part):
    first_on: Day | None = None
    last_on: Day | None = None
    invoice_id: Id | None = None


class WorkedOut(Schema):
    worked_out: int
    missing: int


@routes.read("/exchange-differences", Listing[ExchangeDifferenceRow])
@guarded(VIEW_BILLING)
def list_exchange_differences(request: HttpRequest, wanted: Query[ExchangeFilters]) -> dict[str, Any]:
    """What settlements in other currencies brought or cost, those taken back too."""
    rows: QuerySet[ExchangeDifference] = ExchangeDifference.objects.select_related(
        "application", "credit_application"
    )
    asked = {"happened_on__gte": wanted.first_on, "happened_on__lte": wanted.last_on}
    rows = rows.filter(**{name: value for name, value in asked.items() if value is not None})
    if wanted.invoice_id is not None:
        paid = rows.filter(application__invoice=wanted.invoice_id)
        rows = paid | rows.filter(credit_application__invoice=wanted.invoice_id)
    return page(rows, wanted)


@routes.write("/exchange-differences/work-out", WorkedOut)
@guarded(RECORD_PAYMENTS)
def work_out(request: HttpRequest) -> WorkedOut:
    """Posts the differences whose rates were missing and have been entered since."""
    return WorkedOut(worked_out=work_out_missing(by=request.user), missing=missing_count())

"""Who pays for projects: shares from a day on."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from pydantic import Field

from billing.access import VIEW_BILLING
from clients.models import Client, Contact, PaymentTerms
from core.api import Amount, Id, Routes, Row, Wish, WishedAmount
from people.guards import guarded
from projects.access import require_manage, visible_to
from projects.models import BillingSplit, ContractLine, Payer, Project
from projects.paying import PayerWish, arrange_payers, remove_payers
from projects.splits import splits_of

routes = Routes("billing")


class PayerRow(Row):
    client_id: int
    client_name: str
    percent: Amount
    contract_line_id: int | None = Field(description="Null: everything without shares of its own.")
    terms_id: int | None
    po_number: str
    contact_id: int | None = Field(description="Who gets the invoices; null: the client's billing contacts.")

    @staticmethod
    def resolve_client_name(payer: Payer) -> str:
        return payer.client.name


class SplitRow(Row):
    """Who pays from a day on; `starts_on` null is from the beginning. Without payers the project's client alone."""

    id: int
    project_id: int
    starts_on: date | None
    payers: list[PayerRow]

    @staticmethod
    def resolve_payers(split: BillingSplit) -> Sequence[Payer]:
        return list(split.payers.all())


class ShareWish(Wish):
    client_id: Id
    percent: WishedAmount
    contract_line_id: Id | None = None
    terms_id: Id | None = None
    po_number: str = Field("", max_length=40)
    contact_id: Id | None = None


class SplitWish(Wish):
    """The shares of a scope (a contract line, or everything else) add up to 100."""

    starts_on: date | None = None
    payers: list[ShareWish] = Field(max_length=50)


@routes.read("/projects/{int:project_id}/payers", list[SplitRow])
@guarded(VIEW_BILLING)
def list_payers(request: HttpRequest, project_id: int) -> list[BillingSplit]:
    """Who pays for a project, in the order of the days."""
    return list(splits_of(_project(request, project_id)))


@routes.write("/projects/{int:project_id}/payers", SplitRow, method="PUT")
@guarded(VIEW_BILLING)
def set_payers(request: HttpRequest, project_id: int, wish: SplitWish) -> BillingSplit:
    """Who pays from a day on, in place of what was arranged for that very day.

    Refused once an invoice was issued by these shares; drafts of the project are stale afterwards.
    """
    project = _project(request, project_id)
    require_manage(request.user, project)
    payers = [_wish(each) for each in wish.payers]
    split = arrange_payers(project=project, starts_on=wish.starts_on, payers=payers, by=request.user)
    return splits_of(project).get(pk=split.pk)


@routes.write("/payers/{int:split_id}", method="DELETE")
@guarded(VIEW_BILLING)
def delete_payers(request: HttpRequest, split_id: int) -> None:
    """What was arranged before holds on."""
    split = get_object_or_404(BillingSplit.objects.filter(project__in=visible_to(request.user)), pk=split_id)
    remove_payers(split=split, by=request.user)


def _project(request: HttpRequest, project_id: int) -> Project:
    return get_object_or_404(visible_to(request.user).select_related("client"), pk=project_id)


def _wish(wish: ShareWish) -> PayerWish:
    return PayerWish(
        client=get_object_or_404(Client, pk=wish.client_id),
        percent=Decimal(wish.percent),
        contract_line=_one(ContractLine, wish.contract_line_id),
        terms=_one(PaymentTerms, wish.terms_id),
        po_number=wish.po_number,
        contact=_one(Contact, wish.contact_id),
    )


def _one(model: Any, pk: int | None) -> Any:
    return None if pk is None else get_object_or_404(model, pk=pk)

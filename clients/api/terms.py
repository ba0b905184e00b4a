"""Payment terms and tax codes by the API."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query
from pydantic import Field

from clients.access import MANAGE_CLIENTS, MANAGE_TERMS
from clients.agreeing import add_terms, edit_terms
from clients.forms import TermsForm
from clients.models import PaymentTerms, TaxCode, TaxComponent, TaxRate
from clients.tax_forms import TaxForm
from clients.taxing import MOST_COMPONENTS, add_tax, edit_tax
from core.api import Amount, Day, Listing, Part, Routes, Row, Wish, WishedAmount, cleaned, page, words_of
from people.guards import guarded

routes = Routes("clients")
TermsBasis = Annotated[PaymentTerms.Basis, words_of(PaymentTerms.Basis)]


class TermsRow(Row):
    """When an invoice is due; paying all of it within `discount_days` of its date saves `discount_percent`."""

    id: int
    name: str
    basis: TermsBasis
    net_days: int
    discount_percent: Amount
    discount_days: int
    is_default: bool


class TermsWish(Wish):
    name: str
    basis: TermsBasis = PaymentTerms.Basis.DATE
    net_days: int | None = None
    discount_percent: WishedAmount | None = None
    discount_days: int | None = None
    is_default: bool = False


class TermsChange(TermsWish):
    name: str = ""


class TaxRateRow(Row):
    """A rate; without a day it applies from the beginning, until the next one."""

    rate_percent: Amount
    first_on: date | None


class ComponentRow(Row):
    """One tax of a code, in its order; a compound one is taken of the net amount and those before it."""

    id: int
    name: str
    is_compound: bool
    rates: list[TaxRateRow]

    @staticmethod
    def resolve_rates(component: TaxComponent) -> list[TaxRate]:
        return list(component.rates.all())


class TaxRow(Row):
    """What a line may be taxed by."""

    id: int
    name: str
    is_inclusive: bool = Field(description="Prices contain the tax.")
    note: str = Field(description="Printed on documents that carry the code.")
    is_active: bool
    components: list[ComponentRow]

    @staticmethod
    def resolve_components(tax: TaxCode) -> list[TaxComponent]:
        return [part for part in tax.components.all() if part.is_active]


class ComponentWish(Wish):
    """One tax of a code; without a name it is called like the code."""

    name: str = ""
    rate_percent: WishedAmount
    is_compound: bool = False


class TaxWish(Wish):
    name: str
    components: list[ComponentWish] = Field(max_length=MOST_COMPONENTS)
    is_inclusive: bool = False
    note: str = ""


class TaxChange(Wish):
    """What is left out stays. `components` are given whole, in their order."""

    name: str = ""
    components: list[ComponentWish] = Field([], max_length=MOST_COMPONENTS)
    is_inclusive: bool = False
    note: str = ""
    is_active: bool = True
    first_on: Day | None = Field(None, description="Rates that differ apply from that day on.")


@routes.read("/payment-terms", Listing[TermsRow])
@guarded(MANAGE_TERMS, MANAGE_CLIENTS)
def list_payment_terms(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """When invoices are due, and what paying early saves."""
    return page(PaymentTerms.objects.all(), part)


@routes.write("/payment-terms", TermsRow, status=201)
@guarded(MANAGE_TERMS)
def create_payment_terms(request: HttpRequest, wish: TermsWish) -> PaymentTerms:
    """Adds payment terms; `is_default` makes them the usual ones for new clients."""
    return add_terms(by=request.user, **cleaned(TermsForm, wish))


@routes.write("/payment-terms/{int:terms_id}", TermsRow, method="PATCH")
@guarded(MANAGE_TERMS)
def change_payment_terms(request: HttpRequest, terms_id: int, wish: TermsChange) -> PaymentTerms:
    """Changes terms; issued invoices keep their due dates."""
    terms = get_object_or_404(PaymentTerms, pk=terms_id)
    return edit_terms(terms=terms, by=request.user, **cleaned(TermsForm, wish, terms=terms))


@routes.read("/tax-codes", Listing[TaxRow])
@guarded(MANAGE_TERMS, MANAGE_CLIENTS)
def list_tax_codes(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """The tax codes that lines of invoices may carry, with their rates."""
    return page(TaxCode.objects.prefetch_related("components__rates"), part)


@routes.write("/tax-codes", TaxRow, status=201)
@guarded(MANAGE_TERMS)
def create_tax_code(request: HttpRequest, wish: TaxWish) -> TaxCode:
    """Adds a tax code of up to five taxes; its rates apply from the beginning."""
    return add_tax(by=request.user, **cleaned(TaxForm, {}, given=_fields(wish)))


@routes.write("/tax-codes/{int:tax_id}", TaxRow, method="PATCH")
@guarded(MANAGE_TERMS)
def change_tax_code(request: HttpRequest, tax_id: int, wish: TaxChange) -> TaxCode:
    """Changes a tax code; issued invoices keep the rates they were issued with."""
    tax = get_object_or_404(TaxCode, pk=tax_id)
    edit_tax(tax=tax, by=request.user, **cleaned(TaxForm, {}, given=_fields(wish), tax=tax))
    return TaxCode.objects.get(pk=tax_id)


def _fields(wish: TaxWish | TaxChange) -> dict[str, Any]:
    """The wish in the fields of the form; rows behind the last of the given ones are emptied."""
    given = wish.model_dump(exclude_unset=True)
    components: list[dict[str, Any]] | None = given.pop("components", None)
    if components is None:
        return given
    for place in range(1, MOST_COMPONENTS + 1):
        row = components[place - 1] if place <= len(components) else {}
        rate: Decimal | str = row.get("rate_percent", "")
        given |= {
            f"name_{place}": row.get("name", ""),
            f"rate_{place}": rate,
            f"is_compound_{place}": row.get("is_compound", False),
        }
    return given

"""What finance keeps for expenses: codes, unit rates, limits, markup, exchange rates."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from clients.models import Client
from core.api import Amount, Day, Id, Listing, NotClean, Part, Routes, Row, Wish, WishedAmount, chosen, page
from core.exchange import Row as RateLine
from core.models import ExchangeRate
from ledger.models import Account
from people.guards import guarded, staff_only
from projects.models import Project
from timesheets.access import MANAGE_EXPENSES
from timesheets.api.expense_schemas import Currency, LimitKind, MarkupKind, Rate, Severity
from timesheets.api.whose import user_of
from timesheets.expenses.coding import (
    Limit,
    add_unit_rate,
    end_unit_rate,
    enter_exchange_rates,
    remove_exchange_rate,
    remove_markup,
    remove_unit_rate,
    save_code,
    set_active,
    set_limits,
    set_markup,
)
from timesheets.expenses.per_diems import remove_per_diem, set_per_diem
from timesheets.models import ExpenseCode, ExpenseLimit, ExpenseMarkup, ExpenseRate, PerDiem

routes = Routes("time")


class UnitRateRow(Row):
    id: int
    currency: str
    cost_amount: Amount
    billing_amount: Amount | None
    starts_on: date
    ends_on: date | None


class ExpenseLimitRow(Row):
    kind: LimitKind
    severity: Severity
    amount: Amount | None


class PerDiemRow(Row):
    """In one country from a day on, in the firm's currency; the latest that has begun counts."""

    id: int
    country: str
    full_amount: Amount
    part_amount: Amount
    starts_on: date


class PerDiemWish(Wish):
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    full_amount: WishedAmount
    part_amount: WishedAmount
    starts_on: Day


class ExpenseCodeRow(Row):
    """A code. `unit` is what it is counted in; then a rate of the day is multiplied."""

    id: int
    name: str
    code: str
    unit: str
    is_reimbursable: bool
    is_billable: bool
    receipt_from_amount: Amount | None
    requires_note: bool
    is_taxable: bool = Field(description="Whether sales tax is charged on it.")
    income_account_id: int | None = Field(description="Where its income goes; null is the usual account.")
    is_active: bool
    rates: list[UnitRateRow]
    limits: list[ExpenseLimitRow]
    per_diems: list[PerDiemRow]

    @staticmethod
    def resolve_per_diems(code: ExpenseCode) -> list[PerDiem]:
        return list(code.per_diems.all())

    @staticmethod
    def resolve_rates(code: ExpenseCode) -> list[ExpenseRate]:
        return sorted(code.rates.all(), key=lambda rate: rate.starts_on)

    @staticmethod
    def resolve_limits(code: ExpenseCode) -> list[ExpenseLimit]:
        return list(code.limits.all())


class ExpenseCodeWish(Wish):
    name: Annotated[str, Field(max_length=80)]
    code: Annotated[str, Field(max_length=20)] = ""
    unit: Annotated[str, Field(max_length=20)] = ""
    is_reimbursable: bool = True
    is_billable: bool = True
    receipt_from_amount: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4)] | None = None
    requires_note: bool = False
    is_taxable: bool = True
    income_account_id: Id | None = None


class ExpenseCodeChange(ExpenseCodeWish):
    name: Annotated[str, Field(max_length=80)] = ""


class UnitRateWish(Wish):
    currency: Currency = "USD"
    cost_amount: WishedAmount
    billing_amount: WishedAmount | None = None
    starts_on: Day
    ends_on: Day | None = None


class UnitRateEndWish(Wish):
    ends_on: Day | None = None


class ExpenseLimitWish(Wish):
    kind: LimitKind
    severity: Severity = ExpenseLimit.Severity.WARN
    amount: Annotated[Decimal, Field(gt=0, max_digits=16, decimal_places=4)] | None = None


class ExpenseLimitsWish(Wish):
    limits: Annotated[list[ExpenseLimitWish], Field(max_length=10)]


class ExpenseMarkupRow(Row):
    id: int
    code_id: int | None
    client_id: int | None
    project_id: int | None
    kind: MarkupKind
    value: Amount


class ExpenseMarkupWish(Wish):
    code_id: Id | None = None
    client_id: Id | None = None
    project_id: Id | None = None
    kind: MarkupKind = ExpenseMarkup.Kind.PERCENT
    value: WishedAmount


class ExchangeRateRow(Row):
    id: int
    base: str
    quote: str
    on: date
    rate: Amount
    source: str


class ExchangeRateWish(Wish):
    base: Currency
    quote: Currency
    on: Day
    rate: Rate


class ExchangeRatesWish(Wish):
    rates: Annotated[list[ExchangeRateWish], Field(min_length=1, max_length=5000)]
    source: Annotated[str, Field(min_length=1, max_length=120)] = "API"


class ExchangeRatesStored(Schema):
    count: int


def _codes() -> Any:
    return ExpenseCode.objects.prefetch_related("rates", "limits", "per_diems")


@routes.read("/expense-codes", Listing[ExpenseCodeRow])
@staff_only
def list_expense_codes(
    request: HttpRequest, part: Query[Part], is_active: bool | None = None
) -> dict[str, Any]:
    """What may be spent on, with unit rates and limits."""
    return page(_codes() if is_active is None else _codes().filter(is_active=is_active), part)


@routes.write("/expense-codes", ExpenseCodeRow, status=201)
@guarded(MANAGE_EXPENSES)
def create_expense_code(request: HttpRequest, wish: ExpenseCodeWish) -> ExpenseCode:
    """Adds a code."""
    return save_code(by=user_of(request), **_with_account(wish.model_dump()))


@routes.write("/expense-codes/{int:code_id}", ExpenseCodeRow, method="PATCH")
@guarded(MANAGE_EXPENSES)
def change_expense_code(request: HttpRequest, code_id: int, wish: ExpenseCodeChange) -> ExpenseCode:
    """Changes what is given; lines that are recorded stay as they are."""
    known = get_object_or_404(_codes(), pk=code_id)
    now = {name: getattr(known, name) for name in ExpenseCodeWish.model_fields}
    wanted = _with_account(now | wish.model_dump(exclude_unset=True))
    return save_code(expense_code=known, by=user_of(request), **wanted)


def _with_account(wish: dict[str, Any]) -> dict[str, Any]:
    """The account by its id, which must be one of ours. 422 for another."""
    pk = wish.pop("income_account_id")
    return wish | {
        "income_account": chosen(Account.objects.all(), [pk], "income_account_id")[0] if pk else None
    }


@routes.write("/expense-codes/{int:code_id}/deactivate", ExpenseCodeRow)
@guarded(MANAGE_EXPENSES)
def archive_expense_code(request: HttpRequest, code_id: int) -> ExpenseCode:
    """Takes it out of pick-lists."""
    return set_active(
        expense_code=get_object_or_404(_codes(), pk=code_id), is_active=False, by=user_of(request)
    )


@routes.write("/expense-codes/{int:code_id}/reactivate", ExpenseCodeRow)
@guarded(MANAGE_EXPENSES)
def restore_expense_code(request: HttpRequest, code_id: int) -> ExpenseCode:
    """The way back."""
    return set_active(
        expense_code=get_object_or_404(_codes(), pk=code_id), is_active=True, by=user_of(request)
    )


@routes.write("/expense-codes/{int:code_id}/rates", UnitRateRow, status=201)
@guarded(MANAGE_EXPENSES)
def create_unit_rate(request: HttpRequest, code_id: int, wish: UnitRateWish) -> ExpenseRate:
    """Sets what a unit costs and bills from a day on; the rate before ends the day before."""
    code = get_object_or_404(_codes(), pk=code_id)
    return add_unit_rate(expense_code=code, by=user_of(request), **wish.model_dump())


@routes.write("/unit-rates/{int:rate_id}", UnitRateRow, method="PATCH")
@guarded(MANAGE_EXPENSES)
def end_one_unit_rate(request: HttpRequest, rate_id: int, wish: UnitRateEndWish) -> ExpenseRate:
    """Sets its last day."""
    rate = get_object_or_404(ExpenseRate.objects.select_related("code"), pk=rate_id)
    return end_unit_rate(rate=rate, ends_on=wish.ends_on, by=user_of(request))


@routes.write("/unit-rates/{int:rate_id}", method="DELETE")
@guarded(MANAGE_EXPENSES)
def delete_unit_rate(request: HttpRequest, rate_id: int) -> None:
    """Removes a rate that nothing was counted at."""
    remove_unit_rate(rate=get_object_or_404(ExpenseRate, pk=rate_id), by=user_of(request))


@routes.write("/expense-codes/{int:code_id}/limits", ExpenseCodeRow, method="PUT")
@guarded(MANAGE_EXPENSES)
def put_expense_limits(request: HttpRequest, code_id: int, wish: ExpenseLimitsWish) -> ExpenseCode:
    """Replaces the limits of a code; amounts are in the firm's currency, WEEKEND has none."""
    code = get_object_or_404(ExpenseCode, pk=code_id)
    limits = {str(each.kind): Limit(each.severity, each.amount) for each in wish.limits}
    set_limits(expense_code=code, limits=limits, by=user_of(request))
    return _codes().get(pk=code_id)


@routes.write("/expense-codes/{int:code_id}/per-diems", ExpenseCodeRow)
@guarded(MANAGE_EXPENSES)
def put_per_diem(request: HttpRequest, code_id: int, wish: PerDiemWish) -> ExpenseCode:
    """Sets what is allowed in a country from a day on; the code needs a PER_DIEM limit, which counts elsewhere."""
    code = get_object_or_404(ExpenseCode, pk=code_id)
    set_per_diem(expense_code=code, by=user_of(request), **wish.model_dump())
    return _codes().get(pk=code_id)


@routes.write("/per-diems/{int:per_diem_id}", method="DELETE")
@guarded(MANAGE_EXPENSES)
def delete_per_diem(request: HttpRequest, per_diem_id: int) -> None:
    """Without it the one before counts, else what counts elsewhere."""
    found = get_object_or_404(PerDiem.objects.select_related("code"), pk=per_diem_id)
    remove_per_diem(per_diem=found, by=user_of(request))


@routes.read("/expense-markups", Listing[ExpenseMarkupRow])
@guarded(MANAGE_EXPENSES)
def list_expense_markups(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """What is added to costs: a project's own goes before its client's, that before the code's."""
    return page(ExpenseMarkup.objects.all(), part)


@routes.write("/expense-markups", ExpenseMarkupRow)
@guarded(MANAGE_EXPENSES)
def set_expense_markup(request: HttpRequest, wish: ExpenseMarkupWish) -> ExpenseMarkup:
    """Sets the markup of a code, a client or a project; one for each."""
    found: dict[str, Any] = {}
    for name, rows in {
        "code_id": ExpenseCode.objects,
        "client_id": Client.objects,
        "project_id": Project.objects,
    }.items():
        key = getattr(wish, name)
        found[name] = rows.filter(pk=key).first() if key is not None else None
        if key is not None and found[name] is None:
            raise NotClean([(name, f"There is no {key}.")])
    return set_markup(
        kind=wish.kind,
        value=wish.value,
        expense_code=found["code_id"],
        client=found["client_id"],
        project=found["project_id"],
        by=user_of(request),
    )


@routes.write("/expense-markups/{int:markup_id}", method="DELETE")
@guarded(MANAGE_EXPENSES)
def delete_expense_markup(request: HttpRequest, markup_id: int) -> None:
    """Takes it away; the next in line counts."""
    remove_markup(markup=get_object_or_404(ExpenseMarkup, pk=markup_id), by=user_of(request))


@routes.read("/exchange-rates", Listing[ExchangeRateRow])
@staff_only
def list_exchange_rates(
    request: HttpRequest, part: Query[Part], first_on: Day | None = None, last_on: Day | None = None
) -> dict[str, Any]:
    """The rates by day, as entered or imported."""
    rows = ExchangeRate.objects.all()
    if first_on:
        rows = rows.filter(on__gte=first_on)
    return page(rows.filter(on__lte=last_on) if last_on else rows, part)


@routes.write("/exchange-rates", ExchangeRatesStored)
@guarded(MANAGE_EXPENSES)
def put_exchange_rates(request: HttpRequest, wish: ExchangeRatesWish) -> dict[str, int]:
    """Stores rates, all or none; one of the same pair and day is replaced."""
    rows = [RateLine(each.base, each.quote, each.on, each.rate) for each in wish.rates]
    return {"count": enter_exchange_rates(rows=rows, source=wish.source, by=user_of(request))}


@routes.write("/exchange-rates/{int:rate_id}", method="DELETE")
@guarded(MANAGE_EXPENSES)
def delete_exchange_rate(request: HttpRequest, rate_id: int) -> None:
    """Removes one; lines that used it keep what they were counted with."""
    remove_exchange_rate(rate=get_object_or_404(ExchangeRate, pk=rate_id), by=user_of(request))

"""The books for programs: accounts, entries, the trial balance of a day, closing."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from pydantic import Field

from clients.models import TaxComponent
from core import clock
from core.api import Amount, Day, Id, Listing, Part, Routes, Row, Wish, page, words_of
from ledger import balances
from ledger.access import CLOSE_BOOKS, VIEW_LEDGER
from ledger.closing import close_through
from ledger.mapping import add_account, edit_account, map_purpose
from ledger.models import Account, JournalEntry, JournalLine, LedgerRules
from ledger.tax_accounts import TaxPlace, map_tax, tax_places
from people.guards import guarded

routes = Routes("ledger")
AccountKind = Annotated[Account.Kind, words_of(Account.Kind)]
AccountPurpose = Annotated[Account.Purpose, words_of(Account.Purpose)]


class AccountRow(Schema):
    """An account, with its balance in each currency at the end of the day: debit less credit."""

    id: int
    code: str
    name: str
    kind: AccountKind
    purpose: str
    balances: dict[str, Amount]


class Accounts(Schema):
    on: date
    items: list[AccountRow]


class AccountWish(Wish):
    code: str = Field(min_length=1, max_length=10)
    name: str = Field(min_length=1, max_length=80)
    kind: AccountKind


class AccountChange(Wish):
    code: str | None = Field(None, min_length=1, max_length=10)
    name: str | None = Field(None, min_length=1, max_length=80)


class MappingWish(Wish):
    account_id: Id


class TaxAccountRow(Schema):
    """One tax of a code. `account_id` null: it is owed on the account of all taxes."""

    component_id: int
    name: str
    tax_code_id: int
    account_id: int | None


class TaxAccountWish(Wish):
    account_id: Id | None = Field(
        description="A liability that nothing else is posted to; null: that of all taxes."
    )


class AccountAnswer(Row):
    id: int
    code: str
    name: str
    kind: AccountKind
    purpose: str


class JournalLineRow(Row):
    """One side of an entry: exactly one of debit and credit is above zero."""

    account_id: int
    account_code: str
    account_name: str
    debit_amount: Amount
    credit_amount: Amount
    client_id: int | None
    project_id: int | None

    @staticmethod
    def resolve_account_code(line: JournalLine) -> str:
        return line.account.code

    @staticmethod
    def resolve_account_name(line: JournalLine) -> str:
        return line.account.name


class JournalEntryRow(Row):
    """A balanced entry. It never changes; another entry reverses it."""

    id: int
    entity_id: int
    posted_on: date
    memo: str
    currency: str
    source_kind: str
    reverses_id: int | None
    created_at: datetime
    lines: list[JournalLineRow]


class JournalEntryFilters(Part):
    first_on: Day | None = None
    on: Day | None = Field(None, description="Entries posted up to and including this day.")
    account_id: Id | None = None
    client_id: Id | None = None
    project_id: Id | None = None
    entity_id: Id | None = None
    currency: str | None = Field(None, pattern="^[A-Z]{3}$")
    source_kind: str | None = Field(None, max_length=40)


class TrialRow(Row):
    """One account in one currency: its balance on the side where it stands."""

    account_id: int
    code: str
    name: str
    kind: AccountKind
    purpose: str
    currency: str
    debit_amount: Amount
    credit_amount: Amount
    balance_amount: Amount


class TotalRow(Schema):
    currency: str
    debit_amount: Amount
    credit_amount: Amount
    balances: bool = Field(description="Debits equal credits, or the books are broken.")


class TrialAnswer(Schema):
    on: date
    lines: list[TrialRow]
    totals: list[TotalRow]


class ClosingAnswer(Row):
    closed_through: date | None


class ClosingWish(Wish):
    closed_through: Day | None = Field(description="Null opens the books.")
    reason: str = Field("", max_length=300, description="Needed where closed books are opened again.")


COLUMNS = {
    "first_on": "posted_on__gte",
    "on": "posted_on__lte",
    "entity_id": "entity",
    "currency": "currency",
    "source_kind": "source_kind",
}
SIDES = {"account_id": "account", "client_id": "client", "project_id": "project"}


@routes.read("/ledger/accounts", Accounts)
@guarded(VIEW_LEDGER)
def list_accounts(request: HttpRequest, on: Day | None = None) -> Accounts:
    """The accounts with their balances at the end of a day; by default today."""
    on = on or clock.today(request.user)
    held: dict[int, dict[str, Decimal]] = {}
    for line in balances.trial_balance(on).lines:
        held.setdefault(line.account_id, {})[line.currency] = line.balance_amount
    rows = [
        AccountRow(
            id=account.pk,
            code=account.code,
            name=account.name,
            kind=Account.Kind(account.kind),
            purpose=account.purpose,
            balances=held.get(account.pk, {}),
        )
        for account in Account.objects.all()
    ]
    return Accounts(on=on, items=rows)


@routes.write("/ledger/accounts", AccountAnswer, status=201)
@guarded(CLOSE_BOOKS)
def create_account(request: HttpRequest, wish: AccountWish) -> Any:
    """Adds an account of the firm's own."""
    return add_account(code=wish.code, name=wish.name, kind=wish.kind, by=request.user)


@routes.write("/ledger/accounts/{int:account_id}", AccountAnswer, method="PATCH")
@guarded(CLOSE_BOOKS)
def change_account(request: HttpRequest, account_id: int, wish: AccountChange) -> Any:
    """Changes an account's code or name; what was posted stays on it."""
    account = get_object_or_404(Account, pk=account_id)
    return edit_account(account=account, code=wish.code, name=wish.name, by=request.user)


@routes.write("/ledger/purposes/{purpose}", AccountAnswer, method="PUT")
@guarded(CLOSE_BOOKS)
def map_account(request: HttpRequest, purpose: AccountPurpose, wish: MappingWish) -> Any:
    """Posts one purpose to another account of the same kind from now on."""
    account = get_object_or_404(Account, pk=wish.account_id)
    return map_purpose(purpose=purpose, account=account, by=request.user)


@routes.read("/ledger/taxes", list[TaxAccountRow])
@guarded(VIEW_LEDGER)
def list_tax_accounts(request: HttpRequest) -> list[dict[str, Any]]:
    """Every tax with the account on which it is owed; null: that of all taxes."""
    return [_tax_row(place) for place in tax_places()]


@routes.write("/ledger/taxes/{int:component_id}", list[TaxAccountRow], method="PUT")
@guarded(CLOSE_BOOKS)
def put_tax_account(request: HttpRequest, component_id: int, wish: TaxAccountWish) -> list[dict[str, Any]]:
    """Posts one tax to an account of its own from now on, or to that of all taxes; answers all taxes."""
    component = get_object_or_404(TaxComponent, pk=component_id)
    account = None if wish.account_id is None else get_object_or_404(Account, pk=wish.account_id)
    map_tax(component=component, account=account, by=request.user)
    return list_tax_accounts(request)


def _tax_row(place: TaxPlace) -> dict[str, Any]:
    component = place.component
    return {
        "component_id": component.pk,
        "name": component.name,
        "tax_code_id": component.code_id,
        "account_id": place.account.pk if place.account else None,
    }


@routes.read("/ledger/entries", Listing[JournalEntryRow])
@guarded(VIEW_LEDGER)
def list_entries(request: HttpRequest, wanted: Query[JournalEntryFilters]) -> dict[str, Any]:
    """Journal entries with all their lines, in the order in which they were posted.

    With an account, client or project: entries of which one line has all that was named.
    """
    asked = {column: getattr(wanted, name) for name, column in COLUMNS.items()}
    rows = _entries().filter(**{column: value for column, value in asked.items() if value is not None})
    sides = {SIDES[name]: getattr(wanted, name) for name in SIDES if getattr(wanted, name) is not None}
    if sides:
        rows = rows.filter(pk__in=JournalLine.objects.filter(**sides).values("entry"))
    return page(rows, wanted)


@routes.read("/ledger/entries/{int:entry_id}", JournalEntryRow)
@guarded(VIEW_LEDGER)
def show_entry(request: HttpRequest, entry_id: int) -> Any:
    """One journal entry."""
    return get_object_or_404(_entries(), pk=entry_id)


def _entries() -> Any:
    lines = JournalLine.objects.select_related("account").order_by("pk")
    return JournalEntry.objects.prefetch_related(Prefetch("lines", queryset=lines))


@routes.read("/ledger/trial-balance", TrialAnswer)
@guarded(VIEW_LEDGER)
def show_trial_balance(
    request: HttpRequest, on: Day | None = None, entity_id: Id | None = None
) -> TrialAnswer:
    """Each account's balance at the end of a day, for one legal entity or the whole firm."""
    found = balances.trial_balance(on or clock.today(request.user), entity_id=entity_id)
    totals = []
    for currency in found.currencies:
        debit, credit = found.totals(currency)
        totals.append(
            TotalRow(currency=currency, debit_amount=debit, credit_amount=credit, balances=debit == credit)
        )
    return TrialAnswer(on=found.on, lines=[TrialRow.from_orm(line) for line in found.lines], totals=totals)


@routes.read("/ledger/closing", ClosingAnswer)
@guarded(VIEW_LEDGER)
def show_closing(request: HttpRequest) -> Any:
    """The day through which the books are closed."""
    return LedgerRules.objects.get(pk=1)


@routes.write("/ledger/closing", ClosingAnswer, method="PUT")
@guarded(CLOSE_BOOKS)
def close_books(request: HttpRequest, wish: ClosingWish) -> Any:
    """Closes the books through a day; an earlier day, or null, opens them again and needs a reason."""
    return close_through(on=wish.closed_through, by=request.user, reason=wish.reason)

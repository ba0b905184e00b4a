"""Keeping the catalogue, and putting its items on drafts."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from billing.access import MANAGE_BILLING
from billing.editing import add_line
from billing.models import CatalogueItem, Invoice, InvoiceLine
from billing.sharing import add_shared_line
from billing.taxation import tax_day
from clients.models import TaxCode
from core import activating, audit
from core.errors import Refusal
from core.money import format_rate
from core.promises import promises
from ledger.models import Account
from people.access import require
from people.models import User

# More than a line of an invoice comes to, in any currency.
MOST = Decimal(100_000_000_000)


class NoIncomeAccount(Refusal):
    sentence = "Income goes to an account of kind revenue."


class ItemNeedsName(Refusal):
    sentence = "Give the item a name."


class ItemIsInactive(Refusal):
    sentence = "{item} is not offered any more."


class ItemInAnotherCurrency(Refusal):
    """A price is not converted by itself: it is what was agreed in that currency."""

    sentence = "{item} has a price in {currency}. Enter what it comes to in {wanted}."


class QuantityIsWrong(Refusal):
    """Above zero, and not so many that no invoice could say what they come to."""

    sentence = "Enter a quantity above zero, and not so large."


@dataclass(frozen=True)
class ItemWish:
    """What an item should be. The price is of one, in its currency, with up to four decimals."""

    name: str
    currency: str
    price_amount: Decimal
    description: str = ""
    unit: str = ""
    income_account: Account | None = None
    tax_code: TaxCode | None = None


def save_item(*, wanted: ItemWish, by: User | None, item: CatalogueItem | None = None) -> CatalogueItem:
    """Adds an item, or changes one; lines that are on drafts and invoices keep their words and prices.

    Raises NotAllowed, ItemNeedsName, NoIncomeAccount.
    """
    if wanted.income_account is not None and wanted.income_account.kind != Account.Kind.REVENUE:
        raise NoIncomeAccount(field="income_account")
    name = " ".join(wanted.name.split())
    if not name:
        raise ItemNeedsName(field="name")
    with promises(), transaction.atomic():
        require(by, MANAGE_BILLING)
        changed = item or CatalogueItem()
        audit.acting("item.edit" if item else "item.add", by=by, subject=item, name=name)
        changed.name, changed.description = name, wanted.description.strip()
        changed.unit, changed.currency = wanted.unit.strip(), wanted.currency
        changed.price_amount = wanted.price_amount
        changed.income_account, changed.tax_code = wanted.income_account, wanted.tax_code
        changed.save()
    return changed


def set_item_active(*, item: CatalogueItem, is_active: bool, by: User | None) -> CatalogueItem:
    """Takes an item out of pick-lists, or brings it back. Lines that have it keep it."""
    require(by, MANAGE_BILLING)
    return activating.set_active(item, is_active, verb="item", by=by)


def add_item_line(
    *,
    invoice: Invoice,
    item: CatalogueItem,
    quantity: Decimal,
    by: User | None,
    description: str = "",
    amount: Decimal | None = None,
    is_shared: bool = False,
    version: int | None = None,
) -> InvoiceLine:
    """Puts so many of an item on a draft: quantity × the price of the invoice's day (of a draft the day it was made, or
    the tax date that was chosen), rounded once to the places of the draft's currency.

    With `amount` that instead, and with `description` these words; `is_shared` among all payers of the project. The
    item's own tax code counts for the line, else its client's. Raises ItemIsInactive, QuantityIsWrong, AmountIsWrong,
    ItemInAnotherCurrency (field `amount`), IsNotShared.
    """
    if not item.is_active:
        raise ItemIsInactive(item=item.name, field="item")
    if quantity <= 0:
        raise QuantityIsWrong(field="quantity")
    if amount is None and item.currency != invoice.currency:
        raise ItemInAnotherCurrency(
            item=item.name, currency=item.currency, wanted=invoice.currency, field="amount"
        )
    price = item.price_on(tax_day(invoice))
    comes_to = quantity * price if amount is None else amount
    if abs(comes_to) > MOST:
        raise QuantityIsWrong(field="quantity")
    words = description.strip() or _words(item, quantity, price if amount is None else None)
    if is_shared:
        return add_shared_line(
            invoice=invoice, description=words, amount=comes_to, item=item, by=by, version=version
        )[0]
    return add_line(invoice=invoice, description=words, amount=comes_to, item=item, by=by, version=version)


def _words(item: CatalogueItem, quantity: Decimal, price: Decimal | None) -> str:
    """Workshop: 2.5 × $450.33 / day."""
    many = f"{quantity.normalize():f}"
    if price is None:
        return item.words if quantity == 1 else f"{item.words} × {many}"
    unit = f" / {item.unit}" if item.unit else ""
    return f"{item.words}: {many} × {format_rate(price, item.currency)}{unit}"

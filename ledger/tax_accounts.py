"""On which account each tax is payable: its own where it has one, else that of all taxes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet

from clients.models import Client, TaxComponent
from core import audit
from core.money import ZERO
from core.promises import promises
from ledger.access import CLOSE_BOOKS
from ledger.mapping import AccountIsWrong
from ledger.models import Account, TaxAccount
from ledger.posting import Line
from people.access import require
from people.models import User

Purpose = Account.Purpose


def tax_lines(taxes: Iterable[tuple[int, Decimal]], *, client: Client, is_back: bool = False) -> list[Line]:
    """The sides of taxes by component: credits, or debits where they go back. One line for each account."""
    amounts = list(taxes)
    known = TaxAccount.objects.filter(component__in=[component for component, _ in amounts])
    own = {row.component_id: row.account for row in known.select_related("account")}
    sums: dict[Account | None, Decimal] = {}
    for component, amount in amounts:
        account = own.get(component)
        sums[account] = sums.get(account, ZERO) + amount
    sign = -1 if is_back else 1
    return [
        Line(Purpose.TAX, credit=amount * sign, client=client, account=account)
        for account, amount in sums.items()
    ]


@dataclass(frozen=True)
class TaxPlace:
    """A tax with the account of its own; None: it is owed on that of all taxes."""

    component: TaxComponent
    account: Account | None


def tax_places() -> list[TaxPlace]:
    """Every tax with its account, by code and order; of codes that are not used any more those with an account.

    Two statements.
    """
    own = {row.component_id: row.account for row in TaxAccount.objects.select_related("account")}
    components = TaxComponent.objects.select_related("code").order_by("code__name", "position", "pk")
    used = components.filter(Q(code__is_active=True) | Q(pk__in=own))
    return [TaxPlace(component, own.get(component.pk)) for component in used]


def fitting_accounts() -> QuerySet[Account]:
    """Accounts on which a tax may be owed: liabilities that nothing else is posted to."""
    return Account.objects.filter(kind=Account.Kind.LIABILITY, purpose="")


def map_tax(*, component: TaxComponent, account: Account | None, by: User | None) -> None:
    """Posts a tax to an account of its own from now on, or to that of all taxes where none is given.

    What was posted before stays where it is. Raises NotAllowed, AccountIsWrong.
    """
    require(by, CLOSE_BOOKS)
    if account is not None and account.kind != Account.Kind.LIABILITY:
        raise AccountIsWrong("A tax is owed: choose an account of kind liability.", field="account")
    if account is not None and account.purpose not in ("", Purpose.TAX):
        words = Purpose(account.purpose).label
        raise AccountIsWrong(
            f"{account} is used for “{words}” already. Choose another account.", field="account"
        )
    with promises(), transaction.atomic():
        audit.acting("ledger.map_tax", by=by, subject=component, account=str(account or ""))
        if account is None or account.purpose == Purpose.TAX:
            TaxAccount.objects.filter(component=component).delete()
        else:
            TaxAccount.objects.update_or_create(component=component, defaults={"account": account})

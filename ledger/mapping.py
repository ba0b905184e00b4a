"""The firm's accounts: their names and codes, new ones, and which account operations post to."""

from django.db import transaction

from core import audit
from core.errors import Refusal
from core.promises import promises
from ledger.access import CLOSE_BOOKS
from ledger.models import Account, JournalLine
from people.access import require
from people.models import User

Purpose = Account.Purpose

# Which kind of account each purpose needs.
KINDS = {
    Purpose.RECEIVABLES: Account.Kind.ASSET,
    Purpose.UNDEPOSITED: Account.Kind.ASSET,
    Purpose.PROCESSOR: Account.Kind.ASSET,
    Purpose.BANK: Account.Kind.ASSET,
    Purpose.CREDITS: Account.Kind.LIABILITY,
    Purpose.TAX: Account.Kind.LIABILITY,
    Purpose.DEPOSITS: Account.Kind.LIABILITY,
    Purpose.REVENUE: Account.Kind.REVENUE,
    Purpose.EXPENSES: Account.Kind.REVENUE,
    Purpose.LATE_FEES: Account.Kind.REVENUE,
    Purpose.CREDITED: Account.Kind.REVENUE,
    Purpose.DISCOUNTS: Account.Kind.REVENUE,
    Purpose.EXCHANGE: Account.Kind.REVENUE,
    Purpose.CONVERSION: Account.Kind.ASSET,
    Purpose.FEES: Account.Kind.EXPENSE,
    Purpose.BAD_DEBT: Account.Kind.EXPENSE,
}
# Documents are compared with these on any day, so what was posted must stay where it is looked for.
TIED = (Purpose.RECEIVABLES, Purpose.CREDITS, Purpose.DEPOSITS)


class AccountIsWrong(Refusal):
    """The account cannot be like that; the message says why."""


def add_account(*, code: str, name: str, kind: str, by: User | None) -> Account:
    """A new account of the firm's own. Raises NotAllowed, AccountIsWrong."""
    require(by, CLOSE_BOOKS)
    with promises(), transaction.atomic():
        account = Account(kind=kind)
        _name(account, code, name)
        account.save()
        audit.acting("ledger.add_account", by=by, subject=account)
    return account


def edit_account(
    *, account: Account, by: User | None, code: str | None = None, name: str | None = None
) -> Account:
    """Another code or name; what was posted stays on it. Raises NotAllowed, AccountIsWrong."""
    require(by, CLOSE_BOOKS)
    with promises(), transaction.atomic():
        found = Account.objects.select_for_update().get(pk=account.pk)
        audit.acting("ledger.edit_account", by=by, subject=found)
        _name(found, found.code if code is None else code, found.name if name is None else name)
        found.save(update_fields=["code", "name"])
    return found


def map_purpose(*, purpose: str, account: Account, by: User | None) -> Account:
    """Posts from now on to another account of the same kind; what was posted before stays where it is.

    Receivables, customer credits and retainers are compared with documents on any day: they cannot move once something
    was posted. Raises NotAllowed, AccountIsWrong.
    """
    require(by, CLOSE_BOOKS)
    wanted = Purpose(purpose)
    with promises(), transaction.atomic():
        accounts = Account.objects.select_for_update().order_by("pk")
        by_id = {each.pk: each for each in accounts}
        chosen = by_id[account.pk]
        before = next((each for each in by_id.values() if each.purpose == wanted), None)
        if before is not None and before.pk == chosen.pk:
            return chosen
        _check(wanted, chosen, before)
        audit.acting("ledger.map", by=by, subject=chosen, purpose=wanted)
        if before is not None:
            before.purpose = ""
            before.save(update_fields=["purpose"])
        chosen.purpose = wanted
        chosen.save(update_fields=["purpose"])
    return chosen


def _check(wanted: Account.Purpose, chosen: Account, before: Account | None) -> None:
    if chosen.purpose:
        words = Purpose(chosen.purpose).label
        raise AccountIsWrong(
            f"{chosen} is used for “{words}” already. Choose another account.", field="account"
        )
    if chosen.kind != KINDS[wanted]:
        kind = KINDS[wanted].label.lower()
        raise AccountIsWrong(f"“{wanted.label}” needs an account of kind {kind}.", field="account")
    if wanted in TIED and before is not None and JournalLine.objects.filter(account=before).exists():
        raise AccountIsWrong(
            f"{before} has entries, and documents are compared with it on every day. Change its code and name instead.",
            field="account",
        )


def _name(account: Account, code: str, name: str) -> None:
    account.code, account.name = code.strip()[:10], name.strip()[:80]
    if not account.code or not account.name:
        raise AccountIsWrong("An account needs a code and a name.", field="name" if account.code else "code")
    if Account.objects.filter(code=account.code).exclude(pk=account.pk).exists():
        raise AccountIsWrong("Another account has this code.", field="code")

"""Posting to the books. Entries are balanced, posted once, and never change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from clients.models import Client
from core import audit
from core.money import ZERO
from core.promises import promises
from ledger.models import Account, JournalEntry, JournalLine, LedgerRules
from ledger.promises import NotBalanced, closed_through
from people.models import LegalEntity, User
from projects.models import Project


@dataclass(frozen=True)
class Line:
    """One side of an entry. A negative amount counts on the other side; a line of zero is left out.

    The account is found by its purpose, or named (accounts of the firm's own have no purpose).
    """

    account_purpose: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    client: Client | None = None
    project: Project | None = None
    account: Account | None = None

    @property
    def net(self) -> Decimal:
        """Debit less credit."""
        return self.debit - self.credit


def check_open(on: date, *, field: str = "") -> None:
    """Raises BooksAreClosed when nothing may be posted on this date. The database holds it too."""
    closed = LedgerRules.objects.values_list("closed_through", flat=True).get(pk=1)
    if closed is not None and on <= closed:
        raise closed_through(closed, field=field)


def first_open_day(on: date) -> date:
    """`on`, or the first day after the closed ones: for money that arrives whether or not the books are open."""
    closed = LedgerRules.objects.values_list("closed_through", flat=True).get(pk=1)
    return on if closed is None or on > closed else closed + timedelta(days=1)


def post_entry(
    *,
    entity: LegalEntity,
    posted_on: date,
    memo: str,
    currency: str,
    source_kind: str,
    lines: Iterable[Line],
    by: User | None,
    reverses: JournalEntry | None = None,
) -> JournalEntry:
    """Posts one balanced entry in `currency`, all its lines in one statement.

    Whoever calls has asked for the right to do what this entry records. Raises BooksAreClosed, NotBalanced.
    """
    wanted = [line for line in lines if line.net]
    if len(wanted) < 2 or sum((line.net for line in wanted), ZERO):
        raise NotBalanced
    with promises(), transaction.atomic():
        check_open(posted_on)
        entry = JournalEntry.objects.create(
            entity=entity,
            posted_on=posted_on,
            memo=memo[:200],
            currency=currency,
            source_kind=source_kind,
            reverses=reverses,
        )
        with audit.acting("ledger.post", by=by, subject=entry, source=source_kind):
            accounts = accounts_by_purpose(line.account_purpose for line in wanted if not line.account)
            JournalLine.objects.bulk_create(
                JournalLine(
                    entry=entry,
                    account=line.account or accounts[line.account_purpose],
                    debit_amount=max(line.net, ZERO),
                    credit_amount=max(-line.net, ZERO),
                    client=line.client,
                    project=line.project,
                )
                for line in wanted
            )
    return entry


def accounts_by_purpose(purposes: Iterable[str]) -> dict[str, Account]:
    """The accounts that operations look up by purpose. KeyError when the firm has none for one of them."""
    wanted = set(purposes)
    found = Account.objects.filter(purpose__in=wanted) if wanted else []
    return {account.purpose: account for account in found}

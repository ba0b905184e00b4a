"""The books: balanced, final, closed where they are closed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from core.errors import NotAllowed, Refusal
from core.promises import promises
from ledger.balances import account_balance, account_lines, trial_balance
from ledger.closing import ReasonIsMissing, close_through
from ledger.models import Account, JournalEntry, JournalLine
from ledger.posting import Line, post_entry
from ledger.promises import BooksAreClosed, EntryIsPosted, NotBalanced
from ledger.reversing import AlreadyReversed, reverse_entry
from people.models import LegalEntity
from people.organising import edit_entity
from tests.cast import TODAY, Cast

P = Account.Purpose


def post(cast: Cast, *lines: Line, on: date = TODAY, **kwargs: Any) -> JournalEntry:
    wanted = lines or (Line(P.RECEIVABLES, debit=Decimal(10)), Line(P.REVENUE, credit=Decimal(10)))
    return post_entry(
        entity=LegalEntity.objects.get(),
        posted_on=on,
        memo="Test",
        currency=kwargs.get("currency", "USD"),
        source_kind="test",
        lines=wanted,
        by=cast.finance,
    )


def test_an_entry_and_the_trial_balance(cast: Cast) -> None:
    post(
        cast,
        Line(P.RECEIVABLES, debit=Decimal("107.25"), client=cast.client),
        Line(P.REVENUE, credit=Decimal(100), project=cast.project),
        Line(P.TAX, credit=Decimal("7.25")),
        Line(P.FEES),  # zero: left out
    )
    post(cast, on=date(2027, 1, 1))
    post(cast, currency="EUR")
    balance = trial_balance(TODAY)
    assert balance.currencies == ["EUR", "USD"]
    assert [(line.code, line.debit_amount, line.credit_amount) for line in balance.of("USD")] == [
        ("1100", Decimal("107.25"), 0),
        ("2100", 0, Decimal("7.25")),
        ("4000", 0, 100),
    ]
    assert balance.totals("USD") == (Decimal("107.25"), Decimal("107.25"))
    assert balance.balances("USD")
    assert account_balance(P.RECEIVABLES, "USD", TODAY) == Decimal("107.25")
    revenue = Account.objects.get(purpose=P.REVENUE)
    assert [line.project for line in account_lines(revenue, first=None, last=TODAY, currency="USD")] == [
        cast.project
    ]


def test_a_negative_amount_counts_on_the_other_side(cast: Cast) -> None:
    entry = post(cast, Line(P.RECEIVABLES, debit=Decimal(-5)), Line(P.REVENUE, credit=Decimal(-5)))
    assert entry.lines.get(account__purpose=P.RECEIVABLES).credit_amount == 5


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [Line(P.RECEIVABLES, debit=Decimal(1))],
        [Line(P.RECEIVABLES, debit=Decimal(1)), Line(P.REVENUE, credit=Decimal("0.99"))],
    ],
)
def test_what_does_not_balance_is_refused(cast: Cast, lines: list[Line]) -> None:
    with pytest.raises(NotBalanced):
        post_entry(
            entity=LegalEntity.objects.get(),
            posted_on=TODAY,
            memo="x",
            currency="USD",
            source_kind="test",
            lines=lines,
            by=None,
        )
    assert not JournalEntry.objects.exists()


def rows(entry: JournalEntry, *sides: tuple[int, int]) -> None:
    account = Account.objects.get(purpose=P.RECEIVABLES)
    JournalLine.objects.bulk_create(
        JournalLine(entry=entry, account=account, debit_amount=debit, credit_amount=credit)
        for debit, credit in sides
    )


def bare_entry() -> JournalEntry:
    return JournalEntry.objects.create(
        entity=LegalEntity.objects.get(), posted_on=TODAY, memo="x", currency="USD", source_kind="test"
    )


@pytest.mark.parametrize("sides", [[(5, 0)], [(5, 0), (0, 4)]])
def test_the_database_refuses_unbalanced_lines(cast: Cast, sides: list[tuple[int, int]]) -> None:
    with pytest.raises(NotBalanced), promises(), transaction.atomic():
        rows(bare_entry(), *sides)


def test_the_database_refuses_an_entry_without_lines(cast: Cast) -> None:
    bare_entry()
    with pytest.raises(NotBalanced), promises(), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    connection.set_rollback(True)


def test_a_posted_entry_is_final(cast: Cast) -> None:
    entry = post(cast)
    with pytest.raises(EntryIsPosted), promises(), transaction.atomic():
        rows(entry, (5, 0), (0, 5))
    for refused in (
        lambda: JournalLine.objects.update(client=cast.client),
        lambda: JournalEntry.objects.update(memo="x"),
        lambda: JournalLine.objects.all().delete(),
        lambda: connection.cursor().execute("TRUNCATE ledger_journalline"),
    ):
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        with pytest.raises(Refusal), promises(), transaction.atomic():
            refused()


def test_reversing_once(cast: Cast) -> None:
    entry = post(cast)
    reverse = reverse_entry(entry=entry, on=TODAY, by=cast.finance)
    assert reverse.reverses == entry
    assert account_balance(P.RECEIVABLES, "USD", TODAY) == 0
    with pytest.raises(AlreadyReversed):
        reverse_entry(entry=entry, on=TODAY, by=cast.finance)


def test_closed_books(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        close_through(on=TODAY, by=cast.member)
    close_through(on=TODAY, by=cast.finance)
    with pytest.raises(BooksAreClosed):
        post(cast)
    with pytest.raises(BooksAreClosed, match="closed through 25 Nov 2026"), promises(), transaction.atomic():
        bare_entry()
    post(cast, on=date(2026, 11, 26))
    with pytest.raises(ReasonIsMissing):
        close_through(on=None, by=cast.finance)
    close_through(on=None, by=cast.finance, reason="A forgotten bill")
    post(cast)


def test_the_currency_of_the_books_stays(cast: Cast) -> None:
    """Rates and exchange differences count in it."""
    entity = LegalEntity.objects.get()
    assert edit_entity(entity=entity, by=cast.owner, currency="EUR").currency == "EUR"
    edit_entity(entity=entity, by=cast.owner, currency="USD")
    post(cast)
    with pytest.raises(Refusal, match="count in this currency, so it stays") as refused:
        edit_entity(entity=entity, by=cast.owner, currency="EUR")
    assert refused.value.field == "currency"
    assert edit_entity(entity=entity, by=cast.owner, currency="USD", phone="1").phone == "1"

"""Statements of account: opening balance, rows and closing balance to the cent, and the books say the same."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from billing.dunning_promises import StatementIsOut
from billing.models import DunningRules, SentStatement
from billing.reminding import KIND as REMINDER
from billing.statements import DaysAreWrong, Statement, balance_on, booked_on, statement_of
from billing.stating import KIND, NobodyToSendTo, run_statements, send_statement
from billing.voiding import void_invoice
from billing.writing_off import write_off
from clients.models import Contact
from core import clock
from core.errors import NotAllowed
from core.models import Mail
from tests.billing.dunned import another_client, owed
from tests.billing.test_receivables import five, pay  # noqa: F401
from tests.cast import Cast

AT = datetime(2026, 4, 5, 15, 0, tzinfo=UTC)


def rows(statement: Statement) -> list[tuple[str, str, str]]:
    return [(row.words, f"{row.amount:.2f}", f"{row.balance:.2f}") for row in statement.movements]


def test_a_quarter_to_the_cent(cast: Cast) -> None:
    first = owed(cast, 1_000, due=date(2026, 2, 4))  # issued 5 January
    second = owed(cast, 250, due=date(2026, 3, 4))  # 2 February
    wrong = owed(cast, 77, due=date(2026, 3, 14))  # 12 February
    pay(cast, first, "400.25", date(2026, 1, 20), reference="1044")
    void_invoice(invoice=wrong, reason="Wrong", by=cast.finance, on=date(2026, 2, 20), at=clock.now())
    write_off(
        invoice=second, amount=Decimal("0.75"), reason="Bank fee", by=cast.finance, on=date(2026, 3, 2), at=AT
    )
    found = statement_of(cast.client, first_on=date(2026, 1, 21), last_on=date(2026, 3, 31))
    assert found.opening_amount == Decimal("599.75")
    assert rows(found) == [
        (f"Invoice {second.number}", "250.00", "849.75"),
        (f"Invoice {wrong.number}", "77.00", "926.75"),
        (f"Invoice {wrong.number}, void", "-77.00", "849.75"),
        (f"Adjustment of invoice {second.number}", "-0.75", "849.00"),
    ]
    assert (found.open_amount, found.credit_amount, found.closing_amount) == (849, 0, 849)
    assert [amount for _, amount in found.buckets] == [0, Decimal("249.25"), Decimal("599.75"), 0, 0]
    with translation.override("de"):
        january = statement_of(cast.client, first_on=date(2026, 1, 1), last_on=date(2026, 1, 31))
    assert rows(january) == [
        (f"Rechnung {first.number}", "1000.00", "1000.00"),
        ("Zahlung, Scheck, 1044", "-400.25", "599.75"),
    ]
    with pytest.raises(DaysAreWrong):
        statement_of(cast.client, first_on=date(2026, 4, 1), last_on=date(2026, 3, 31))


def test_documents_rows_and_books_agree_on_every_day(cast: Cast, five: object) -> None:  # noqa: F811
    other = another_client(cast, "Other")
    owed(cast, 10, client=other, due=date(2026, 3, 3))
    start = date(2025, 12, 1)
    opening = balance_on(cast.client, start - timedelta(days=1))
    changed = {
        row.on: row.balance
        for row in statement_of(cast.client, first_on=start, last_on=date(2026, 5, 1)).movements
    }
    day = start
    while day < date(2026, 5, 1):
        balance = changed[max(seen)] if (seen := [on for on in changed if on <= day]) else opening
        assert balance_on(cast.client, day) == balance == booked_on(cast.client, day)
        day += timedelta(days=3)
    assert booked_on(other, date(2026, 5, 1)) == 10


def test_it_is_sent_with_its_pdf_and_kept(cast: Cast) -> None:
    owed(cast, 1_000, due=date(2026, 2, 4))
    last_on = date(2026, 3, 31)
    with pytest.raises(NotAllowed):
        send_statement(client=cast.client, last_on=last_on, by=cast.member, at=AT)
    sent = send_statement(client=cast.client, last_on=last_on, by=cast.finance, at=AT)
    assert (sent.closing_amount, sent.by_name) == (1_000, "Kemi Ogundipe")
    assert sent.pdf is not None
    assert sent.pdf.read().startswith(b"%PDF")
    assert sent.pdf.name == "Statement_City-of-Larkspur_2026-03-31.pdf"
    assert sent.mail is not None
    assert sent.mail.subject == "Statement of account, March 31, 2026: $1,000.00"
    assert sent.mail.to == ["ap@larkspur.example"]
    Contact.objects.update(is_active=False)
    with pytest.raises(NobodyToSendTo):
        send_statement(client=cast.client, last_on=last_on, by=cast.finance, at=AT)


def test_once_a_month_to_whom_something_is_open(cast: Cast) -> None:
    owed(cast, 1_000, due=date(2026, 2, 4))
    another_client(cast, "Owes nothing")
    assert run_statements(at=AT, on=date(2026, 4, 5)) == []
    DunningRules.objects.update(statement_day=3)
    assert run_statements(at=AT, on=date(2026, 4, 2)) == []
    [sent] = run_statements(at=AT, on=date(2026, 4, 5))
    assert (sent.first_on, sent.last_on) == (date(2026, 3, 1), date(2026, 3, 31))
    assert run_statements(at=AT, on=date(2026, 4, 30)) == []
    with pytest.raises(StatementIsOut):
        send_statement(
            client=cast.client, last_on=date(2026, 3, 31), month_on=date(2026, 3, 1), by=None, at=AT
        )
    assert SentStatement.objects.count() == 1
    assert list(Mail.objects.exclude(kind=REMINDER).values_list("kind", flat=True)) == [KIND]

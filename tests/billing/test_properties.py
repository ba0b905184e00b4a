"""10,000 random tries: nothing is billed twice, lines add up, the books balance.

Most of the tries run inside the database, many to a statement, because that is where the promises are kept.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.drafting import draft_invoice
from billing.editing import delete_draft, edit_line
from billing.issuing import issue_invoice
from billing.models import Invoice
from billing.pricing.methods import price
from billing.pricing.terms import Terms
from billing.pricing.time_and_materials import amount_of
from billing.pricing.work import Work
from billing.recalculating import recalculate_draft
from billing.totals import Charge, Levy, Taxable, add_up
from billing.voiding import void_invoice
from core.errors import Refusal
from core.money import allocate, places
from core.promises import promises
from ledger.balances import trial_balance
from tests.billing.test_two_at_once import EARLIER, billed_too_much
from tests.billing.work import THROUGH, drafted, log, log_many
from tests.cast import TODAY, Cast
from timesheets.models import TimeEntry

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
RATES = st.decimals(min_value=0, max_value=5000, places=4)
PIECES = st.lists(
    st.tuples(st.integers(1, 1440), RATES, st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=12
)


def work(pieces: list[tuple[int, Decimal, int, int]]) -> list[Work]:
    return [
        Work(
            entry_id=number,
            project_id=1,
            contract_line_id=1,
            task_id=task,
            task_name=f"Task {task}",
            task_position=task,
            staff_id=person,
            staff_name=f"Person {person}",
            job_title_id=None,
            job_title="",
            worked_on=date(2026, 11, 1) + timedelta(days=number % 28),
            minutes=minutes,
            rate_amount=rate,
            rate_source="",
        )
        for number, (minutes, rate, task, person) in enumerate(pieces)
    ]


@settings(max_examples=1500, deadline=None)
@given(PIECES, CURRENCIES)
def test_grouping_never_changes_a_total(pieces: list[Any], currency: str) -> None:
    terms = Terms(1, 1, 1, "Work", "TIME_AND_MATERIALS", currency)
    lines = price([terms], {}, work(pieces), on=TODAY, through=THROUGH).lines
    assert sum(line.amount for line in lines) == sum(amount_of(m, rate, currency) for m, rate, _, _ in pieces)
    assert sorted(piece.work.entry_id for line in lines for piece in line.pieces) == list(range(len(pieces)))
    assert sum(line.minutes for line in lines) == sum(minutes for minutes, *_ in pieces)


@settings(max_examples=1500, deadline=None)
@given(PIECES, CURRENCIES, st.decimals(min_value=0, max_value=1, places=4))
def test_a_write_down_spread_over_entries_adds_up(pieces: list[Any], currency: str, share: Decimal) -> None:
    amounts = [amount_of(minutes, rate, currency) for minutes, rate, _, _ in pieces]
    asked = add_up([Taxable(sum(amounts, Decimal(0)) * share)], currency).subtotal_amount
    asked = asked.quantize(Decimal(1).scaleb(-places(currency)))
    parts = allocate(asked, amounts, currency)
    assert sum(parts) == asked
    assert all(part >= 0 for part in parts)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.tuples(st.decimals(-(10**6), 10**6, places=2), st.booleans()), max_size=10), RATES)
def test_total_is_subtotal_and_tax(lines: list[tuple[Decimal, bool]], percent: Decimal) -> None:
    levy = Levy(1, (Charge(1, "Tax", percent),))
    found = add_up((Taxable(amount, levy if taxed else None) for amount, taxed in lines), "USD")
    assert found.total_amount == found.subtotal_amount + found.tax_amount
    exact = sum((amount for amount, taxable in lines if taxable), Decimal(0)) * percent / 100
    assert abs(found.tax_amount - exact) <= Decimal("0.005")


def test_5000_random_bookings_of_minutes_never_exceed_what_is_billable(cast: Cast) -> None:
    """Whatever is tried, one entry at a time, Σ live minutes stays within what is billable."""
    for _ in range(6):
        drafted(cast, 60)
    log_many(cast.member, cast.design, 25)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE tried (n int, was text) ON COMMIT DROP")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute(
            """
            DO $$
            DECLARE
                chosen bigint;
                ids bigint[] := (SELECT array_agg(id) FROM timesheets_timeentry);
                lines bigint[] := (SELECT array_agg(id) FROM billing_invoiceline);
            BEGIN
                FOR n IN 1..5000 LOOP
                    chosen := ids[1 + floor(random() * array_length(ids, 1))];
                    BEGIN
                        IF n % 5 = 0 THEN
                            DELETE FROM billing_billedtime WHERE entry_id = chosen;
                        ELSIF n % 5 = 1 THEN
                            UPDATE timesheets_timeentry SET billable_minutes = floor(random() * 61)
                            WHERE id = chosen;
                        ELSIF n % 5 = 2 THEN
                            UPDATE billing_billedtime SET minutes = 1 + floor(random() * 60), is_live = true
                            WHERE entry_id = chosen;
                        ELSE
                            INSERT INTO billing_billedtime
                                (entry_id, line_id, minutes, rate_amount, rate_source, amount, is_live)
                            SELECT chosen, lines[1 + (n + part) % 6], 1 + floor(random() * 60), 1, '', 1, true
                            FROM generate_series(1, 1 + floor(random() * 2)::int) part;
                        END IF;
                        INSERT INTO tried VALUES (n, 'done');
                    EXCEPTION WHEN check_violation OR unique_violation THEN
                        INSERT INTO tried VALUES (n, 'refused');
                    END;
                    IF EXISTS (
                        SELECT 1 FROM timesheets_timeentry e
                        JOIN billing_billedtime b ON b.entry_id = e.id AND b.is_live
                        WHERE e.id = chosen
                        GROUP BY e.id, e.billable_minutes HAVING sum(b.minutes) > e.billable_minutes
                    ) THEN
                        RAISE EXCEPTION 'billed too much at try %', n;
                    END IF;
                END LOOP;
            END $$;
            """
        )
        cursor.execute("SELECT was, count(*) FROM tried GROUP BY was")
        outcomes = dict(cursor.fetchall())
    assert sum(outcomes.values()) == 5000
    assert outcomes["refused"] > 500
    assert outcomes["done"] > 500
    assert not billed_too_much()


def test_500_random_entries_of_the_journal_balance_or_are_refused(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.7)")
        cursor.execute(
            """
            DO $$
            DECLARE
                entry bigint;
                firm bigint := (SELECT min(id) FROM people_legalentity);
                account bigint := (SELECT min(id) FROM ledger_account);
                refused int := 0;
            BEGIN
                FOR n IN 1..500 LOOP
                    BEGIN
                        INSERT INTO ledger_journalentry (entity_id, posted_on, memo, currency, source_kind)
                        VALUES (firm, '2026-11-25', 'try', 'USD', 'test') RETURNING id INTO entry;
                        INSERT INTO ledger_journalline (entry_id, account_id, debit_amount, credit_amount)
                        SELECT entry, account, side * amount, (1 - side) * amount
                        FROM (
                            SELECT (random() < 0.5)::int AS side, 1 + floor(random() * 3) AS amount
                            FROM generate_series(1, 1 + floor(random() * 4)::int)
                        ) line;
                    EXCEPTION WHEN check_violation THEN
                        refused := refused + 1;
                    END;
                END LOOP;
                IF refused NOT BETWEEN 100 AND 499 THEN
                    RAISE EXCEPTION '% of 500 refused', refused;
                END IF;
            END $$;
            """
        )
    assert trial_balance(TODAY).balances("USD")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_a_random_story_of_operations_bills_nothing_twice(cast: Cast, seed: int) -> None:
    """Draft, edit, cut, issue, void, delete in any order: billed ≤ billable, documents tie out with the books."""
    chance = random.Random(seed)
    with transaction.atomic():
        for _ in range(14):
            try:
                with promises(), transaction.atomic():
                    _step(cast, chance)
            except Refusal:
                pass
        assert not billed_too_much()
        issued = Invoice.objects.issued()
        balance = trial_balance(TODAY)
        owed = next((line.balance_amount for line in balance.lines if line.purpose == "RECEIVABLES"), 0)
        assert owed == sum(invoice.total_amount for invoice in issued)
        assert all(balance.balances(currency) for currency in balance.currencies)
        numbers = Invoice.objects.exclude(number="").values_list("number", flat=True)
        assert sorted(numbers) == [f"INV-2026-{number:04d}" for number in range(1, len(numbers) + 1)]
        transaction.set_rollback(True)


def _step(cast: Cast, chance: random.Random) -> None:
    drafts, issued = list(Invoice.objects.drafts()), list(Invoice.objects.issued())
    match chance.randrange(8):
        case 0 | 1:
            log(cast.member, cast.design, chance.randrange(1, 300), rate=chance.randrange(0, 400))
        case 2:
            draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)
        case 3 if drafts:
            issue_invoice(invoice=chance.choice(drafts), by=cast.finance, on=TODAY, at=EARLIER)
        case 4 if drafts:
            line = chance.choice(drafts).lines.first()
            if line:
                edit_line(
                    line=line, amount=Decimal(chance.randrange(1, 900)), reason="Agreed", by=cast.finance
                )
        case 5 if TimeEntry.objects.exists():
            entry = chance.choice(list(TimeEntry.objects.all()))
            TimeEntry.objects.filter(pk=entry.pk).update(billable_minutes=chance.randrange(0, 300))
        case 6 if issued:
            void_invoice(invoice=chance.choice(issued), reason="Story", by=cast.finance, on=TODAY, at=EARLIER)
        case 7 if drafts:
            chosen = chance.choice(drafts)
            delete_draft(invoice=chosen, by=cast.finance) if chance.random() < 0.3 else recalculate_draft(
                invoice=chosen, by=cast.finance
            )
        case _:
            pass

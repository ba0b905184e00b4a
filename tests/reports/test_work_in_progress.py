"""Work in progress: product.md 4.4 with its numbers, as of any day, whatever becomes of the bills."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.credit_lines import LineWish
from billing.crediting import draft_credit
from billing.drafting import draft_invoice
from billing.editing import edit_line
from billing.holding_work import hold_projects
from billing.issuing import issue_invoice
from billing.issuing_credits import issue_credit
from billing.models import Invoice, InvoiceLine
from billing.voiding import void_invoice
from billing.writing_off_work import undo_write_off, write_off_work
from core import clock
from core.errors import NotAllowed
from reports.work_in_progress import Movement, work_in_progress
from tests.billing.spending import spend
from tests.billing.work import log
from tests.cast import NOW, Cast
from timesheets.models import TimeEntry

D = Decimal


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def moved(cast: Cast, first: date, last: date) -> Movement:
    found = work_in_progress(cast.finance, first, last)
    [row] = found.rows
    assert row.movement.ties
    assert found.totals() == [("USD", row.movement)]
    return row.movement


def worked(cast: Cast, amount: Any, on: date, **fields: Any) -> TimeEntry:
    return log(cast.member, cast.design, 60, day=on, rate=amount, **fields)


def billed(cast: Cast, on: date, *entries: TimeEntry, expenses: Any = (), asked: Any = None) -> Invoice:
    draft = draft_invoice(
        project=cast.project,
        through=on,
        by=cast.finance,
        on=on,
        entry_ids=[entry.pk for entry in entries],
        expense_ids=[expense.pk for expense in expenses],
    )
    if asked is not None:
        line = InvoiceLine.objects.filter(invoice=draft).order_by("-amount")[0]
        edit_line(
            line=line, amount=line.amount + D(asked) - draft.subtotal_amount, reason="Agreed", by=cast.finance
        )
    return issue_invoice(invoice=draft, by=cast.finance, on=on, at=NOW)


def test_the_example_to_the_cent(cast: Cast) -> None:
    worked(cast, 800, day(9, 10))
    worked(cast, 1640, day(10, 15))
    old = worked(cast, 9560, day(10, 20))
    young = worked(cast, 14240, day(11, 5))
    worked(cast, 7000, day(11, 20))
    worked(cast, 500, day(11, 21), state="SUBMITTED")
    trip = spend(cast.member, cast.project, "1200", day=day(11, 10))
    billed(cast, day(11, 25), old, young, expenses=[trip], asked="23500")
    found = moved(cast, day(11, 1), day(11, 30))
    assert (found.opening, found.new_time, found.new_expenses) == (12000, 21240, 1200)
    assert (found.relieved, found.billed, found.written_down, found.revalued) == (25000, 23500, 1500, 0)
    assert found.closing == 9440
    assert found.ages == (7000, 1640, 800, 0)
    assert found.waiting == 500
    # Before the bill it all stood there, and October closes as November opens.
    assert moved(cast, day(11, 1), day(11, 24)).closing == 34440
    assert moved(cast, day(10, 1), day(10, 31)).closing == 12000
    assert moved(cast, day(12, 1), day(12, 31)).ages == (0, 7000, 1640, 800)


def test_voided_credited_written_off_and_back(cast: Cast) -> None:
    entry, other = worked(cast, 190, day(11, 2)), worked(cast, 100, day(11, 3))
    trip = spend(cast.member, cast.project, "50", day=day(11, 3))
    invoice = billed(cast, day(11, 5), entry, expenses=[trip], asked="230")
    void_invoice(invoice=invoice, reason="Wrong", by=cast.finance, on=day(11, 10), at=NOW)
    assert moved(cast, day(11, 5), day(11, 9)).relieved == 240
    back = moved(cast, day(11, 10), day(11, 10))
    assert (back.opening, back.billed, back.written_down, back.closing) == (100, -230, -10, 340)
    again = billed(cast, day(11, 12), entry)
    line = InvoiceLine.objects.get(invoice=again)
    wish = LineWish(line.pk, minutes=30, entries={entry.pk: 30}, returns_work=True)
    memo = draft_credit(invoice=again, lines=[wish], reason="Half", by=cast.finance)
    issue_credit(credit=memo, by=cast.finance, on=day(11, 15), at=NOW)
    half = moved(cast, day(11, 13), day(11, 15))
    assert (half.opening, half.billed, half.written_down, half.closing) == (150, -95, 0, 245)
    # On its original day: 13 days old on the 15th, on the 20th of December 48.
    assert moved(cast, day(12, 20), day(12, 20)).ages == (0, 245, 0, 0)
    written = write_off_work(
        project=cast.project, entry_ids=[other.pk], reason="Rework", by=cast.finance, on=day(11, 16)
    )
    off = moved(cast, day(11, 16), day(11, 17))
    assert (off.written_off, off.relieved, off.closing) == (100, 100, 145)
    undo_write_off(write_off=written, by=cast.finance, on=day(11, 18))
    assert moved(cast, day(11, 16), day(11, 17)) == off
    assert moved(cast, day(11, 18), day(11, 18)).written_off == -100
    memo.refresh_from_db()
    freed = memo.applications.get()
    assert freed.amount == 95


def test_on_draft_and_on_hold(cast: Cast) -> None:
    entry = worked(cast, 190, day(11, 2))
    spend(cast.member, cast.project, "50", day=day(11, 3))
    draft_invoice(
        project=cast.project, through=day(11, 30), by=cast.finance, on=day(11, 5), entry_ids=[entry.pk]
    )
    found = moved(cast, day(11, 1), day(11, 30))
    assert (found.closing, found.on_draft, found.on_hold) == (240, 190, 0)
    hold_projects(
        projects=[cast.project], reason="Asked", by=cast.finance, at=datetime(2026, 11, 5, tzinfo=UTC)
    )
    assert moved(cast, day(11, 1), day(11, 30)).on_hold == 240


def test_hours_and_rates_as_they_stood(cast: Cast) -> None:
    """What changes today was worth its old value yesterday."""
    today = clock.now().date()
    entry = worked(cast, 190, today - timedelta(days=10))
    TimeEntry.objects.filter(pk=entry.pk).update(rate_amount=D(200))
    TimeEntry.objects.filter(pk=entry.pk).update(billable_minutes=90, worked_minutes=90)
    TimeEntry.objects.filter(pk=entry.pk).update(rate_amount=D(220))
    found = moved(cast, today, today)
    assert (found.opening, found.revalued, found.closing) == (190, 140, 330)
    assert moved(cast, today - timedelta(days=20), today - timedelta(days=1)).closing == 190
    TimeEntry.objects.filter(pk=entry.pk).update(is_billable=False, billable_minutes=0)
    gone = moved(cast, today, today)
    assert (gone.opening, gone.revalued, gone.closing) == (190, -190, 0)


def test_what_is_none_and_whose_it_is(cast: Cast, django_assert_num_queries: Any) -> None:
    assert work_in_progress(cast.finance, day(11, 1), day(11, 30)).rows == []
    worked(cast, None, day(11, 2))
    worked(cast, 190, day(11, 2), is_billable=False, billable_minutes=0)
    worked(cast, 190, day(12, 2))
    assert work_in_progress(cast.finance, day(11, 1), day(11, 30)).rows == []
    with pytest.raises(NotAllowed):
        work_in_progress(cast.member, day(11, 1), day(11, 30))
    with django_assert_num_queries(3):
        work_in_progress(cast.finance, day(12, 1), day(12, 31))

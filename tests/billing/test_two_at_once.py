"""Two connections at the same moment: one wins, the other hears why, the database holds."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from billing.drafting import NothingToBill, TakenMeanwhile, draft_invoice
from billing.editing import delete_draft, edit_line
from billing.issuing import AlreadyIssued, issue_invoice
from billing.models import BilledTime, Invoice, InvoiceJournal, InvoiceLine, NumberSeries
from billing.promises import AlreadyBilled, DraftIsStale, EntryIsBilled, IssuedNeverChanges
from clients.models import Client
from core.promises import promises
from people.models import User
from projects.paying import PayerWish, arrange_payers
from tests.billing.work import THROUGH, drafted, log, log_many
from tests.cast import TODAY, Cast, add_cast
from tests.two_connections import at_once
from timesheets.models import TimeEntry

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 4


@pytest.fixture
def committed(own_firm: Any) -> Cast:
    """The cast in a firm of its own, for everybody to see."""
    return add_cast(User.objects.get())


def draft(cast: Cast) -> Callable[[], Invoice]:
    return lambda: draft_invoice(project=cast.project, through=THROUGH, by=cast.finance, on=TODAY)


def issue(cast: Cast, invoice: Invoice) -> Callable[[], Invoice]:
    return lambda: issue_invoice(invoice=invoice, by=cast.finance, on=TODAY, at=EARLIER)


def change(entry_ids: list[int], **values: Any) -> Callable[[], int]:
    def write() -> int:
        with promises(), transaction.atomic():
            return TimeEntry.objects.filter(pk__in=entry_ids).update(**values)

    return write


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def billed_too_much() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM (
                SELECT e.id FROM timesheets_timeentry e JOIN billing_billedtime b ON b.entry_id = e.id AND b.is_live
                GROUP BY e.id, e.billable_minutes HAVING sum(b.minutes - b.released_minutes) > e.billable_minutes
            ) wrong
            """
        )
        return bool(cursor.fetchone()[0])


def test_the_same_hours_drafted_twice(own_firm: Any, committed: Cast) -> None:
    log_many(committed.member, committed.design, 40)
    results = at_once(own_firm, *[draft(committed)] * 4)
    winners = [result for result in results if isinstance(result, Invoice)]
    assert len(winners) == 1
    # Whoever waited for the locked hours finds them taken; whoever came later finds nothing.
    assert all(isinstance(result, Invoice | TakenMeanwhile | NothingToBill) for result in results)
    assert (BilledTime.objects.count(), billed_too_much()) == (40, False)


def test_past_all_operations_the_database_still_holds(own_firm: Any, committed: Cast) -> None:
    """Two lines by hand on the same minutes, without any lock of ours."""
    lines = [drafted(committed, 60).lines.get(), drafted(committed, 30).lines.get()]
    entry = log(committed.member, committed.design, 60)

    def bill(line: InvoiceLine) -> Callable[[], BilledTime]:
        def write() -> BilledTime:
            with promises(), transaction.atomic():
                return BilledTime.objects.create(entry=entry, line=line, minutes=40, rate_amount=1, amount=1)

        return write

    results = at_once(own_firm, *[bill(line) for line in lines])
    assert kinds(results) == ["AlreadyBilled", "BilledTime"]
    assert isinstance(next(r for r in results if not isinstance(r, BilledTime)), AlreadyBilled)


def test_the_same_invoice_issued_twice(own_firm: Any, committed: Cast) -> None:
    invoice = drafted(committed, 60)
    results = at_once(own_firm, *[issue(committed, invoice)] * 4)
    assert kinds(results) == [*["AlreadyIssued"] * 3, "Invoice"]
    assert any(isinstance(result, AlreadyIssued) for result in results)
    assert (NumberSeries.objects.get().last_number, InvoiceJournal.objects.count()) == (1, 1)


def test_numbers_taken_at_once_have_no_gaps(own_firm: Any, committed: Cast) -> None:
    invoices = [drafted(committed, 60) for _ in range(4)]
    results = at_once(own_firm, *[issue(committed, invoice) for invoice in invoices])
    assert sorted(result.number for result in results) == [f"INV-2026-000{number}" for number in (1, 2, 3, 4)]


def test_an_entry_edited_while_its_hours_are_drafted(own_firm: Any, committed: Cast) -> None:
    for _ in range(ROUNDS):
        entries = log_many(committed.member, committed.design, 30)
        drafted_, edited = at_once(
            own_firm, draft(committed), change([entry.pk for entry in entries], billable_minutes=30)
        )
        assert edited == 30
        invoice = Invoice.objects.get(pk=drafted_.pk)
        # Drafted first: stale. Edited first: drafted at what is left.
        assert invoice.is_stale or invoice.total_amount == 30 * 95
        assert not billed_too_much()
        delete_draft(invoice=invoice, by=committed.finance)
        TimeEntry.objects.all().delete()


def test_approval_taken_back_while_the_hours_are_drafted(own_firm: Any, committed: Cast) -> None:
    for _ in range(ROUNDS):
        entries = log_many(committed.member, committed.design, 30)
        drafted_, taken_back = at_once(
            own_firm, draft(committed), change([entry.pk for entry in entries], state="SUBMITTED")
        )
        assert taken_back == 30
        if isinstance(drafted_, Invoice):
            assert Invoice.objects.get().is_stale
            delete_draft(invoice=drafted_, by=committed.finance)
        else:
            assert isinstance(drafted_, TakenMeanwhile | NothingToBill)
            assert not Invoice.objects.exists()
        TimeEntry.objects.all().delete()


def test_an_entry_edited_while_its_invoice_is_issued(own_firm: Any, committed: Cast) -> None:
    for _ in range(ROUNDS):
        invoice = drafted(committed, 60)
        entry = TimeEntry.objects.latest("pk")
        issued, edited = at_once(
            own_firm, issue(committed, invoice), change([entry.pk], billable_minutes=90, worked_minutes=90)
        )
        if isinstance(issued, Invoice):
            assert isinstance(edited, EntryIsBilled)
        else:
            assert (type(issued), edited) == (DraftIsStale, 1)
            delete_draft(invoice=invoice, by=committed.finance)
            TimeEntry.objects.filter(pk=entry.pk).delete()


def test_a_line_edited_while_its_invoice_is_issued(own_firm: Any, committed: Cast) -> None:
    for _ in range(ROUNDS):
        invoice = drafted(committed, 60)
        line = invoice.lines.get()
        issued, edited = at_once(own_firm, issue(committed, invoice), reword(committed, line))
        assert isinstance(issued, Invoice)
        if isinstance(edited, Exception):
            assert isinstance(edited, IssuedNeverChanges)
        else:
            content = Invoice.objects.get(pk=invoice.pk).document.content
            assert content["groups"][0]["lines"][0]["description"] == "Other words"


def reword(cast: Cast, line: InvoiceLine) -> Callable[[], InvoiceLine]:
    return lambda: edit_line(line=line, description="Other words", by=cast.finance, version=1)


def test_two_payers_drafted_at_once(own_firm: Any, committed: Cast) -> None:
    """A draft of one payer is deleted while others draft: each share is on one draft, whoever comes first."""
    county = Client.objects.create(name="County", currency="USD")
    arrange_payers(
        project=committed.project,
        starts_on=None,
        payers=[PayerWish(committed.client, Decimal(50)), PayerWish(county, Decimal(50))],
        by=committed.owner,
    )
    log_many(committed.member, committed.design, 9, 61, rate=100)
    for _ in range(ROUNDS):
        at_once(own_firm, *[draft(committed)] * 3)
        drafts = Invoice.objects.drafts().order_by("client__name")
        assert [each.client.name for each in drafts] == ["City of Larkspur", "County"]
        assert sum(each.subtotal_amount for each in drafts) == Decimal("915.03")
        assert not billed_too_much()
        delete_draft(invoice=drafts[0], by=committed.finance)

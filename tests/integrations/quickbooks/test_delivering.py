"""Deliveries: what dead workers leave, what waits, what is no longer wanted, what comes back otherwise."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.models import Invoice, Payment
from billing.receiving import record_payment
from billing.rendering import RENDER_KIND
from billing.voiding import void_invoice
from core import clock, outbox
from core.models import OutboxRow
from integrations.links import link
from integrations.models import CallBucket, ExternalLink
from integrations.quickbooks import bodies
from integrations.quickbooks.client import company
from integrations.quickbooks.company_books import books as books_of
from integrations.quickbooks.finding import is_marked
from integrations.quickbooks.items import items
from integrations.quickbooks.kinds import INVOICE, PAYMENT, TIME
from integrations.quickbooks.posting import ignore, retry, states
from tests.billing.work import log
from tests.books import Books
from tests.cast import NOW, TODAY, Cast
from tests.integrations.quickbooks.test_posting import issued, put, ready, work_off
from timesheets.models import TimeEntry

__all__ = ["ready"]
State = OutboxRow.State
DIED = timedelta(minutes=6)


def row_of(kind: str, thing: Any) -> OutboxRow:
    return OutboxRow.objects.get(kind=f"quickbooks.{kind}", key=str(thing.pk))


def give_customer(ready: Books, cast: Cast) -> None:
    """The client has its customer there."""
    made = ready.create("Customer", DisplayName=cast.client.name)
    link(
        provider="quickbooks",
        account_id=ready.realm,
        local_kind="clients.client",
        local_id=cast.client.pk,
        remote_type="Customer",
        remote_id=made["Id"],
    )


def die_before_the_answer(row: OutboxRow, entity: str, body: dict[str, Any], *, is_sent: bool) -> None:
    """What a worker leaves that was killed after its claim: before it sent anything, or after QuickBooks did it."""
    OutboxRow.objects.filter(pk=row.pk).update(state=State.SENDING, claimed_at=NOW, attempts=1)
    if is_sent:
        company(NOW).create(entity, body, request_id=str(row.request_id))


def test_fifty_invoices_whose_workers_died_are_there_once(ready: Books, cast: Cast) -> None:
    give_customer(ready, cast)
    bills = [issued(cast, 30 + 6 * number) for number in range(50)]
    # Their PDFs are another story.
    OutboxRow.objects.filter(kind=RENDER_KIND).delete()
    assert put(cast, INVOICE, *bills) == 50
    for number, bill in enumerate(bills):
        if number % 3:
            body = bodies.invoice(bill, ready.realm, items(ready.realm), books_of(ready.realm))
            die_before_the_answer(row_of(INVOICE, bill), "Invoice", body, is_sent=number % 3 == 1)
    ready.order_fault(kind="drop_after_commit", times=3, entity="Invoice", operation="create")
    ready.order_fault(kind="429", times=1, entity="Invoice", operation="create")
    for turn in range(4):
        outbox.drain(at=NOW + DIED * (turn + 1))
        CallBucket.objects.update(paused_until=None)
    numbers = Counter(record["DocNumber"] for record in ready.all("Invoice"))
    assert numbers == Counter(bill.number for bill in bills)
    assert set(states(INVOICE, [bill.pk for bill in bills]).values()) == {"posted"}


def test_two_entries_of_the_same_words_are_two_there(ready: Books, cast: Cast) -> None:
    """Both answers were lost, and only one of the two was done: nothing of theirs tells them apart."""
    give_customer(ready, cast)
    entries = [log(cast.member, cast.design, 30, note="Site visit") for _ in range(2)]
    put(cast, TIME, *entries)
    at = clock.now()
    for entry, is_sent in zip(entries, (False, True), strict=True):
        body = bodies.time_activity(entry, ready.realm, items(ready.realm), books_of(ready.realm))
        row = row_of(TIME, entry)
        die_before_the_answer(row, "TimeActivity", body, is_sent=is_sent)
        OutboxRow.objects.filter(pk=row.pk).update(claimed_at=at, created_at=at)
    outbox.drain(at=at + DIED)
    assert len(ready.all("TimeActivity")) == 2
    assert set(states(TIME, [entry.pk for entry in entries]).values()) == {"posted"}


def test_what_was_voided_before_it_was_sent_is_not_sent(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    void_invoice(invoice=invoice, reason="Twice", by=cast.finance, on=TODAY, at=NOW)
    work_off()
    assert ready.all("Invoice") == []
    assert row_of(INVOICE, invoice).state == State.DONE


def test_what_was_returned_deleted_or_left_out_before_it_was_sent_is_not_sent(
    ready: Books, cast: Cast
) -> None:
    returned, deleted, left_out = (log(cast.member, cast.design, 30 + n) for n in range(3))
    put(cast, TIME, returned, deleted, left_out)
    TimeEntry.objects.filter(pk=returned.pk).update(state=TimeEntry.State.SUBMITTED)
    TimeEntry.objects.filter(pk=deleted.pk).delete()
    ignore(kind=TIME, ids=[left_out.pk], reason="By hand", by=cast.finance, at=NOW)
    work_off()
    assert ready.all("TimeActivity") == []
    assert not OutboxRow.objects.exclude(state=State.DONE).exists()
    TimeEntry.objects.filter(pk=returned.pk).update(state=TimeEntry.State.APPROVED)
    assert put(cast, TIME, returned) == 1
    work_off()
    assert len(ready.all("TimeActivity")) == 1


def test_what_waits_for_its_customer_runs_out_of_no_tries(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    OutboxRow.objects.filter(kind="quickbooks.customer").update(not_before=NOW + timedelta(hours=2))
    for turn in range(30):
        outbox.drain(at=NOW + timedelta(seconds=30 * turn))
    row = row_of(INVOICE, invoice)
    assert (row.state, row.attempts) == (State.QUEUED, 0)
    work_off(NOW + timedelta(hours=2))
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}


def test_a_paused_company_keeps_the_others_waiting(ready: Books, cast: Cast) -> None:
    bills = [issued(cast) for _ in range(3)]
    put(cast, INVOICE, *bills)
    work_before = len(ready.requests())
    ready.order_fault(kind="429", times=1)
    outbox.drain(at=NOW)
    assert len(ready.requests()) == work_before + 1
    assert set(states(INVOICE, [bill.pk for bill in bills]).values()) == {"waiting"}
    CallBucket.objects.update(paused_until=None)
    work_off(NOW + timedelta(minutes=2))
    assert set(states(INVOICE, [bill.pk for bill in bills]).values()) == {"posted"}


def test_our_invoice_of_a_forgotten_try_is_taken_over(ready: Books, cast: Cast) -> None:
    """Refused as a duplicate, and the one there carries our mark."""
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    [made] = ready.all("Invoice")
    ExternalLink.objects.filter(local_kind="billing.invoice").delete()
    OutboxRow.objects.filter(kind="quickbooks.invoice").delete()
    assert put(cast, INVOICE, invoice) == 1
    work_off()
    standing = ExternalLink.objects.get(local_kind="billing.invoice")
    assert (standing.remote_id, len(ready.all("Invoice"))) == (made["Id"], 1)


def test_another_total_there_is_told_and_compared_again(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    standing = ExternalLink.objects.get(local_kind="billing.invoice")
    line = standing.remote_image["Line"][0]
    ready.edit("Invoice", standing.remote_id, Line=[{**line, **line_of(line, 999)}])
    row = row_of(INVOICE, invoice)
    OutboxRow.objects.filter(pk=row.pk).update(state=State.ATTENTION)
    retry(kind=INVOICE, ids=[invoice.pk], by=cast.finance, at=NOW)
    work_off()
    row = row_of(INVOICE, invoice)
    assert (row.state, "$999.00" in row.last_error) == (State.ATTENTION, True)
    assert len(ready.all("Invoice")) == 1


def test_what_was_deleted_there_is_made_anew_at_the_second_wish_only(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    ready.do("Invoice", ExternalLink.objects.get(local_kind="billing.invoice").remote_id, "delete")
    for wish, left in enumerate((0, 1)):
        OutboxRow.objects.filter(kind="quickbooks.invoice", state=State.DONE).update(state=State.ATTENTION)
        retry(kind=INVOICE, ids=[invoice.pk], by=cast.finance, at=NOW)
        work_off(NOW + timedelta(hours=wish))
        assert len(ready.all("Invoice")) == left
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}


def line_of(line: dict[str, Any], amount: int) -> dict[str, Any]:
    """Another amount; quantity and price would not agree with it."""
    item = line["SalesItemLineDetail"]["ItemRef"]
    return {"Amount": amount, "SalesItemLineDetail": {"ItemRef": item}}


def test_a_payment_is_known_by_its_own_mark(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    paid = [part(cast, invoice, amount) for amount in ("10.00", "20.00")]
    put(cast, PAYMENT, *paid)
    ready.order_fault(kind="drop_after_commit", times=2, entity="Payment", operation="create")
    work_off()
    work_off(NOW + DIED)
    amounts = sorted(Decimal(str(each["TotalAmt"])) for each in ready.all("Payment"))
    assert amounts == [10, 20]
    assert set(states(PAYMENT, [each.pk for each in paid]).values()) == {"posted"}


def part(cast: Cast, invoice: Invoice, amount: str) -> Payment:
    return record_payment(
        invoice=invoice,
        amount=Decimal(amount),
        method=Payment.Method.CHECK,
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )


@pytest.mark.parametrize(
    ("note", "is_ours"),
    [
        ("psa:firm_hm:payment:1", True),
        ("psa:firm_hm:payment:1, corrected by Jo", True),
        ("psa:firm_hm:payment:12", False),
        ("", False),
    ],
)
def test_the_mark_of_twelve_is_not_that_of_one(note: str, is_ours: bool) -> None:
    assert is_marked({"PrivateNote": note}, "psa:firm_hm:payment:1") is is_ours


def test_untaxed_lines_say_so(ready: Books, cast: Cast) -> None:
    give_customer(ready, cast)
    body = bodies.invoice(issued(cast), ready.realm, items(ready.realm), books_of(ready.realm))
    assert [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in body["Line"]] == ["NON"]

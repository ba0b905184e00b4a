"""Posting: what is chosen stands there once, whatever happens on the way, and says what it needs."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.drafting import draft_invoice
from billing.issuing import issue_invoice
from billing.models import Invoice, Payment
from billing.receiving import record_payment
from clients.models import Client
from core import outbox
from core.errors import NotAllowed
from core.exchange import Row
from core.exchanging import set_rates
from core.models import OutboxRow
from core.promises import promises
from integrations.models import ExternalLink, IgnoredPosting, QuickBooksRules, RemoteRecord
from integrations.promises import WorkIsPosted
from integrations.quickbooks.centre import board
from integrations.quickbooks.mapping import PURPOSE, Purpose
from integrations.quickbooks.posting import ignore, post, retry, states, unignore
from integrations.quickbooks.preflight import problems
from integrations.quickbooks.pulling import pull
from integrations.quickbooks.unposted import unposted
from tests.billing.work import drafted, log
from tests.books import Books
from tests.cast import NOW, TODAY, Cast
from timesheets.models import TimeEntry

INVOICE, PAYMENT, TIME = "invoice", "payment", "time"


@pytest.fixture
def ready(books: Books, cast: Cast) -> Books:
    """Lists are pulled, a default item is chosen, and our people are employees there."""
    for user in (cast.member, cast.manager):
        given, family = user.name.split(" ", 1)
        books.create("Employee", GivenName=given, FamilyName=family, DisplayName=user.name)
    pull(by=cast.owner, at=NOW)
    choose_default(books)
    return books


def choose_default(books: Books) -> None:
    from integrations.mappings import map_to

    item = next(each for each in books.all("Item") if each["Type"] == "Service")
    map_to("quickbooks", books.realm, PURPOSE, [(Purpose.DEFAULT_ITEM, item["Id"])], "Item")


def issued(cast: Cast, *sizes: int, on: date = TODAY, **fields: Any) -> Invoice:
    draft = drafted(cast, *sizes, **fields)
    return issue_invoice(invoice=draft, by=cast.finance, on=on, at=NOW)


def work_off(at: Any = NOW) -> None:
    """What the workers do until nothing moves."""
    for step in range(8):
        outbox.drain(at=at + timedelta(seconds=30 * step))


def put(cast: Cast, kind: str, *things: Any) -> int:
    return post(kind=kind, ids=[thing.pk for thing in things], by=cast.finance, at=NOW).queued


def test_an_invoice_stands_there_with_its_customer_lines_and_mark(ready: Books, cast: Cast) -> None:
    invoice = issued(cast, 90, 30)
    assert put(cast, INVOICE, invoice) == 1
    work_off()
    [made] = [each for each in ready.all("Invoice") if each.get("DocNumber") == invoice.number]
    assert Decimal(str(made["TotalAmt"])) == invoice.total_amount == Decimal("380.00")
    assert made["TxnDate"] == TODAY.isoformat()
    assert f"invoice:{invoice.pk}" in made["PrivateNote"]
    [customer] = [each for each in ready.all("Customer") if each["DisplayName"] == cast.client.name]
    assert made["CustomerRef"]["value"] == customer["Id"]
    link = ExternalLink.objects.get(local_kind="billing.invoice", local_id=invoice.pk)
    assert (link.remote_id, link.remote_version) == (made["Id"], made["SyncToken"])
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}
    assert not unposted(INVOICE).exists()


def test_posting_again_sends_nothing(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    assert put(cast, INVOICE, invoice) == 0
    work_off()
    assert len(ready.all("Invoice")) == 1


def test_a_payment_takes_its_invoice_along_and_is_applied_there(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    paid = record_payment(
        invoice=invoice,
        amount=Decimal("100.00"),
        received_on=TODAY,
        method=Payment.Method.CHECK,
        reference="1042",
        note="",
        by=cast.finance,
        on=TODAY,
        at=NOW,
    )
    assert put(cast, PAYMENT, paid) == 2
    work_off()
    [theirs] = ready.all("Payment")
    assert Decimal(str(theirs["TotalAmt"])) == 100
    assert theirs["PaymentRefNum"] == "1042"
    [bill] = ready.all("Invoice")
    assert Decimal(str(bill["Balance"])) == invoice.total_amount - 100


def test_time_stands_there_not_billable_and_stays_as_it_is(ready: Books, cast: Cast) -> None:
    entry = log(cast.member, cast.design, 95, note="Pump station")
    assert put(cast, TIME, entry) == 1
    work_off()
    [theirs] = ready.all("TimeActivity")
    assert (theirs["Hours"], theirs["Minutes"]) == (1, 35)
    assert theirs["BillableStatus"] == "NotBillable"
    assert theirs["Description"].endswith("Pump station")
    with pytest.raises(WorkIsPosted), promises():
        TimeEntry.objects.filter(pk=entry.pk).update(worked_minutes=60)


def test_posted_time_cannot_be_deleted(ready: Books, cast: Cast) -> None:
    entry = log(cast.member, cast.design, 95)
    put(cast, TIME, entry)
    work_off()
    with pytest.raises(WorkIsPosted), promises():
        TimeEntry.objects.filter(pk=entry.pk).delete()


def test_time_on_its_way_cannot_be_changed_and_its_rate_can(ready: Books, cast: Cast) -> None:
    entry = log(cast.member, cast.design, 95)
    put(cast, TIME, entry)
    OutboxRow.objects.filter(kind="quickbooks.time").update(state="SENDING", claimed_at=NOW)
    TimeEntry.objects.filter(pk=entry.pk).update(rate_amount=200)
    with pytest.raises(WorkIsPosted), promises():
        TimeEntry.objects.filter(pk=entry.pk).update(note="Another")


def test_an_answer_that_is_lost_makes_nothing_twice(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    ready.order_fault(kind="drop_after_commit", times=1, entity="Invoice", operation="create")
    work_off()
    work_off(NOW + timedelta(hours=1))
    assert len(ready.all("Invoice")) == 1
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}


def test_a_number_that_is_taken_there_needs_a_person(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    [customer, *_] = ready.all("Customer")
    [item, *_] = [each for each in ready.all("Item") if each["Type"] == "Service"]
    ready.create(
        "Invoice",
        DocNumber=invoice.number,
        CustomerRef={"value": customer["Id"]},
        Line=[
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": 10,
                "SalesItemLineDetail": {"ItemRef": {"value": item["Id"]}},
            }
        ],
    )
    put(cast, INVOICE, invoice)
    work_off()
    row = OutboxRow.objects.get(kind="quickbooks.invoice")
    assert (row.state, f"already has an invoice {invoice.number}" in row.last_error) == ("ATTENTION", True)
    assert len(ready.all("Invoice")) == 1


def test_what_needed_a_person_goes_on_when_it_is_mended(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    ready.pull_lever("books", through=TODAY.isoformat())
    put(cast, INVOICE, invoice)
    work_off()
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "attention"}
    ready.pull_lever("books", through=(TODAY - timedelta(days=90)).isoformat())
    assert retry(kind=INVOICE, ids=[invoice.pk], by=cast.finance, at=NOW) == 1
    work_off()
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}


def test_checks_speak_before_anything_is_sent(books: Books, cast: Cast) -> None:
    pull(by=cast.owner, at=NOW)
    entry = log(cast.finance, cast.review)
    invoice = issued(cast)
    [problem] = problems(INVOICE, [invoice.pk])[invoice.pk]
    assert problem.sentence == "Labor code Engineering has no QuickBooks item."
    assert problem.fix_url == "/connections/quickbooks/mapping/#labor-codes"
    words = [each.sentence for each in problems(TIME, [entry.pk])[entry.pk]]
    assert "Kemi Ogundipe is no employee or vendor in QuickBooks." in words
    posted = post(kind=INVOICE, ids=[invoice.pk], by=cast.finance, at=NOW)
    assert (posted.queued, list(posted.refused)) == (0, [invoice.pk])
    assert not OutboxRow.objects.filter(kind__startswith="quickbooks").exists()


def test_books_that_are_known_to_be_closed_are_told(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    ready.pull_lever("books", through=TODAY.isoformat())
    pull(by=cast.owner, at=NOW)
    [problem] = problems(INVOICE, [invoice.pk])[invoice.pk]
    assert problem.sentence.startswith("The books in QuickBooks are closed through 25 Nov 2026.")


def test_another_currency_is_told(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    Invoice.objects.filter(pk=invoice.pk)
    RemoteRecord.objects.filter(remote_type="Preferences").update(
        image={"CurrencyPrefs": {"HomeCurrency": {"value": "CAD"}}}
    )
    [problem] = problems(INVOICE, [invoice.pk])[invoice.pk]
    assert problem.sentence == "QuickBooks keeps these books in CAD only, and this is in USD."


def test_checks_cost_the_same_for_many(ready: Books, cast: Cast) -> None:
    few = [issued(cast)]
    with CaptureQueriesContext(connection) as one:
        problems(INVOICE, [invoice.pk for invoice in few])
    many = few + [issued(cast) for _ in range(5)]
    with CaptureQueriesContext(connection) as six:
        problems(INVOICE, [invoice.pk for invoice in many])
    assert len(one) == len(six)


def test_an_invoice_posts_itself_where_the_firm_chose_so(ready: Books, cast: Cast) -> None:
    QuickBooksRules.objects.update(posts_invoices_automatically=True)
    invoice = issued(cast)
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "waiting"}
    work_off()
    assert len(ready.all("Invoice")) == 1


def test_what_is_left_out_is_not_offered_until_it_is_taken_back(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    ignore(kind=INVOICE, ids=[invoice.pk], reason="Entered by hand", by=cast.finance, at=NOW)
    assert not unposted(INVOICE).exists()
    assert put(cast, INVOICE, invoice) == 0
    assert IgnoredPosting.objects.get().reason == "Entered by hand"
    unignore(kind=INVOICE, ids=[invoice.pk], by=cast.finance, at=NOW)
    assert unposted(INVOICE).get() == invoice


def test_what_was_deleted_there_is_made_anew_only_when_asked(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    link = ExternalLink.objects.get(local_kind="billing.invoice")
    ready.do("Invoice", link.remote_id, "delete")
    ExternalLink.objects.filter(pk=link.pk).update(state=ExternalLink.State.DELETED)
    assert not unposted(INVOICE).exists()
    assert put(cast, INVOICE, invoice) == 1
    work_off()
    [made] = ready.all("Invoice")
    assert made["Id"] != link.remote_id
    assert not board(ready.realm).shown["changed"]
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}


def test_nothing_before_the_agreed_day_is_offered(ready: Books, cast: Cast) -> None:
    issued(cast)
    QuickBooksRules.objects.update(posts_from=TODAY + timedelta(days=1))
    assert not unposted(INVOICE).exists()


def test_a_customer_of_the_same_name_is_taken_not_made(ready: Books, cast: Cast) -> None:
    ready.create("Customer", DisplayName=cast.client.name)
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    assert [each["DisplayName"] for each in ready.all("Customer")].count(cast.client.name) == 1
    assert states(INVOICE, [invoice.pk]) == {invoice.pk: "posted"}


def test_a_vendor_of_the_same_name_needs_a_person(ready: Books, cast: Cast) -> None:
    ready.create("Vendor", DisplayName=cast.client.name)
    invoice = issued(cast)
    put(cast, INVOICE, invoice)
    work_off()
    row = OutboxRow.objects.get(kind="quickbooks.invoice")
    assert row.state == "ATTENTION"
    assert "of this name" in row.last_error


def test_only_who_may_post_posts(ready: Books, cast: Cast) -> None:
    invoice = issued(cast)
    for operation in (post, retry, unignore):
        with pytest.raises(NotAllowed):
            operation(kind=INVOICE, ids=[invoice.pk], by=cast.member, at=NOW)
    with pytest.raises(NotAllowed):
        ignore(kind=INVOICE, ids=[invoice.pk], reason="", by=cast.member, at=NOW)


def test_fifty_cost_as_many_statements_as_one(ready: Books, cast: Cast) -> None:
    entries = [log(cast.member, cast.design, 30, day=date(2026, 11, 1 + n)) for n in range(20)]
    with CaptureQueriesContext(connection) as one:
        put(cast, TIME, entries[0])
    Client.objects.filter(pk=cast.client.pk)
    with CaptureQueriesContext(connection) as many:
        put(cast, TIME, *entries[1:])
    assert len(many) <= len(one)


def test_another_currency_goes_with_the_rate_it_was_frozen_with(ready: Books, cast: Cast) -> None:
    """Else QuickBooks takes its own of the day, and both books tell other amounts in the home currency."""
    ready.pull_lever("preferences", CurrencyPrefs={"MultiCurrencyEnabled": True})
    pull(by=cast.owner, at=NOW)
    cast.client.currency = "EUR"
    cast.client.save()
    set_rates(rows=[Row("EUR", "USD", TODAY, Decimal("1.0842"))], source="bank", by=None)
    log(cast.member, cast.design, 60, rate=1000, rate_currency="EUR")
    draft = draft_invoice(project=cast.project, through=TODAY, by=cast.finance, on=TODAY)
    bill = issue_invoice(invoice=draft, by=cast.finance, on=TODAY, at=NOW)
    paid = record_payment(
        invoice=bill,
        amount=Decimal(400),
        method="CHECK",
        received_on=TODAY,
        by=cast.finance,
        on=TODAY,
        at=NOW,
        exchange_rate=Decimal("1.1"),
    )
    put(cast, INVOICE, bill)
    work_off()
    put(cast, PAYMENT, paid)
    work_off()
    [there], [money] = ready.all("Invoice"), ready.all("Payment")
    assert (there["CurrencyRef"]["value"], there["ExchangeRate"], there["HomeTotalAmt"]) == (
        "EUR",
        1.0842,
        1084.2,
    )
    assert (money["CurrencyRef"]["value"], money["ExchangeRate"]) == ("EUR", 1.1)

"""Issuing: a number without gaps, a frozen document, balanced books, a PDF afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from billing.documents import digest
from billing.editing import edit_line
from billing.issuing import AlreadyIssued, ChangedMeanwhile, NotReadyToIssue, TaxHasChanged, issue_invoice
from billing.models import BilledTime, Invoice, InvoiceDocument, NumberSeries
from billing.promises import DraftIsStale
from billing.rendering import ensure_pdf
from core.errors import NotAllowed, Refusal
from core.models import OutboxRow
from core.promises import promises
from ledger.balances import trial_balance
from ledger.models import JournalEntry, LedgerRules
from ledger.promises import BooksAreClosed
from tests.billing.work import drafted, log
from tests.cast import TODAY, Cast
from tests.taxes import tax_code
from timesheets.models import TimeEntry

# Whatever the real clock says, what waits for this instant is due.
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


def issue(cast: Cast, invoice: Invoice, **kwargs: Any) -> Invoice:
    return issue_invoice(**{"invoice": invoice, "by": cast.finance, "on": TODAY, "at": EARLIER} | kwargs)


def test_number_document_books_and_due_date(cast: Cast) -> None:
    cast.client.tax_code = tax_code("Sales tax", "7.25")
    cast.client.save()
    invoice = issue(cast, drafted(cast, 60, 90), version=1)
    assert (invoice.number, invoice.state) == ("INV-2026-0001", "ISSUED")
    assert (invoice.issued_on, invoice.due_on) == (TODAY, date(2026, 12, 25))
    content = invoice.document.content
    assert content["number"] == invoice.number
    assert content["client"]["name"] == "City of Larkspur Public Works"
    assert (content["subtotal"], content["total"]) == ("475", "509.44")
    assert [entry["amount"] for entry in content["appendix"][0]["entries"]] == ["190", "285"]
    assert invoice.document.content_sha256 == digest(content)
    posted = {line.purpose: line.balance_amount for line in trial_balance(TODAY).lines}
    assert posted == {
        "RECEIVABLES": Decimal("509.44"),
        "REVENUE": Decimal("-475"),
        "TAX": Decimal("-34.44"),
    }
    assert OutboxRow.objects.filter(kind="billing.render_pdf", key=str(invoice.pk)).exists()


def test_numbers_have_no_gaps_and_begin_anew_each_year(cast: Cast) -> None:
    numbers = [issue(cast, drafted(cast, 60)).number for _ in range(3)]
    with pytest.raises(Refusal):
        issue(cast, Invoice.objects.get(number=numbers[0]))
    numbers.append(issue(cast, drafted(cast, 60)).number)
    numbers.append(issue(cast, drafted(cast, 60), on=date(2027, 1, 4)).number)
    assert numbers == ["INV-2026-0001", "INV-2026-0002", "INV-2026-0003", "INV-2026-0004", "INV-2027-0001"]


def test_a_refused_issue_uses_up_no_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    invoice = drafted(cast)
    LedgerRules.objects.update(closed_through=TODAY)
    with pytest.raises(BooksAreClosed, match="closed through 25 Nov 2026"):
        issue(cast, invoice)
    assert not NumberSeries.objects.exists()
    assert not InvoiceDocument.objects.exists()
    assert not JournalEntry.objects.exists()
    invoice.refresh_from_db()
    assert (invoice.state, invoice.number) == ("DRAFT", "")


def test_what_keeps_a_draft_from_being_issued(cast: Cast) -> None:
    invoice = drafted(cast)
    with pytest.raises(NotAllowed):
        issue(cast, invoice, by=cast.manager)
    with pytest.raises(ChangedMeanwhile):
        issue(cast, invoice, version=7)
    cast.client.billing_address = " "
    cast.client.save()
    with pytest.raises(NotReadyToIssue, match="no billing address"):
        issue(cast, invoice)
    cast.client.billing_address = "1 Main Street"
    cast.client.save()
    edit_line(line=invoice.lines.get(), amount=Decimal(0), reason="Free of charge", by=cast.finance)
    with pytest.raises(NotReadyToIssue, match="not above zero"):
        issue(cast, invoice)
    invoice.lines.all().delete()
    with pytest.raises(NotReadyToIssue, match="no lines"):
        issue(cast, invoice)


def test_a_changed_tax_is_noticed(cast: Cast) -> None:
    invoice = drafted(cast)
    cast.client.tax_code = tax_code("New", "5")
    cast.client.save()
    with pytest.raises(TaxHasChanged):
        issue(cast, invoice)


def test_a_stale_draft_is_not_issued(cast: Cast) -> None:
    invoice = drafted(cast)
    TimeEntry.objects.update(rate_amount=200)
    with pytest.raises(DraftIsStale):
        issue(cast, invoice)
    # Nor by hand: the database refuses as well.
    with pytest.raises(DraftIsStale), promises(), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(
            state="ISSUED", number="X-1", issued_on=TODAY, due_on=TODAY
        )


def test_lines_that_do_not_add_up_are_refused_by_the_database(cast: Cast) -> None:
    invoice = drafted(cast)
    invoice.lines.update(amount=1, adjustment_reason="by hand")
    with pytest.raises(Refusal, match="do not add up"):
        issue(cast, invoice)
    invoice.lines.update(amount=190, adjustment_reason="")
    BilledTime.objects.update(amount=1)
    with pytest.raises(Refusal, match="do not add up"):
        issue(cast, invoice)


def test_issuing_twice_says_which_number(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast))
    with pytest.raises(AlreadyIssued, match=invoice.number):
        issue(cast, invoice)


ATTEMPTS = {
    "total": "UPDATE billing_invoice SET total_amount = 1, subtotal_amount = 1",
    "number": "UPDATE billing_invoice SET number = 'X-9'",
    "back to draft": "UPDATE billing_invoice SET state = 'DRAFT', number = '', issued_on = NULL",
    "void reason": "UPDATE billing_invoice SET void_reason = 'x'",
    "delete": "DELETE FROM billing_invoice",
    "line": "UPDATE billing_invoiceline SET description = 'x'",
    "line deleted": "DELETE FROM billing_invoiceline",
    "line added": """INSERT INTO billing_invoiceline (invoice_id, "group", work_key, description, minutes,
        computed_amount, amount, adjustment_reason, is_taxable, position)
        SELECT id, '', '', 'x', 0, 1, 1, '', true, 9 FROM billing_invoice""",
    "tax": "UPDATE billing_invoicetax SET amount = 0",
    "tax deleted": "DELETE FROM billing_invoicetax",
    "billed": "UPDATE billing_billedtime SET minutes = 1",
    "released": "UPDATE billing_billedtime SET is_live = false",
    "billed deleted": "DELETE FROM billing_billedtime",
    "document": "UPDATE billing_invoicedocument SET content = '{}'",
    "document deleted": "DELETE FROM billing_invoicedocument",
    "posting": "DELETE FROM billing_invoicejournal",
    "counter back": "UPDATE billing_numberseries SET last_number = 0",
    "counter deleted": "DELETE FROM billing_numberseries",
    "entry": "UPDATE timesheets_timeentry SET worked_minutes = 1, billable_minutes = 1",
    "entry state": "UPDATE timesheets_timeentry SET state = 'SUBMITTED'",
    "entry note": "UPDATE timesheets_timeentry SET note = 'x'",
    "entry deleted": "DELETE FROM timesheets_timeentry",
    "journal": "UPDATE ledger_journalline SET debit_amount = debit_amount * 2",
    "journal deleted": "DELETE FROM ledger_journalline",
    "truncate": "TRUNCATE billing_billedtime CASCADE",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_database_keeps_what_is_issued(cast: Cast, attempt: str) -> None:
    cast.client.tax_code = tax_code("Sales tax", "7.25")
    cast.client.save()
    issue(cast, drafted(cast, 60))
    with connection.cursor() as cursor:
        # Checks that wait for the commit would keep TRUNCATE from even trying.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        with pytest.raises(Refusal), promises(), transaction.atomic():
            cursor.execute(ATTEMPTS[attempt])


def test_sending_may_be_noted_on_an_issued_invoice(cast: Cast) -> None:
    invoice = issue(cast, drafted(cast))
    invoice.sent_to = "ap@larkspur.example"
    invoice.save(update_fields=["sent_to"])


def test_the_currency_of_a_client_with_work_is_locked(cast: Cast) -> None:
    cast.client.currency = "EUR"
    cast.client.save()
    log(cast.member, cast.design)
    cast.client.currency = "USD"
    with pytest.raises(Refusal, match="currency stays"), promises(), transaction.atomic():
        cast.client.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        cast.client.save()


def test_the_pdf_is_made_after_the_commit_and_again_when_it_is_gone(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any], tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        invoice = issue(cast, drafted(cast))
    stored = InvoiceDocument.objects.get(invoice=invoice).pdf
    assert stored is not None
    assert stored.name == "Hartwell-Moss_Invoice_INV-2026-0001.pdf"
    assert stored.read().startswith(b"%PDF")
    stored.path.unlink()
    assert ensure_pdf(invoice).read().startswith(b"%PDF")


def test_a_full_disk_leaves_the_invoice_standing(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any], tmp_path: Any, settings: Any
) -> None:
    nowhere = tmp_path / "full"
    nowhere.write_text("a file where a folder should be")
    settings.DATA_DIR = nowhere
    with django_capture_on_commit_callbacks(execute=True):
        invoice = issue(cast, drafted(cast))
    row = OutboxRow.objects.get(kind="billing.render_pdf")
    assert (row.state, invoice.state) == ("QUEUED", "ISSUED")
    assert "could not be written" in row.last_error
    settings.DATA_DIR = tmp_path
    assert ensure_pdf(invoice).size > 1000

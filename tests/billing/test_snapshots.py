"""What was mailed stays as it was; mails that come back are seen; credit memos go out too."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from billing.attaching import attach_file
from billing.crediting import FreeLine, draft_free_credit
from billing.delivering import revoke_link, unsend_invoice
from billing.delivering_credits import CreditIsNotIssued, send_credit, unsend_credit
from billing.issuing_credits import issue_credit
from billing.models import CreditMemo, Snapshot
from billing.snapshot_noting import note_returned
from billing.snapshots import sendings_of
from core import clock
from core.bouncing import HasNotLeft, note_bounce, read_report
from core.files import NotWhatItSays, TooLarge
from tests.billing.paying import Till
from tests.billing.test_delivering import send

REPORT = """From: MAILER-DAEMON@mx.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ap@larkspur.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
    mailbox
--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Invoice

Hello
--b--
"""


def issued_credit(till: Till) -> CreditMemo:
    line = FreeLine("Goodwill", Decimal("100"), False)
    draft = draft_free_credit(
        client=till.cast.client,
        title="Goodwill",
        lines=[line],
        reason="Late",
        message="Sorry.",
        by=till.cast.finance,
    )
    return issue_credit(credit=draft, by=till.cast.finance, on=clock.now().date(), at=clock.now())


def test_each_mailed_pdf_is_kept_as_it_was(till: Till) -> None:
    invoice = till.issue()
    send(till, invoice)
    till.mail_out()
    # Its link is closed and another made: the PDF is made anew, the one that went out stays.
    revoke_link(invoice=invoice, by=till.cast.finance, at=clock.now())
    send(till, invoice, message="The new link.")
    till.mail_out()
    latest, first = sendings_of(invoice)
    assert (latest.look[2], first.look[2]) == ("Taken by the mail server", "Taken by the mail server")
    assert latest.snapshot.sha256 != first.snapshot.sha256
    assert first.snapshot.file.read().startswith(b"%PDF")
    assert first.snapshot.made_by == till.cast.finance
    for change in (Snapshot.objects.all().delete, lambda: Snapshot.objects.update(sha256="0" * 64)):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()


def test_where_a_mail_stands(till: Till) -> None:
    invoice = till.issue()
    sent = send(till, invoice)
    [waits] = sendings_of(invoice)
    assert (waits.look[2], waits.can_bounce) == ("Waits to leave", False)
    with pytest.raises(HasNotLeft):
        note_returned(snapshot=waits.snapshot, by=till.cast.finance, at=clock.now())
    unsend_invoice(sent=sent, invoice=invoice, by=till.cast.finance, at=clock.now())
    assert sendings_of(invoice)[0].look[2] == "Taken back"
    send(till, invoice)
    till.mail_out()
    [again] = sendings_of(invoice)
    assert again.can_bounce
    note_returned(snapshot=again.snapshot, by=till.cast.finance, at=clock.now())
    [back] = sendings_of(invoice)
    assert (back.look[2], back.words, back.can_bounce) == (
        "Came back",
        "It came back; nobody noted why.",
        False,
    )


def test_reports_of_the_other_side(till: Till) -> None:
    invoice = till.issue()
    sent = send(till, invoice)
    till.mail_out()
    raw = REPORT.format(action="failed", message_id=sent.message_id).encode()
    found = read_report(raw)
    assert found is not None
    assert (found.message_id, found.words) == (sent.message_id, "550 5.1.1 no such mailbox")
    note_bounce(mail=sent, words=found.words, by=None, at=clock.now())
    [back] = sendings_of(invoice)
    assert back.words == "550 5.1.1 no such mailbox"
    # The first report counts.
    note_bounce(mail=sent, words="other", by=None, at=clock.now() + timedelta(hours=1))
    assert sendings_of(invoice)[0].words == "550 5.1.1 no such mailbox"
    assert read_report(REPORT.format(action="delayed", message_id=sent.message_id).encode()) is None
    assert read_report(b"Subject: Out of office\n\nBack on Monday.") is None


def test_a_credit_memo_is_mailed_and_taken_back(till: Till) -> None:
    credit = issued_credit(till)
    asked = {"to": ["ap@larkspur.example"], "cc": [], "message": "Here it is.", "by": till.cast.finance}
    sent = send_credit(credit=credit, at=clock.now(), **asked)
    assert send_credit(credit=credit, at=clock.now(), **asked).pk == sent.pk
    unsend_credit(sent=sent, credit=credit, by=till.cast.finance, at=clock.now())
    credit.refresh_from_db()
    assert credit.sent_at is None
    send_credit(credit=credit, at=clock.now(), **asked)
    till.mail_out()
    [mail] = till.sandbox.mails("ap@larkspur.example")
    assert mail["subject"] == f"Credit memo {credit.number}: $100.00"
    assert "In your favor" in mail["html"]
    assert mail["attachments"][0]["filename"] == f"Hartwell-Moss_Credit-memo_{credit.number}.pdf"
    assert [one.look[2] for one in sendings_of(credit)] == ["Taken by the mail server"]
    draft = draft_free_credit(
        client=till.cast.client,
        title="More",
        lines=[FreeLine("More", Decimal("1"), False)],
        reason="x",
        message="",
        by=till.cast.finance,
    )
    with pytest.raises(CreditIsNotIssued):
        send_credit(credit=draft, at=clock.now(), **asked)


def test_the_time_behind_it_goes_as_a_table(till: Till) -> None:
    invoice = till.issue()
    with pytest.raises(TooLarge) as large:
        send(till, invoice, more_files=[("plan.pdf", b"%PDF-1.7" + b" " * 10 * 1024 * 1024)])
    with pytest.raises(NotWhatItSays) as wrong:
        send(till, invoice, more_files=[("plan.pdf", b"MZ")])
    assert (large.value.field, wrong.value.field) == ("more_files", "more_files")
    # What was attached to the invoice counts too, and goes along.
    scan = b"%PDF-1.7" + b" " * 4 * 1024 * 1024
    attach_file(invoice=invoice, name="Signed sheet.pdf", content=scan, by=till.cast.finance)
    with pytest.raises(TooLarge):
        send(till, invoice, more_files=[("plan.pdf", scan), ("more.pdf", scan)])
    send(till, invoice, with_time=True, more_files=[("Status report.pdf", b"%PDF-1.7 x")])
    till.mail_out()
    [mail] = till.sandbox.mails("ap@larkspur.example")
    assert [one["filename"] for one in mail["attachments"]] == [
        f"Hartwell-Moss_Invoice_{invoice.number}.pdf",
        "Signed sheet.pdf",
        "Status report.pdf",
        f"Time detail {invoice.number}.csv",
    ]

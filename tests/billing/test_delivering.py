"""Sending an invoice: to whom, in whose language, once for each deliberate press, and back within 15 seconds."""

from datetime import timedelta
from typing import Any

import pytest

from billing.delivering import (
    InvoiceIsNotIssued,
    NobodyToSendTo,
    send_invoice,
    unsend_invoice,
)
from billing.document_mails import AnotherIsLeaving
from billing.drafting import draft_invoice
from billing.models import Invoice
from clients.models import Client, Contact
from core import clock, outbox
from core.errors import NotAllowed
from core.mail import MailHasLeft, NotAnAddress
from core.models import Mail
from tests.billing.paying import Till
from tests.billing.work import THROUGH, log


def send(till: Till, invoice: Invoice, **changed: Any) -> Mail:
    values = {
        "invoice": invoice,
        "to": ["ap@larkspur.example"],
        "cc": [],
        "message": "Hello,\n\nhere it is.",
        "by": till.cast.finance,
        "at": clock.now(),
    }
    return send_invoice(**values | changed)


def test_the_mail_with_pdf_and_link(till: Till) -> None:
    invoice = till.issue()
    send(till, invoice, cc=["alma@larkspur.example"])
    till.mail_out()
    [mail] = till.sandbox.mails("ap@larkspur.example")
    assert mail["subject"].startswith(f"Invoice {invoice.number}: $1,900.00 due ")
    assert till.url(invoice) in mail["text"]
    assert till.url(invoice) in mail["html"]
    assert "here it is." in mail["text"]
    [attached] = mail["attachments"]
    assert attached["filename"] == f"Hartwell-Moss_Invoice_{invoice.number}.pdf"
    assert attached["content_type"] == "application/pdf"
    assert till.sandbox.mails("alma@larkspur.example")[0]["id"] == mail["id"]
    invoice.refresh_from_db()
    assert invoice.sent_to == "ap@larkspur.example"
    assert till.web.get(till.url(invoice)).status_code == 200


def test_it_waits_fifteen_seconds_and_can_be_taken_back(till: Till) -> None:
    invoice = till.issue()
    at = clock.now()
    sent = send(till, invoice, at=at)
    outbox.drain(at=at + timedelta(seconds=14))
    assert till.sandbox.mails() == []
    unsend_invoice(sent=sent, invoice=invoice, by=till.cast.finance, at=at + timedelta(seconds=14))
    till.mail_out()
    assert till.sandbox.mails() == []
    invoice.refresh_from_db()
    assert (invoice.sent_at, invoice.sent_to) == (None, "")
    # Changed one's mind: it goes after all.
    again = send(till, invoice)
    till.mail_out()
    assert len(till.sandbox.mails()) == 1
    with pytest.raises(MailHasLeft):
        unsend_invoice(
            sent=again, invoice=invoice, by=till.cast.finance, at=clock.now() + timedelta(minutes=2)
        )


def test_a_second_press_is_the_same_mail_and_a_deliberate_one_a_second(till: Till) -> None:
    invoice = till.issue()
    first, second = send(till, invoice), send(till, invoice)
    assert first.pk == second.pk
    with pytest.raises(AnotherIsLeaving):
        send(till, invoice, message="Other words")
    till.mail_out()
    third = send(till, invoice, message="Once more, as you asked.")
    assert third.pk != first.pk
    till.mail_out()
    assert len(till.sandbox.mails()) == 2
    # Taking back the third would have left the first as what was sent.
    fourth = send(till, invoice)
    unsend_invoice(sent=fourth, invoice=invoice, by=till.cast.finance, at=clock.now())
    invoice.refresh_from_db()
    assert invoice.sent_at is not None


def test_sent_again_it_asks_for_what_is_open(till: Till) -> None:
    invoice = till.issue()
    payment = till.open(invoice, "500")
    till.pay(payment)
    till.settle(payment)
    send(till, invoice)
    till.mail_out()
    assert till.sandbox.mails()[0]["subject"].startswith(f"Invoice {invoice.number}: $1,400.00 due ")
    payment = till.open(invoice, "1400")
    till.pay(payment)
    till.settle(payment)
    send(till, invoice, message="For your files.")
    till.mail_out()
    mail = till.sandbox.mails()[0]
    assert mail["subject"] == f"Invoice {invoice.number}"
    assert "Pay invoice" not in mail["html"]
    assert "Nothing is open." in mail["text"]


def test_who_gets_nothing_and_why(till: Till) -> None:
    invoice = till.issue()
    with pytest.raises(NobodyToSendTo) as nobody:
        send(till, invoice, to=[])
    with pytest.raises(NotAnAddress, match=r'"larkspur\.example" is not') as wrong:
        send(till, invoice, to=["ap@larkspur.example", "larkspur.example"])
    with pytest.raises(NotAnAddress) as wrong_copy:
        send(till, invoice, cc=["alma"])
    assert (nobody.value.field, wrong.value.field, wrong_copy.value.field) == ("to", "to", "cc")
    with pytest.raises(NotAllowed):
        send(till, invoice, by=till.cast.manager)
    log(till.cast.member, till.cast.design, 60)
    at = clock.now()
    draft = draft_invoice(project=till.cast.project, through=THROUGH, by=till.cast.finance, on=at.date())
    with pytest.raises(InvoiceIsNotIssued):
        send(till, draft)
    assert not Mail.objects.exists()
    invoice.refresh_from_db()
    assert invoice.sent_at is None


def test_a_german_client_reads_german(till: Till) -> None:
    Client.objects.update(language="de", currency="EUR")
    invoice = till.issue(currency="EUR")
    send(till, invoice, message="Guten Tag")
    till.mail_out()
    [mail] = till.sandbox.mails("ap@larkspur.example")
    subject = mail["subject"].replace("\xa0", " ")
    assert subject.startswith(f"Rechnung {invoice.number}: 1.900,00 €, fällig am ")
    assert "Rechnung bezahlen" in mail["html"]
    assert '<html lang="de"' in mail["html"]
    payment = till.open(invoice)
    till.pay(payment)
    till.settle(payment)
    till.mail_out()
    receipt = till.sandbox.mails("ap@larkspur.example")[0]
    assert (
        receipt["subject"].replace("\xa0", " ") == f"Zahlungsbeleg zu Rechnung {invoice.number}: 1.900,00 €"
    )
    assert "Bezahlt mit: Karte" in receipt["text"]
    assert "Noch offen: Nichts" in receipt["text"]


def test_a_contact_without_a_proper_address_stops_no_payment(till: Till) -> None:
    Contact.objects.update(email="nobody")
    invoice = till.issue()
    payment = till.open(invoice)
    till.pay(payment)
    assert till.settle(payment).state == "SUCCEEDED"
    assert not Mail.objects.exists()

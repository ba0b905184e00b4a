"""Mail leaves at most once, and says what became of it."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core import files, mail, outbox
from core.mail import MailHasLeft, NotAnAddress, State
from core.models import Action, Mail, OutboxRow
from core.outbox import STALE_AFTER
from core.transitions import IllegalMove
from tests.core import smtp
from tests.core.people import DANA, NOW
from tests.two_connections import at_once


@pytest.fixture
def server(settings: Any) -> Iterator[smtp.MailServer]:
    with smtp.running() as (server, mailers):
        settings.MAILERS = mailers
        yield server


def letter(**changed: Any) -> Mail:
    values: dict[str, Any] = {
        "to": ["ap@larkspur.example"],
        "subject_key": "invoice-7",
        "subject": "Invoice 2026-0007",
        "text": "Please find the invoice.",
        "at": NOW,
    }
    return mail.post("billing.invoice", **(values | changed))


def row_of(posted: Mail) -> OutboxRow:
    return OutboxRow.objects.get(kind=mail.OUTBOX_KIND, key=f"{posted.pk}.{posted.generation}")


def send(posted: Mail, at: Any = NOW) -> tuple[Mail, OutboxRow]:
    outbox.deliver(row_of(posted).pk, at=at)
    posted.refresh_from_db()
    return posted, row_of(posted)


def test_a_mail_leaves_whole(firm: Any, server: smtp.MailServer, disk: Path) -> None:
    pdf = files.store("2026-0007.pdf", b"%PDF-1.7 ...", "invoice")
    html = "<html><head><style>p {color: #123456}</style></head><body><p>Hello</p></body></html>"
    posted = letter(
        html=html,
        attachments=[pdf],
        cc=["boss@larkspur.example"],
        from_name="Hartwell, Möss",
        reply_to=["kemi@hm.example"],
    )
    sent, row = send(posted)
    assert (sent.state, sent.sent_at, row.state) == (State.SENT, NOW, outbox.State.DONE)
    [message] = server.taken
    assert server.receivers == ["ap@larkspur.example", "boss@larkspur.example"]
    assert message["Message-ID"] == posted.message_id
    assert message["Subject"] == "Invoice 2026-0007"
    assert message["From"].addresses[0].display_name == "Hartwell, Möss"
    assert message["Reply-To"] == "kemi@hm.example"
    styled = message.get_body(("html",))
    assert styled is not None
    assert 'style="color: #123456;"' in styled.get_content()
    [attachment] = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content()) == ("2026-0007.pdf", b"%PDF-1.7 ...")


def test_a_link_that_lets_somebody_in_is_not_kept_once_it_left(firm: Any, server: smtp.MailServer) -> None:
    words = {
        "text": "Come in: /people/join/s3cret/",
        "html": "<p>/people/join/s3cret/</p>",
        "is_secret": True,
    }
    sent, _ = send(letter(**words))
    assert "s3cret" in str(server.taken[0])
    assert (sent.state, sent.text, sent.html) == (State.SENT, "", "")


def test_a_secret_is_kept_while_it_may_have_to_be_sent_again(firm: Any, server: smtp.MailServer) -> None:
    server.hangs_up = True
    unsure, _ = send(letter(text="Come in: s3cret", is_secret=True))
    assert (unsure.state, unsure.text) == (State.UNSURE, "Come in: s3cret")
    confirmed = mail.confirm_sent(unsure, by=DANA)
    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.text) == (State.SENT, "")


def test_at_most_once_for_person_subject_and_day(firm: Any, server: smtp.MailServer) -> None:
    first = letter()
    assert letter(subject="Another text") == first
    send(first)
    assert letter() == first
    assert letter(to=["other@larkspur.example"]) != first
    assert letter(at=NOW + timedelta(days=1)) != first
    assert letter(person_key="client-3") != first
    assert OutboxRow.objects.filter(kind=mail.OUTBOX_KIND).count() == 4
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (["larkspur.example"], '"larkspur.example" is not an e-mail address.'),
        (["a@b.example\nBcc: x@y.example"], "is not an e-mail address"),
        (["  "], "Enter at least one e-mail address."),
    ],
)
def test_what_is_no_address(firm: Any, to: list[str], words: str) -> None:
    with pytest.raises(NotAnAddress) as refusal:
        letter(to=to)
    assert words in refusal.value.message
    assert refusal.value.field == "to"
    assert not Mail.objects.exists()


def test_a_subject_cannot_carry_another_header(firm: Any, server: smtp.MailServer) -> None:
    send(letter(subject="Invoice\r\nBcc: thief@example.com"))
    assert server.taken[0]["Subject"] == "Invoice Bcc: thief@example.com"
    assert server.taken[0]["Bcc"] is None


def test_undo_takes_a_waiting_mail_back_and_it_may_be_sent_anew(firm: Any, server: smtp.MailServer) -> None:
    posted = letter(delay_seconds=mail.UNDO_SECONDS)
    mail.cancel(posted, by=DANA, at=NOW + timedelta(seconds=14))
    send(posted, NOW + timedelta(seconds=20))
    assert (posted.state, server.taken) == (State.CANCELED, [])
    assert Action.objects.filter(verb="mail.cancel", subject_id=str(posted.pk)).exists()
    again = letter(subject="Corrected")
    assert (again.pk, again.state, again.generation) == (posted.pk, State.QUEUED, 2)
    send(again)
    assert [message["Subject"] for message in server.taken] == ["Corrected"]


def test_undo_comes_too_late(firm: Any, server: smtp.MailServer) -> None:
    posted = letter(delay_seconds=15)
    with pytest.raises(MailHasLeft):
        mail.cancel(posted, by=DANA, at=NOW + timedelta(seconds=15))
    send(posted, NOW + timedelta(seconds=15))
    with pytest.raises(MailHasLeft):
        mail.cancel(posted, by=DANA, at=NOW)
    assert len(server.taken) == 1


def test_no_server_means_later_not_lost(firm: Any, settings: Any) -> None:
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 2}}}
    posted, row = send(letter())
    assert (posted.state, row.state, row.not_before) == (
        State.QUEUED,
        outbox.State.QUEUED,
        NOW + mail.SERVER_DOWN,
    )
    with smtp.running() as (server, mailers):
        settings.MAILERS = mailers
        send(posted, row.not_before)
    assert (posted.state, len(server.taken)) == (State.SENT, 1)


@pytest.mark.parametrize(
    ("rcpt", "data"), [("451 greylisted", "250 OK"), ("250 OK", "452 full")], ids=["receiver", "content"]
)
def test_a_temporary_no_is_tried_again(firm: Any, server: smtp.MailServer, rcpt: str, data: str) -> None:
    server.rcpt, server.data = rcpt, data
    posted, row = send(letter())
    assert (posted.state, row.state) == (State.QUEUED, outbox.State.QUEUED)
    server.rcpt = server.data = "250 OK"
    assert send(posted, row.not_before)[0].state == State.SENT


@pytest.mark.parametrize(
    ("rcpt", "data"), [("550 no such mailbox", "250 OK"), ("250 OK", "554 spam")], ids=["receiver", "content"]
)
def test_a_final_no_asks_a_person(firm: Any, server: smtp.MailServer, rcpt: str, data: str) -> None:
    server.rcpt, server.data = rcpt, data
    posted, row = send(letter())
    assert (posted.state, row.state) == (State.FAILED, outbox.State.ATTENTION)
    assert "The mail server answered 55" in posted.error
    assert list(Mail.objects.to_look_at()) == [posted]
    server.rcpt = server.data = "250 OK"
    again, _ = send(mail.send_again(posted, by=DANA, at=NOW))
    assert (again.state, again.generation, again.error) == (State.SENT, 2, "")


def test_a_dropped_line_is_unsure_and_never_sent_again_by_itself(firm: Any, server: smtp.MailServer) -> None:
    server.hangs_up = True
    posted, row = send(letter())
    assert (posted.state, row.state) == (State.UNSURE, outbox.State.ATTENTION)
    server.hangs_up = False
    outbox.drain(at=NOW + timedelta(days=1))
    letter()
    assert len(server.taken) == 1
    assert list(Mail.objects.to_look_at()) == [posted]
    confirmed = mail.confirm_sent(posted, by=DANA)
    assert (confirmed.state, confirmed.sent_at) == (State.SENT, NOW)
    with pytest.raises(IllegalMove, match="cannot become waiting"):
        mail.send_again(confirmed, by=DANA, at=NOW)


def test_a_person_may_send_an_unsure_mail_again_under_the_same_message_id(
    firm: Any, server: smtp.MailServer
) -> None:
    server.hangs_up = True
    posted, _ = send(letter())
    server.hangs_up = False
    send(mail.send_again(posted, by=DANA, at=NOW))
    assert {message["Message-ID"] for message in server.taken} == {posted.message_id}
    assert len(server.taken) == 2


def test_an_unsure_reminder_is_dropped(firm: Any, server: smtp.MailServer) -> None:
    server.hangs_up = True
    posted, row = send(letter(is_reminder=True))
    assert (posted.state, row.state) == (State.UNSURE, outbox.State.DONE)
    assert not Mail.objects.to_look_at().exists()


@pytest.mark.parametrize("is_reminder", [True, False])
def test_a_worker_killed_after_the_claim_leaves_it_unsure(
    firm: Any, server: smtp.MailServer, is_reminder: bool
) -> None:
    posted = letter(is_reminder=is_reminder)
    Mail.objects.filter(pk=posted.pk).update(state=State.CLAIMED, claimed_at=NOW)
    OutboxRow.objects.filter(pk=row_of(posted).pk).update(
        state=outbox.State.SENDING, claimed_at=NOW, attempts=1
    )
    outbox.drain(at=NOW + STALE_AFTER + timedelta(seconds=1))
    posted.refresh_from_db()
    assert (posted.state, server.taken) == (State.UNSURE, [])
    expected = outbox.State.DONE if is_reminder else outbox.State.ATTENTION
    assert row_of(posted).state == expected


def test_a_worker_killed_before_the_claim_loses_nothing(firm: Any, server: smtp.MailServer) -> None:
    posted = letter()
    OutboxRow.objects.filter(pk=row_of(posted).pk).update(
        state=outbox.State.SENDING, claimed_at=NOW, attempts=1
    )
    outbox.drain(at=NOW + STALE_AFTER + timedelta(seconds=1))
    posted.refresh_from_db()
    assert (posted.state, len(server.taken)) == (State.SENT, 1)


def test_a_missing_attachment_is_a_final_no(firm: Any, server: smtp.MailServer, disk: Path) -> None:
    pdf = files.store("a.pdf", b"%PDF-1.7 lost", "invoice")
    posted = letter(attachments=[pdf])
    pdf.path.unlink()
    send(posted)
    assert (posted.state, server.taken) == (State.FAILED, [])


def test_two_workers_at_once_send_one_mail(own_firm: Any, server: smtp.MailServer) -> None:
    posted = letter()
    calls = [lambda: outbox.drain(at=NOW), lambda: outbox.deliver(row_of(posted).pk, at=NOW)] * 2
    assert not [answer for answer in at_once(own_firm, *calls) if isinstance(answer, Exception)]
    posted.refresh_from_db()
    assert (posted.state, len(server.taken)) == (State.SENT, 1)


def test_two_operations_at_once_post_one_mail(own_firm: Any) -> None:
    assert len(set(at_once(own_firm, lambda: letter().pk, lambda: letter().pk))) == 1


def test_undo_and_sending_at_once_have_one_winner(own_firm: Any, server: smtp.MailServer) -> None:
    edge = NOW + timedelta(seconds=15)
    for number in range(5):
        posted = letter(subject_key=f"race-{number}", delay_seconds=15)
        send_it = partial(outbox.deliver, row_of(posted).pk, at=edge)
        at_once(own_firm, send_it, partial(mail.cancel, posted, by=DANA, at=NOW))
        posted.refresh_from_db()
        arrived = [one for one in server.taken if one["Message-ID"] == posted.message_id]
        assert (posted.state, len(arrived)) in [(State.SENT, 1), (State.CANCELED, 0)]


def test_text_is_not_escaped_and_html_is(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "hello.txt").write_text("Invoice for {{ name }}\n\nDear {{ name }},\nhello.\n")
    (tmp_path / "hello.html").write_text("<p>{{ name }}</p>")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    assert mail.render_mail("hello", {"name": "Moss & Co"}) == (
        "Invoice for Moss & Co",
        "Dear Moss & Co,\nhello.\n",
        "<p>Moss &amp; Co</p>",
    )

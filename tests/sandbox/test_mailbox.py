"""The mail server and its pages."""

import smtplib
from email.message import EmailMessage

import pytest
import requests

from tests.stand_ins import Sandbox, SandboxRefused


def letter(
    to: str = "client@larkspur.example", subject: str = "Invoice HM-2026-0418 · 18.240,00 €"
) -> EmailMessage:
    """A mail as the application sends one: text, HTML with a picture inside, a PDF."""
    message = EmailMessage()
    message["From"] = "Hartwell & Moss <billing@hm.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<418@hm.example>"
    message.set_content("Pay here: http://hm.localhost:8000/pay/abc.\n")
    body = '<a href="http://hm.localhost:8000/pay/abc">Pay</a><img src="cid:logo">'
    html = f"<html><head></head><body>{body}</body></html>"
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>")  # type: ignore[union-attr, index]
    message.add_attachment(
        b"%PDF-1.7 bytes", maintype="application", subtype="pdf", filename="Invoice 418.pdf"
    )
    return message


def send(sandbox: Sandbox, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=5) as server:
        server.send_message(message)


def test_a_mail_arrives_whole(sandbox: Sandbox) -> None:
    send(sandbox, letter())
    (mail,) = sandbox.mails()
    assert mail["subject"] == "Invoice HM-2026-0418 · 18.240,00 €"
    assert mail["envelope_to"] == ["client@larkspur.example"]
    assert (mail["message_id"], mail["text"].strip()) == (
        "<418@hm.example>",
        "Pay here: http://hm.localhost:8000/pay/abc.",
    )
    assert mail["links"] == ["http://hm.localhost:8000/pay/abc"]
    (pdf,) = mail["attachments"]
    assert (pdf["content_type"], pdf["size"]) == ("application/pdf", 14)
    answer = requests.get(sandbox.http_url + pdf["url"], timeout=5)
    assert answer.content == b"%PDF-1.7 bytes"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Invoice 418.pdf"'
    assert "Subject:" in sandbox.look(f"mails/{mail['id']}")["raw"]


def test_what_is_no_address_is_refused(sandbox: Sandbox) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port, timeout=5) as server:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
            server.sendmail("billing@hm.example", ["nobody"], "Subject: x\r\n\r\nx")
        assert caught.value.recipients["nobody"][0] == 550
    assert sandbox.mails() == []


@pytest.mark.parametrize(("kind", "code", "kept"), [("5xx", 554, 0), ("429", 451, 0), ("503", 451, 0)])
def test_a_mail_can_be_refused(sandbox: Sandbox, kind: str, code: int, kept: int) -> None:
    sandbox.control("faults", {"match": "smtp", "kind": kind, "times": 1})
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(sandbox, letter())
    assert caught.value.smtp_code == code
    assert len(sandbox.mails()) == kept
    send(sandbox, letter())
    assert len(sandbox.mails()) == kept + 1


def test_a_mail_can_be_kept_without_anybody_being_told(sandbox: Sandbox) -> None:
    sandbox.control("faults", {"match": "smtp", "kind": "drop_after_commit"})
    with pytest.raises((smtplib.SMTPException, OSError)):
        send(sandbox, letter())
    assert len(sandbox.mails()) == 1


def test_the_pages_show_it(sandbox: Sandbox) -> None:
    send(sandbox, letter())
    send(sandbox, letter(to="other@elsewhere.example", subject="Another"))
    listed = requests.get(f"{sandbox.http_url}/mail", timeout=5).text
    assert "Invoice HM-2026-0418" in listed
    found = requests.get(f"{sandbox.http_url}/mail?to=LARKSPUR", timeout=5).text
    assert "Invoice HM-2026-0418" in found
    assert "Another" not in found
    (mail,) = sandbox.mails("larkspur")
    shown = requests.get(f"{sandbox.http_url}/mail/{mail['id']}", timeout=5).text
    assert "Invoice 418.pdf" in shown
    html = requests.get(f"{sandbox.http_url}/mail/{mail['id']}/html", timeout=5)
    assert html.headers["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "allow-scripts" not in html.headers["Content-Security-Policy"]
    assert '<head><base target="_blank">' in html.text
    assert f'src="/mail/{mail["id"]}/parts/0"' in html.text
    assert "Message-ID" in requests.get(f"{sandbox.http_url}/mail/{mail['id']}/source", timeout=5).text


def test_mails_are_thrown_away(sandbox: Sandbox) -> None:
    for _ in range(3):
        send(sandbox, letter())
    sandbox.control(f"mails/{sandbox.mails()[0]['id']}", method="DELETE")
    assert len(sandbox.mails()) == 2
    sandbox.control("mails", method="DELETE")
    assert sandbox.mails() == []
    assert "No mail yet" in requests.get(f"{sandbox.http_url}/mail", timeout=5).text
    with pytest.raises(SandboxRefused):
        sandbox.look("mails/gone")
    assert requests.get(f"{sandbox.http_url}/mail/gone", timeout=5).status_code == 404

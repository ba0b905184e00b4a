"""The firm's own words in mails: variables filled, wrong ones refused, copies sent."""

import pytest

from billing.letters import first_message
from billing.mail_texting import UnknownLanguage, remove_mail_text, save_mail_text
from billing.models import MailText
from billing.recipients import mailed_to
from billing.wording import UnknownVariable, filled, why_not
from clients.models import Client
from core import clock
from core.errors import NotAllowed
from core.mail import NotAnAddress
from tests.billing.paying import Till
from tests.billing.test_delivering import send

WORDS = {"kind": "INVOICE", "language": "en", "copies": []}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Invoice {number}, {amount}", ""),
        ("{clinet}", "{clinet} is no variable here. Did you mean {client}?"),
        ("{xyzzy}", "{xyzzy} is no variable here. There are {client}, {number}, {title}, {amount}, {due}, {po}, "
         "{firm}, {sender} and {link}."),
        ("{", "A brace stands alone. Variables are written like {number}."),
        ("{{number}}", "A brace stands alone. Variables are written like {number}."),
        ("{}", "{} is no variable here. There are {client}, {number}, {title}, {amount}, {due}, {po}, {firm}, "
         "{sender} and {link}."),
    ],
)  # fmt: skip
def test_variables_are_known(text: str, wrong: str) -> None:
    assert why_not(text, "INVOICE") == wrong


def test_a_credit_memo_is_never_due() -> None:
    assert why_not("{due}", "CREDIT").startswith("{due} is no variable here.")


def test_a_line_whose_variables_say_nothing_goes() -> None:
    values = {"number": "HM-1", "po": ""}
    assert filled("Invoice {number}\n{po}\n\nYours", values) == "Invoice HM-1\n\nYours"


def test_own_words_go_out_with_copies(till: Till) -> None:
    subject = "{firm}: {number} over {amount}"
    text = "Dear {client},\n\n{title} comes to {amount}, due {due}.\n{po}\n\n{sender}"
    own = WORDS | {"subject": subject, "text": text, "copies": ["books@hm.example"]}
    save_mail_text(**own, by=till.cast.owner)
    invoice = till.issue()
    message = first_message(invoice, sender="Kemi Ogundipe")
    assert message.splitlines()[0] == "Dear City of Larkspur,"
    assert f"{invoice.title} comes to $1,900.00, due " in message
    assert message.endswith("\n\nKemi Ogundipe")
    people = mailed_to(invoice)
    assert people.cc == ["books@hm.example"]
    send(till, invoice, cc=people.cc, message=message)
    till.mail_out()
    [mail] = till.sandbox.mails("books@hm.example")
    assert mail["subject"] == f"{invoice.entity.name}: {invoice.number} over $1,900.00"
    # A client who reads German gets the usual German words.
    Client.objects.update(language="de")
    invoice.client.refresh_from_db()
    assert first_message(invoice).startswith("Guten Tag")
    remove_mail_text(text=MailText.objects.get(), by=till.cast.owner)
    assert mailed_to(invoice).cc == []


def test_what_is_refused_and_where(till: Till) -> None:
    good = WORDS | {"subject": "{number}", "text": "Hello"}
    with pytest.raises(UnknownVariable) as subject:
        save_mail_text(**good | {"subject": "{nubmer}"}, by=till.cast.owner)
    with pytest.raises(UnknownVariable) as text:
        save_mail_text(**good | {"text": "{totl}"}, by=till.cast.owner)
    with pytest.raises(NotAnAddress) as copies:
        save_mail_text(**good | {"copies": ["nobody"]}, by=till.cast.owner)
    with pytest.raises(UnknownLanguage):
        save_mail_text(**good | {"language": "xx"}, by=till.cast.owner)
    with pytest.raises(NotAllowed):
        save_mail_text(**good, by=till.cast.member)
    assert (subject.value.field, text.value.field, copies.value.field) == ("subject", "text", "copies")
    assert not MailText.objects.exists()
    assert clock.now()

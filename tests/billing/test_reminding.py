"""Reminders: one mail for each client, at most one a day, stopped by what stops them, by the client's own clock."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from billing.dunning import cases, next_mail_on, plan_now
from billing.dunning_promises import RemindedToday
from billing.models import DunningStep, DunningStop, Invoice, Payment, PaymentReminder, RemindedInvoice
from billing.receiving import record_payment
from billing.reminding import (
    NobodyToRemind,
    NothingToRemind,
    call_off_reminder,
    preview_reminder,
    remind_client,
    run_reminders,
)
from clients.models import Contact
from core import clock, outbox
from core.errors import NotAllowed
from core.mail import MailHasLeft, NotAnAddress
from core.models import Mail
from tests.billing.dunned import DUE, another_client, owed, turn_on
from tests.cast import Cast

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def on(day: date) -> list[PaymentReminder]:
    return run_reminders(at=AT, on=day)


def levels(invoice: Invoice) -> list[int | None]:
    return list(
        RemindedInvoice.objects.filter(invoice=invoice).order_by("pk").values_list("step_days", flat=True)
    )


def pay(cast: Cast, invoice: Invoice, amount: int, day: date = DUE) -> Payment:
    return record_payment(
        invoice=invoice,
        amount=Decimal(amount),
        method="CHECK",
        received_on=day,
        by=cast.finance,
        on=date(2026, 12, 31),
        at=clock.now(),
    )


def test_every_step_once_on_a_working_day(cast: Cast) -> None:
    """Due Monday 2 November; every day is run twice."""
    turn_on()
    invoice = owed(cast, 1_000)
    sent = {}
    day = date(2026, 10, 20)
    while day < date(2027, 1, 31):
        for reminder in (*on(day), *on(day)):
            sent[day] = reminder.tone
        day += timedelta(days=1)
    assert sent == {
        date(2026, 10, 26): "FRIENDLY",
        date(2026, 11, 2): "FRIENDLY",
        date(2026, 11, 9): "PLAIN",
        date(2026, 11, 16): "FIRM",
        date(2026, 12, 2): "FINAL",
    }
    assert levels(invoice) == [-7, 0, 7, 14, 30]
    assert Mail.objects.filter(kind="billing.reminder").count() == 5


def test_off_until_somebody_turns_it_on(cast: Cast) -> None:
    owed(cast, 1_000)
    assert on(date(2026, 11, 9)) == []
    assert not Mail.objects.exists()


def test_one_mail_for_all_that_a_client_owes(cast: Cast, django_assert_num_queries: Any) -> None:
    turn_on()
    late = owed(cast, 1_000, due=date(2026, 11, 2))
    later = owed(cast, 500, due=date(2026, 11, 9))
    ahead = owed(cast, 250, due=date(2026, 12, 31))
    pay(cast, late, 400)
    [reminder] = on(date(2026, 11, 16))
    assert (reminder.amount, reminder.tone) == (Decimal(1_100), "FIRM")
    mail = reminder.mail
    assert mail is not None
    assert mail.to == ["ap@larkspur.example"]
    assert mail.subject == "Reminder: 2 invoices, $1,100.00 open"
    assert f"{late.number}: $600.00, due Nov 2, 2026, 14 days overdue" in mail.text
    assert f"{later.number}: $500.00, due Nov 9, 2026, 7 days overdue" in mail.text
    assert ahead.number not in mail.text
    assert mail.html.count('class="mail-btn"') == 1
    assert mail.is_reminder


def test_as_many_statements_for_twenty_clients(cast: Cast, django_assert_max_num_queries: Any) -> None:
    turn_on()
    clients = [cast.client, *(another_client(cast, f"Client {number}") for number in range(19))]
    for client in clients:
        owed(cast, 1_000, client=client)
        owed(cast, 300, client=client)
    with django_assert_max_num_queries(31):
        sent = on(date(2026, 11, 9))
    assert len(sent) == 20
    assert {reminder.amount for reminder in sent} == {Decimal(1_300)}
    assert on(date(2026, 11, 9)) == []


def test_what_stops_a_reminder(cast: Cast) -> None:
    turn_on()
    day = date(2026, 11, 9)
    names = ("paid", "processing", "disputed", "promised", "paused", "client paused", "nobody")
    bills = {name: owed(cast, 100, client=another_client(cast, name)) for name in names}
    pay(cast, bills["paid"], 100)
    moving = Payment.objects.create(
        client=bills["processing"].client,
        entity=bills["processing"].entity,
        state="PROCESSING",
        method="BANK_DEBIT",
        currency="USD",
        amount=100,
    )
    moving.applications.create(invoice=bills["processing"], amount=100)
    for name, kind, until in (
        ("disputed", "DISPUTE", None),
        ("promised", "PROMISE", day),
        ("paused", "PAUSE", None),
    ):
        _stop(bills[name], kind, until)
    DunningStop.objects.create(kind="PAUSE", client=bills["client paused"].client, starts_on=day)
    Contact.objects.filter(client=bills["nobody"].client).update(is_active=False)
    assert on(day) == []
    found = {case.invoice.client.name: case.stop for case in cases(day)}
    assert found == {
        "processing": "processing",
        "disputed": "disputed",
        "promised": "promised",
        "paused": "paused",
        "client paused": "paused",
        "nobody": "nobody",
    }
    # The promised day is over and nothing came: told once more, and of the promise.
    [reminder] = on(date(2026, 11, 10))
    assert reminder.mail is not None
    assert "You had let us know that you would pay by November 9, 2026." in reminder.mail.text
    assert on(date(2026, 11, 11)) == []


def _stop(invoice: Invoice, kind: str, until: date | None) -> DunningStop:
    return DunningStop.objects.create(
        kind=kind, client=invoice.client, invoice=invoice, starts_on=DUE, until=until, reason="Wrong hours"
    )


def test_a_broken_promise_is_told_again_after_the_same_step(cast: Cast) -> None:
    turn_on()
    invoice = owed(cast, 1_000)
    assert len(on(date(2026, 11, 9))) == 1
    promise = _stop(invoice, "PROMISE", date(2026, 11, 12))
    assert on(date(2026, 11, 12)) == []
    [case] = cases(date(2026, 11, 12))
    planned = next_mail_on(case, plan_now())
    assert planned is not None
    assert planned[0] == date(2026, 11, 13)
    assert len(on(date(2026, 11, 13))) == 1
    assert levels(invoice) == [7, 7]
    [case] = cases(date(2026, 11, 13))
    assert case.promise == promise
    planned = next_mail_on(case, plan_now())
    assert planned is not None
    assert (planned[0], planned[1].days) == (date(2026, 11, 16), 14)


def test_by_the_clients_clock(cast: Cast) -> None:
    turn_on(hour=9)
    tokyo = another_client(cast, "Tokyo", time_zone="Asia/Tokyo", country="JP")
    owed(cast, 100, client=tokyo)
    owed(cast, 100)
    # Sunday evening in New York, Monday morning in Tokyo; Monday 2 November is the due date.
    assert [one.client.name for one in run_reminders(at=datetime(2026, 11, 2, 0, 30, tzinfo=UTC))] == [
        "Tokyo"
    ]
    assert run_reminders(at=datetime(2026, 11, 2, 13, 59, tzinfo=UTC)) == []
    [home] = run_reminders(at=datetime(2026, 11, 2, 14, 0, tzinfo=UTC))
    assert (home.client, home.day) == (cast.client, date(2026, 11, 2))


def test_no_more_than_so_many(cast: Cast) -> None:
    turn_on(most_mails=2, repeat_days=10)
    invoice = owed(cast, 1_000)
    for day in (9, 16, 30):
        on(date(2026, 11, day))
    assert levels(invoice) == [7, 14]
    [case] = cases(date(2026, 12, 2))
    assert case.stop == "enough"
    assert next_mail_on(case, plan_now()) is None


def test_now_by_hand(cast: Cast) -> None:
    day = date(2026, 11, 5)
    invoice, other = owed(cast, 1_000), owed(cast, 500, due=date(2026, 12, 1))
    _stop(invoice, "DISPUTE", None)
    shown = preview_reminder(cast.client, on=day)
    assert shown.wish is not None
    assert [case.invoice.pk for case in shown.wish.cases] == [other.pk]
    assert len(shown.cases) == 2
    who = {"client": cast.client, "on": day, "at": AT}
    with pytest.raises(NotAllowed):
        remind_client(by=cast.member, **who)  # type: ignore[arg-type]
    with pytest.raises(NothingToRemind):
        remind_client(by=cast.finance, invoice_ids=[], **who)  # type: ignore[arg-type]
    with pytest.raises(NotAnAddress) as wrong:
        remind_client(by=cast.finance, to=["larkspur"], **who)  # type: ignore[arg-type]
    assert wrong.value.field == "to"
    with pytest.raises(NobodyToRemind):
        remind_client(by=cast.finance, to=[], **who)  # type: ignore[arg-type]
    # A person may ask for what is disputed.
    sent = remind_client(by=cast.finance, invoice_ids=[invoice.pk], message="Hello", **who)  # type: ignore[arg-type]
    assert (sent.amount, sent.by_name) == (Decimal(1_000), "Kemi Ogundipe")
    with pytest.raises(RemindedToday):
        remind_client(by=cast.finance, **who)  # type: ignore[arg-type]
    # Taken back within its 15 seconds it counts for nothing.
    call_off_reminder(reminder=sent, by=cast.finance, at=AT)
    again = remind_client(by=cast.finance, **who)  # type: ignore[arg-type]
    outbox.drain(at=AT + timedelta(minutes=1))
    with pytest.raises(MailHasLeft):
        call_off_reminder(reminder=again, by=cast.finance, at=AT + timedelta(minutes=2))


def test_paid_before_it_left_it_does_not_leave(cast: Cast) -> None:
    turn_on()
    paid, other = owed(cast, 1_000), owed(cast, 500)
    [reminder] = on(date(2026, 11, 9))
    pay(cast, paid, 1_000)
    reminder.refresh_from_db()
    assert reminder.called_off_at is not None
    assert Mail.objects.get(pk=reminder.mail_id).state == "CANCELED"
    # What else is open is told in a mail of its own.
    [second] = on(date(2026, 11, 9))
    assert second.amount == Decimal(500)
    assert levels(other) == [7, 7]


def test_own_words_and_german(cast: Cast) -> None:
    turn_on()
    DunningStep.objects.filter(days=7).update(words="Dear {client},\n\n{total} are open.\n\n{firm}")
    german = another_client(cast, "Stadtwerke", language="de", currency="EUR", country="DE")
    owed(cast, 1_000)
    owed(cast, 1_200, client=german, due=date(2026, 11, 2))
    DunningStep.objects.create(days=3)
    [ours] = [one for one in on(date(2026, 11, 5)) if one.client == german]
    assert ours.mail is not None
    subject = ours.mail.subject.replace("\xa0", " ")
    assert subject.startswith("Erinnerung: Rechnung INV-2026-000")
    assert subject.endswith("1.200,00 € war am 2. November 2026 fällig")
    assert "Rechnung bezahlen" in ours.mail.html
    assert "3 Tage überfällig" in ours.mail.text
    [own] = [one for one in on(date(2026, 11, 9)) if one.client == cast.client]
    assert own.mail is not None
    assert "Dear City of Larkspur Public Works,\n\n$1,000.00 are open.\n\nHartwell & Moss" in own.mail.text


def test_a_given_day_from_the_command_line(cast: Cast, firm: Any) -> None:
    turn_on()
    owed(cast, 1_000)
    wanted = ("remind_clients", "--firm", firm.slug, "--on")
    out = io.StringIO()
    call_command(*wanted, "2026-11-09", stdout=out)
    call_command(*wanted, "2026-11-09", stdout=out)
    [line] = out.getvalue().splitlines()
    assert json.loads(line) == {
        "firm": firm.slug,
        "client": "City of Larkspur",
        "day": "2026-11-09",
        "tone": "PLAIN",
        "amount": "1000",
        "currency": "USD",
    }
    with pytest.raises(CommandError, match="is no day"):
        call_command(*wanted, "November")

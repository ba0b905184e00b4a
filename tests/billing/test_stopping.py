"""Disputes, promises and pauses: recorded once, ended again, and the reminders they stop."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billing.dunning import cases
from billing.dunning_promises import StopIsThere
from billing.models import DunningStop, Invoice, PaymentReminder
from billing.receiving import record_payment
from billing.reminding import run_reminders
from billing.stopping import (
    DayIsPast,
    HasEnded,
    NothingIsOpen,
    ReasonIsMissing,
    end_stop,
    open_dispute,
    pause_reminders,
    record_promise,
)
from core import clock
from core.errors import NotAllowed
from core.models import Mail
from tests.billing.dunned import another_client, owed, turn_on
from tests.cast import Cast

AT = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
DAY = date(2026, 11, 9)


def word(invoice: Invoice, day: date = DAY) -> str:
    return next(case.stop for case in cases(day) if case.invoice == invoice)


def test_a_dispute_until_it_is_resolved(cast: Cast) -> None:
    turn_on()
    invoice = owed(cast, 1_000)
    who = {"invoice": invoice, "on": DAY, "at": AT}
    [reminder] = run_reminders(at=AT, on=DAY)
    with pytest.raises(ReasonIsMissing):
        open_dispute(reason=" ", by=cast.finance, **who)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        open_dispute(reason="Hours", by=cast.member, **who)  # type: ignore[arg-type]
    stop = open_dispute(reason="Too many  hours", by=cast.finance, **who)  # type: ignore[arg-type]
    # The mail that waited does not leave.
    assert Mail.objects.get(pk=reminder.mail_id).state == "CANCELED"
    assert (stop.reason, stop.recorded_by_name) == ("Too many hours", "Kemi Ogundipe")
    with pytest.raises(StopIsThere):
        open_dispute(reason="Again", by=cast.finance, **who)  # type: ignore[arg-type]
    assert word(invoice) == "disputed"
    assert run_reminders(at=AT, on=DAY) == []
    end_stop(stop=stop, by=cast.finance, on=DAY, outcome="Two hours credited")
    with pytest.raises(HasEnded):
        end_stop(stop=stop, by=cast.finance, on=DAY)
    assert word(invoice) == ""
    assert len(run_reminders(at=AT, on=DAY)) == 1


def test_a_second_promise_takes_the_place_of_the_first(cast: Cast) -> None:
    invoice = owed(cast, 1_000)
    who = {"invoice": invoice, "by": cast.finance, "on": DAY, "at": AT}
    with pytest.raises(DayIsPast):
        record_promise(until=date(2026, 11, 8), note="", **who)  # type: ignore[arg-type]
    first = record_promise(until=date(2026, 11, 13), note="By phone", **who)  # type: ignore[arg-type]
    record_promise(until=date(2026, 11, 20), note="After their board", **who)  # type: ignore[arg-type]
    first.refresh_from_db()
    assert (first.ended_on, first.outcome) == (DAY, "Promised anew.")
    assert word(invoice, date(2026, 11, 20)) == "promised"
    [case] = cases(date(2026, 11, 21))
    assert case.is_promise_broken
    # A dispute stands beside a promise.
    open_dispute(reason="Hours", **who)  # type: ignore[arg-type]
    assert word(invoice, DAY) == "disputed"


def test_a_pause_of_a_client_or_one_invoice(cast: Cast) -> None:
    turn_on()
    one, other = owed(cast, 1_000), owed(cast, 500)
    who = {"client": cast.client, "by": cast.finance, "on": DAY, "at": AT}
    pause_reminders(invoice=one, until=date(2026, 11, 10), **who)  # type: ignore[arg-type]
    [reminder] = run_reminders(at=AT, on=DAY)
    assert reminder.amount == Decimal(500)
    pause_reminders(reason="Merger", **who)  # type: ignore[arg-type]
    assert {word(one), word(other)} == {"paused"}
    assert run_reminders(at=AT, on=date(2026, 11, 30)) == []
    end_stop(stop=DunningStop.objects.get(invoice=None), by=cast.finance, on=DAY)
    [reminder] = run_reminders(at=AT, on=date(2026, 11, 30))
    assert reminder.amount == Decimal(1_500)


def test_nothing_to_stop_where_nothing_is_open(cast: Cast) -> None:
    invoice = owed(cast, 1_000)
    other = owed(cast, 10, client=another_client(cast, "Other"))
    record_payment(
        invoice=invoice,
        amount=Decimal(1_000),
        method="CHECK",
        received_on=DAY,
        by=cast.finance,
        on=DAY,
        at=clock.now(),
    )
    with pytest.raises(NothingIsOpen):
        record_promise(invoice=invoice, until=DAY, note="", by=cast.finance, on=DAY, at=AT)
    # The database keeps an invoice and its client together.
    with pytest.raises(IntegrityError), transaction.atomic():
        DunningStop.objects.create(kind="PAUSE", client=cast.client, invoice=other, starts_on=DAY)
    assert not PaymentReminder.objects.exists()

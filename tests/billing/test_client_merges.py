"""What is told to clients about open invoices, when two of them become one, and when they part again."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billing.charging import charge_late_fees
from billing.dunning import cases
from billing.dunning_promises import RemindedToday
from billing.editing import delete_draft
from billing.models import DunningRules, DunningStep, DunningStop, LateFee, PaymentReminder, SentStatement
from billing.reminding import call_off_reminder, remind_client, run_reminders
from billing.statements import balance_on, booked_on
from billing.stating import run_statements
from billing.stopping import open_dispute, pause_reminders
from clients.merges import merge_preview
from clients.merging import CannotUndoMerge, merge_clients, undo_merge
from clients.models import Client
from tests.billing.dunned import another_client, owed, turn_on
from tests.cast import NOW, Cast

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
STEP = date(2026, 11, 9)
NEXT = date(2026, 11, 16)


def reminders(client: Client) -> list[date]:
    return list(PaymentReminder.objects.filter(client=client).order_by("pk").values_list("day", flat=True))


def stops(client: Client, on: date = NEXT) -> dict[str, str]:
    return {case.invoice.number: case.stop for case in cases(on, client=client)}


def test_one_mail_a_day_before_and_after(cast: Cast) -> None:
    turn_on()
    other = another_client(cast, "Larkspur Works")
    owed(cast, 1_000)
    owed(cast, 200, client=other)
    assert len(run_reminders(at=AT, on=STEP)) == 2
    preview = merge_preview(other, cast.client)
    assert ("payment reminders", 1) in [(each.label, each.number) for each in preview.staying]

    merged = merge_clients(source=other, target=cast.client, by=cast.finance, at=NOW)
    assert (reminders(cast.client), reminders(other)) == ([STEP], [STEP])
    with pytest.raises(RemindedToday):
        remind_client(client=cast.client, by=cast.finance, on=STEP, at=AT)
    # Nothing is told twice, and the next step of both is one mail over both.
    assert run_reminders(at=AT, on=STEP) == []
    (mail,) = run_reminders(at=AT, on=NEXT)
    assert (mail.client, mail.amount, mail.invoices.count()) == (cast.client, Decimal(1200), 2)

    undo_merge(merge=merged, by=cast.finance, at=NOW)
    assert (reminders(cast.client), reminders(other)) == ([STEP, NEXT], [STEP])
    assert run_reminders(at=AT, on=NEXT) == []
    assert len(run_reminders(at=AT, on=date(2026, 12, 2))) == 2


def test_a_reminder_taken_back_makes_room_for_that_of_the_other(cast: Cast) -> None:
    turn_on()
    other = another_client(cast, "Larkspur Works")
    owed(cast, 1_000)
    owed(cast, 200, client=other)
    for reminder in run_reminders(at=AT, on=STEP):
        if reminder.client == cast.client:
            call_off_reminder(reminder=reminder, by=cast.finance, at=AT)
    merged = merge_clients(source=other, target=cast.client, by=cast.finance, at=NOW)
    assert (reminders(cast.client), reminders(other)) == ([STEP, STEP], [])
    undo_merge(merge=merged, by=cast.finance, at=NOW)
    assert (reminders(cast.client), reminders(other)) == ([STEP], [STEP])


def test_disputes_and_pauses_go_with_what_they_are_about(cast: Cast) -> None:
    turn_on()
    other = another_client(cast, "Larkspur Works")
    mine, its = owed(cast, 1_000), owed(cast, 200, client=other)
    pause_reminders(client=other, by=cast.finance, on=STEP, at=AT)
    merged = merge_clients(source=other, target=cast.client, by=cast.finance, at=NOW)
    assert stops(cast.client) == {mine.number: "paused", its.number: "paused"}
    open_dispute(invoice=its, reason="Not ordered", by=cast.finance, on=STEP, at=AT)

    # The dispute was recorded under the other name, and is not forgotten.
    undo_merge(merge=merged, by=cast.finance, at=NOW)
    assert (stops(cast.client), stops(other)) == ({mine.number: ""}, {its.number: "disputed"})
    assert set(DunningStop.objects.values_list("client", flat=True)) == {other.pk}

    # Both paused: each keeps its own.
    pause_reminders(client=cast.client, by=cast.finance, on=STEP, at=AT)
    merged = merge_clients(source=other, target=cast.client, by=cast.finance, at=NOW)
    assert stops(cast.client) == {mine.number: "paused", its.number: "disputed"}
    undo_merge(merge=merged, by=cast.finance, at=NOW)
    assert (stops(cast.client), stops(other)) == ({mine.number: "paused"}, {its.number: "disputed"})


def test_a_late_fee_since_keeps_the_two_together(cast: Cast) -> None:
    turn_on()
    DunningStep.objects.filter(days=7).update(fee="FIXED", fee_amount=25, fee_from=date(2026, 1, 1))
    other = another_client(cast, "Larkspur Works")
    its = owed(cast, 200, client=other)
    merged = merge_clients(source=other, target=cast.client, by=cast.finance, at=NOW)
    (fee,) = charge_late_fees(at=AT, on=STEP)
    assert fee.fee_invoice is not None
    assert fee.fee_invoice.client == cast.client
    with pytest.raises(CannotUndoMerge, match=f"late fee for its invoice {its.number}"):
        undo_merge(merge=merged, by=cast.finance, at=NOW)
    delete_draft(invoice=fee.fee_invoice, by=cast.finance)
    undo_merge(merge=merged, by=cast.finance, at=NOW)
    assert LateFee.objects.get().invoice.client == other


def test_statements_of_a_month_stay_two_and_balances_tie_out(cast: Cast) -> None:
    DunningRules.objects.update(statement_day=1)
    other = another_client(cast, "Larkspur Works")
    owed(cast, 1_000)
    owed(cast, 200, client=other)
    assert len(run_statements(at=AT, on=date(2026, 11, 1))) == 2
    merged = merge_clients(source=other, target=cast.client, by=cast.finance, at=NOW)
    assert sorted(SentStatement.objects.values_list("client", flat=True)) == sorted(
        [cast.client.pk, other.pk]
    )
    assert balance_on(cast.client, NEXT) == booked_on(cast.client, NEXT) == Decimal(1200)
    assert run_statements(at=AT, on=date(2026, 11, 1)) == []
    (sent,) = run_statements(at=AT, on=date(2026, 12, 1))
    assert (sent.client, sent.closing_amount) == (cast.client, Decimal(1200))
    undo_merge(merge=merged, by=cast.finance, at=NOW)
    for client, amount in ((cast.client, 1000), (other, 200)):
        assert balance_on(client, NEXT) == booked_on(client, NEXT) == Decimal(amount)

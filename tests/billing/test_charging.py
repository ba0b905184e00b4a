"""Late fees: literal cents, once for an invoice and step, a document and an account of their own."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from billing.charging import charge_late_fees, fee_of
from billing.editing import delete_draft
from billing.models import DunningStep, DunningStop, Invoice, LateFee
from billing.reminding import run_reminders
from clients.models import Client
from ledger.models import JournalLine
from tests.billing.dunned import DUE, owed, turn_on
from tests.cast import Cast

AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
FROM = date(2026, 1, 1)


def fee(days: int, kind: str = "FIXED", **fields: Any) -> None:
    """Gives a step a fee: 40.00 unless told otherwise."""
    wanted = {"fee": kind, "fee_from": FROM} | ({"fee_amount": 40} if kind == "FIXED" else {}) | fields
    DunningStep.objects.filter(days=days).update(**wanted)


def charged(day: date) -> list[tuple[int, Decimal]]:
    return [(each.step_days, each.amount) for each in charge_late_fees(at=AT, on=day)]


@pytest.mark.parametrize(
    ("kind", "fields", "open_amount", "currency", "expected"),
    [
        ("FIXED", {"fee_amount": "40"}, "10000", "USD", "40.00"),
        ("FIXED", {"fee_amount": "39.5"}, "10000", "JPY", "40"),
        ("PERCENT", {"fee_percent": "1.5"}, "1234.56", "USD", "18.52"),  # 18.5184
        ("PERCENT", {"fee_percent": "1.5"}, "333", "USD", "5.00"),  # 4.995 rounds up
        ("PERCENT", {"fee_percent": "1.5"}, "100", "USD", "1.50"),
        ("PERCENT", {"fee_percent": "1.5", "fee_minimum_amount": "25"}, "100", "USD", "25.00"),
        ("PERCENT", {"fee_percent": "1.5", "fee_minimum_amount": "25"}, "2000", "USD", "30.00"),
    ],
)
def test_what_it_comes_to(
    kind: str, fields: dict[str, str], open_amount: str, currency: str, expected: str
) -> None:
    amounts = {name: Decimal(value) for name, value in ({"fee_minimum_amount": "0"} | fields).items()}
    step = DunningStep(days=14, fee=kind, **amounts)
    assert fee_of(step, Decimal(open_amount), currency) == Decimal(expected)


def test_a_draft_of_its_own_once_for_each_step(cast: Cast) -> None:
    turn_on()
    fee(14)
    fee(30, "PERCENT", fee_percent=Decimal("1.5"), fee_minimum_amount=25)
    invoice = owed(cast, 1_000)
    assert charged(date(2026, 11, 13)) == []
    assert charged(date(2026, 11, 16)) == [(14, Decimal(40))]
    assert charged(date(2026, 11, 16)) == []
    assert charged(date(2026, 11, 20)) == []
    late = LateFee.objects.select_related("fee_invoice").get()
    draft = late.fee_invoice
    assert draft is not None
    assert (draft.state, draft.total_amount, draft.tax_amount) == ("DRAFT", Decimal(40), Decimal(0))
    assert draft.title == f"Late fee for invoice {invoice.number}"
    assert draft.lines.get().description == (
        f"Late fee for invoice {invoice.number}: $1,000.00 open, 14 days overdue"
    )
    # Deleted is waived: it does not come again.
    delete_draft(invoice=draft, by=cast.finance)
    assert charged(date(2026, 11, 17)) == []
    assert LateFee.objects.get().fee_invoice is None
    assert charged(date(2026, 12, 2)) == [(30, Decimal(25))]


def test_issued_it_is_posted_apart_and_reminded_of(cast: Cast) -> None:
    turn_on()
    fee(14, fee_action="ISSUE")
    owed(cast, 1_000)
    assert charged(date(2026, 11, 16)) == [(14, Decimal(40))]
    issued = LateFee.objects.get().fee_invoice
    assert issued is not None
    assert (issued.state, issued.issued_on) == ("ISSUED", date(2026, 11, 16))
    lines = JournalLine.objects.filter(entry__in=issued.journal.values("entry")).select_related("account")
    found = {line.account.purpose: line.debit_amount - line.credit_amount for line in lines}
    assert found == {"RECEIVABLES": Decimal(40), "LATE_FEES": Decimal(-40)}
    # No fee for a fee, however late that is.
    assert {step for step, _ in charged(date(2027, 3, 1))} == set()


def test_what_keeps_it_from_being_issued_is_said(cast: Cast) -> None:
    turn_on()
    fee(14, fee_action="ISSUE")
    owed(cast, 1_000)
    Client.objects.update(billing_address="")
    charge_late_fees(at=AT, on=date(2026, 11, 16))
    late = LateFee.objects.get()
    assert late.fee_invoice is not None
    assert late.fee_invoice.state == Invoice.State.DRAFT
    assert "has no billing address" in late.reason


def test_who_pays_none(cast: Cast) -> None:
    turn_on()
    fee(14)
    fee(30, fee_from=date(2026, 11, 3))
    disputed = owed(cast, 100)
    DunningStop.objects.create(
        kind="DISPUTE", client=cast.client, invoice=disputed, starts_on=DUE, reason="Hours"
    )
    assert charged(date(2026, 11, 16)) == []
    DunningStop.objects.update(ended_on=DUE)
    # Due before the fee of that step was agreed on.
    assert charged(date(2026, 12, 2)) == []
    assert charged(date(2026, 11, 16)) == [(14, Decimal(40))]


def test_nothing_while_reminders_are_off(cast: Cast) -> None:
    fee(14)
    owed(cast, 1_000)
    assert charged(date(2026, 11, 16)) == []
    assert run_reminders(at=AT, on=date(2026, 11, 16)) == []

"""Schedules: each period once, missed ones in order, a reason for what failed."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from billing.editing import delete_draft
from billing.models import BillingSchedule, Invoice, ScheduleRun
from billing.schedules import dates_after, failed_runs, schedules_page, upcoming
from billing.scheduling import (
    RunIsOver,
    change_schedule,
    make_schedule,
    pause_schedule,
    resume_schedule,
    run_schedules,
    skip_run,
)
from core.errors import NotAllowed, Refusal
from core.models import Mail
from people.models import User
from tests.billing.work import log
from tests.cast import Cast, add_cast
from tests.two_connections import at_once

AT = datetime(2026, 11, 25, 15, tzinfo=UTC)
START = date(2026, 8, 1)


def made(cast: Cast, **fields: Any) -> BillingSchedule:
    wanted = {
        "project": cast.project,
        "name": "Larkspur monthly",
        "frequency": "MONTHLY",
        "anchor_day": 1,
        "starts_on": START,
        "timing": "LAST_DAY",
        "action": "DRAFT",
        "by": cast.finance,
        "on": START,
    }
    return make_schedule(**wanted | fields)


def ran(on: date) -> list[tuple[str, str]]:
    return [(str(run.period_first_on), run.state) for run in run_schedules(on=on, at=AT)]


def test_missed_periods_are_caught_up_in_order_and_none_twice(cast: Cast) -> None:
    schedule = made(cast)
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    log(cast.member, cast.design, 120, day=date(2026, 10, 10))
    assert ran(date(2026, 11, 2)) == [
        ("2026-08-01", "DONE"),
        ("2026-09-01", "NOTHING"),
        ("2026-10-01", "DONE"),
    ]
    assert [draft.total_amount for draft in Invoice.objects.order_by("pk")] == [190, 380]
    assert schedule.runs.get(period_first_on=date(2026, 9, 1)).reason.startswith("All approved")
    assert ran(date(2026, 11, 2)) == []
    assert ran(date(2026, 11, 30)) == [("2026-11-01", "NOTHING")]
    assert Invoice.objects.count() == 2


def test_a_draft_that_a_person_deleted_does_not_come_back(cast: Cast) -> None:
    made(cast)
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    run_schedules(on=date(2026, 8, 31), at=AT)
    delete_draft(invoice=Invoice.objects.get(), by=cast.finance)
    assert ran(date(2026, 8, 31)) == []
    assert ScheduleRun.objects.get().invoice is None


def test_at_the_beginning_of_a_period_the_one_before_is_billed(cast: Cast) -> None:
    made(cast, timing="FIRST_DAY")
    log(cast.member, cast.design, 60, day=date(2026, 8, 31))
    log(cast.member, cast.design, 600, day=date(2026, 9, 1))
    assert ran(date(2026, 9, 1)) == [("2026-08-01", "NOTHING"), ("2026-09-01", "DONE")]
    assert Invoice.objects.get().total_amount == 190


def test_issued_and_sent_by_itself(cast: Cast) -> None:
    made(cast, action="SEND")
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    assert ran(date(2026, 9, 2)) == [("2026-08-01", "DONE")]
    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.issued_on, invoice.sent_to) == (
        "ISSUED",
        date(2026, 9, 2),
        "ap@larkspur.example",
    )
    assert Mail.objects.filter(kind="billing.invoice").count() == 1


def test_what_failed_says_why_waits_and_goes_on_where_it_stopped(cast: Cast) -> None:
    """The draft is made; without an address it is not issued, and the later period waits."""
    made(cast, action="ISSUE")
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    log(cast.member, cast.design, 60, day=date(2026, 9, 10))
    address, cast.client.billing_address = cast.client.billing_address, ""
    cast.client.save()
    assert ran(date(2026, 9, 30)) == [("2026-08-01", "FAILED")]
    run = ScheduleRun.objects.get()
    assert "has no billing address" in run.reason
    assert (run.invoice.state if run.invoice else "", failed_runs()) == ("DRAFT", 1)
    cast.client.billing_address = address
    cast.client.save()
    assert ran(date(2026, 9, 30)) == [("2026-08-01", "DONE"), ("2026-09-01", "DONE")]
    assert Invoice.objects.filter(state="ISSUED").count() == 2
    assert ScheduleRun.objects.get(period_first_on=START).tries == 2


def test_a_failed_run_is_skipped(cast: Cast) -> None:
    made(cast, action="ISSUE")
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    cast.client.billing_address = ""
    cast.client.save()
    (run,) = run_schedules(on=date(2026, 9, 30), at=AT)
    with pytest.raises(NotAllowed):
        skip_run(run=run, by=cast.manager)
    assert skip_run(run=run, by=cast.finance).reason.startswith("Skipped by Kemi Ogundipe. ")
    with pytest.raises(RunIsOver):
        skip_run(run=run, by=cast.finance)
    assert ran(date(2026, 9, 30)) == [("2026-09-01", "NOTHING")]


def test_a_pause_is_not_caught_up(cast: Cast) -> None:
    schedule = made(cast)
    pause_schedule(schedule=schedule, by=cast.finance)
    assert ran(date(2026, 9, 30)) == []
    resume_schedule(schedule=schedule, by=cast.finance, on=date(2026, 10, 15))
    assert ran(date(2026, 10, 31)) == [("2026-10-01", "NOTHING")]


def test_another_calendar_counts_from_the_change(cast: Cast) -> None:
    schedule = made(cast)
    run_schedules(on=date(2026, 9, 30), at=AT)
    changed = change_schedule(
        schedule=schedule,
        name="Weekly",
        frequency="WEEKLY",
        anchor_day=1,
        starts_on=START,
        timing="LAST_DAY",
        action="DRAFT",
        by=cast.finance,
        on=date(2026, 10, 5),
    )
    assert [str(day) for day in dates_after(changed, date(2026, 10, 1), number=2)] == [
        "2026-10-11",
        "2026-10-18",
    ]
    assert ran(date(2026, 10, 11)) == [("2026-10-05", "NOTHING")]


def test_what_is_refused(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        made(cast, by=cast.manager)
    with pytest.raises(Refusal, match="anchor"):
        made(cast, anchor_day=32)
    with pytest.raises(Refusal, match="ends before"):
        made(cast, ends_on=date(2026, 7, 1))


def test_the_next_twelve_dates(cast: Cast) -> None:
    made(cast, ends_on=date(2027, 3, 31))
    (shown,) = schedules_page(date(2026, 11, 25))
    assert [str(each.day) for each in shown.dates] == [
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]
    assert (str(shown.next_on), len(shown.waiting)) == ("2026-11-30", 3)


def test_a_fee_prorated_and_rising_with_the_work_or_alone(cast: Cast) -> None:
    """5,000.00 a month from 16 Aug, 3 % more each year: 16 of 31 days, then whole months, the work besides."""
    schedule = made(
        cast,
        starts_on=date(2025, 8, 16),
        on=date(2025, 8, 16),
        fee_name="Support plan",
        fee_amount=Decimal(5000),
        escalator_percent=Decimal(3),
    )
    log(cast.member, cast.design, 60, day=date(2025, 9, 10))
    assert ran(date(2025, 10, 31)) == [
        ("2025-08-16", "DONE"),
        ("2025-09-01", "DONE"),
        ("2025-10-01", "DONE"),
    ]
    drafts = list(Invoice.objects.order_by("pk"))
    assert [draft.total_amount for draft in drafts] == [Decimal("2580.65"), 5190, 5000]
    words = drafts[0].lines.get().description
    assert words.startswith("Support plan, Aug 16")
    assert words.endswith("31, 2025")
    fees = [each.fee for each in upcoming(schedule, date(2025, 10, 31))]
    assert fees[:10] == [5000] * 10
    assert fees[10:] == [5150, 5150]
    assert ran(date(2025, 10, 31)) == []


def test_a_fee_needs_a_name_and_a_number(cast: Cast) -> None:
    with pytest.raises(Refusal, match="name and an amount"):
        made(cast, fee_amount=Decimal(1))
    with pytest.raises(Refusal, match="not below zero"):
        made(cast, fee_name="Plan", fee_amount=Decimal(1), escalator_percent=Decimal(-1))


def test_the_command(cast: Cast, firm: Any) -> None:
    made(cast)
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    said = StringIO()
    call_command("run_schedules", on="2026-08-31", firm=firm.slug, stdout=said)
    row = json.loads(said.getvalue())
    assert (row["period"], row["state"]) == (["2026-08-01", "2026-08-31"], "DONE")
    again = StringIO()
    call_command("run_schedules", on="2026-08-31", firm=firm.slug, stdout=again)
    assert again.getvalue() == ""


def test_run_twice_at_the_same_moment_makes_one_invoice(own_firm: Any) -> None:
    cast = add_cast(User.objects.get())
    made(cast, action="ISSUE")
    for month in (8, 9, 10):
        log(cast.member, cast.design, 60, day=date(2026, month, 10))
    results = at_once(own_firm, *[lambda: run_schedules(on=date(2026, 10, 31), at=AT)] * 3)
    assert all(isinstance(result, list) for result in results), results
    issued = Invoice.objects.filter(state="ISSUED").order_by("number")
    assert [invoice.number for invoice in issued] == [f"INV-2026-000{number}" for number in (1, 2, 3)]
    assert Invoice.objects.count() == 3
    assert list(ScheduleRun.objects.values_list("state", flat=True)) == ["DONE"] * 3

"""Collections, payment reminders and statements over HTTP."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing.models import (
    CollectionNote,
    DunningRules,
    DunningStep,
    DunningStop,
    PaymentReminder,
    SentStatement,
)
from core import clock
from core.jobs import run
from core.models import Job
from tests.billing.dunned import another_client, owed, turn_on
from tests.cast import Cast


@pytest.fixture
def finance(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.finance)


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def late(cast: Cast, amount: int, days: int = 40, **more: Any) -> Any:
    """An invoice that is so many days overdue today."""
    return owed(cast, amount, due=clock.now().date() - timedelta(days=days), **more)


def test_only_who_may(cast: Cast, web: Any) -> None:
    invoice = late(cast, 100)
    member = web(cast.member)
    for name, *args in (
        ("collections",),
        ("debtor", cast.client.pk),
        ("remind", cast.client.pk),
        ("collection-note", cast.client.pk),
        ("statement", cast.client.pk),
        ("statement-pdf", cast.client.pk),
        ("dunning",),
        ("promise", invoice.pk),
    ):
        assert member.get(url(name, *args)).status_code == 403, name


def test_the_work_list_and_one_client(cast: Cast, finance: Any) -> None:
    assert "Nobody to write to" in text(finance.get(url("collections")))
    turn_on()
    invoice = late(cast, 1_000)
    other = another_client(cast, "Pine Ridge")
    late(cast, 5_000, client=other, days=10)
    shown = text(finance.get(url("collections")))
    assert shown.index("Pine Ridge") < shown.index("City of Larkspur")
    assert "$5,000.00" in shown
    promised = finance.post(url("promise", invoice.pk), {"until": "2030-01-01", "note": "By phone"})
    assert promised.headers["HX-Refresh"] == "true"
    shown = text(finance.get(url("collections"), {"only": "promised"}))
    assert "1 Jan 2030" in shown
    assert "Pine Ridge" not in shown
    # Promised until yesterday: that one comes first now.
    DunningStop.objects.update(starts_on=date(2026, 1, 1), until=clock.now().date() - timedelta(days=2))
    shown = text(finance.get(url("collections")))
    assert "Promise not kept" in shown
    assert shown.index("City of Larkspur") < shown.index("Pine Ridge")
    noted = finance.post(
        url("collection-note", cast.client.pk), {"text": "Their CFO pays on Friday", "follow_up_on": ""}
    )
    assert noted.status_code == 200
    assert CollectionNote.objects.get().by_name == "Kemi Ogundipe"
    page = text(finance.get(url("debtor", cast.client.pk)))
    assert "Their CFO pays on Friday" in page
    assert "40 d overdue" in page
    assert "By phone" in page


def test_stops_are_recorded_and_ended(cast: Cast, finance: Any) -> None:
    invoice = late(cast, 1_000)
    wrong = finance.post(url("dispute", invoice.pk), {"reason": ""})
    assert wrong.status_code == 422
    assert "What the client disputes" in text(finance.get(url("dispute", invoice.pk)))
    finance.post(url("dispute", invoice.pk), {"reason": "Too many hours"})
    stop = DunningStop.objects.get()
    assert "Too many hours" in text(finance.get(url("debtor", cast.client.pk)))
    assert "resolved?" in text(finance.get(url("stop-end", stop.pk)))
    finance.post(url("stop-end", stop.pk), {"outcome": "Two hours credited"})
    stop.refresh_from_db()
    assert stop.outcome == "Two hours credited"
    late_day = finance.post(url("promise", invoice.pk), {"until": "2020-01-01"})
    assert late_day.status_code == 422
    assert "Choose today or a later day." in text(late_day)
    finance.post(url("pause-invoice", invoice.pk), {"until": "", "reason": ""})
    finance.post(url("pause-client", cast.client.pk), {"until": "", "reason": "Merger"})
    assert "Reminders are paused" in text(finance.get(url("debtor", cast.client.pk)))
    again = finance.post(url("pause-client", cast.client.pk), {"until": "", "reason": ""})
    assert again.status_code == 422


def test_remind_now_and_take_it_back(cast: Cast, finance: Any) -> None:
    invoice = late(cast, 1_000)
    dialog = text(finance.get(url("remind", cast.client.pk)))
    assert f"Last reminder: invoice {invoice.number}" in dialog
    assert "ap@larkspur.example" in dialog
    nothing = finance.post(url("remind", cast.client.pk), {"to": "ap@larkspur.example", "message": "Hello"})
    assert nothing.status_code == 422
    wish = {"to": "ap@larkspur.example", "message": "Hello", "invoices": [invoice.pk]}
    assert finance.post(url("remind", cast.client.pk), wish).headers["HX-Refresh"] == "true"
    reminder = PaymentReminder.objects.get()
    assert (reminder.amount, reminder.by_name) == (Decimal(1_000), "Kemi Ogundipe")
    refused = finance.post(url("remind", cast.client.pk), wish)
    assert refused.status_code == 422
    assert "has had a reminder today" in text(refused)
    assert finance.post(url("reminder-call-off", reminder.pk)).status_code == 204
    assert "Taken back" in text(finance.get(url("debtor", cast.client.pk)))


def test_settings_and_steps(cast: Cast, finance: Any, web: Any) -> None:
    owner = web(cast.owner)
    assert "Nobody is reminded by itself." in text(owner.get(url("dunning")))
    values = {"is_active": "on", "hour": "8", "repeat_days": "14", "most_mails": "4", "statement_day": "3"}
    assert owner.post(url("dunning"), values).url == url("dunning")
    rules = DunningRules.objects.get()
    assert (rules.is_active, rules.hour, rules.statement_day) == (True, 8, 3)
    assert owner.post(url("dunning"), values | {"statement_day": "31"}).status_code == 422
    step = {
        "days": "45",
        "tone": "FINAL",
        "words": "{clent} owes {total}",
        "fee": "PERCENT",
        "fee_percent": "1.5",
        "fee_minimum_amount": "25",
        "fee_action": "DRAFT",
        "is_active": "on",
    }
    wrong = owner.post(url("dunning-step-new"), step)
    assert wrong.status_code == 422
    assert "{clent} stands for nothing." in text(wrong)
    assert owner.post(url("dunning-step-new"), step | {"words": ""}).status_code == 204
    made = DunningStep.objects.get(days=45)
    assert (made.fee_percent, made.fee_minimum_amount) == (Decimal("1.5"), Decimal(25))
    assert made.fee_from is not None
    assert "Late fee of 1.5 %, at least 25.00, draft it" in text(owner.get(url("dunning")))
    twice = owner.post(url("dunning-step-new"), step | {"words": ""})
    assert "There is a step on that day already." in text(twice)
    half = owner.post(url("dunning-step", made.pk), step | {"words": "", "fee_percent": ""})
    assert half.status_code == 422
    owner.post(url("dunning-step", made.pk), step | {"words": "", "fee": "NONE"})
    assert owner.post(url("dunning-step-remove", made.pk)).url == url("dunning")
    assert not DunningStep.objects.filter(days=45).exists()


def test_a_statement_seen_printed_and_sent(cast: Cast, finance: Any) -> None:
    invoice = late(cast, 1_000)
    days = {"first_on": "2020-01-01", "last_on": f"{clock.now().date()}"}
    shown = text(finance.get(url("statement", cast.client.pk), days))
    assert "Opening balance" in shown
    assert invoice.number in shown
    assert "You owe on" in shown
    turned = finance.get(
        url("statement", cast.client.pk), {"first_on": "2030-01-01", "last_on": "2020-01-01"}
    )
    assert turned.status_code == 422
    assert "The first day is not later than the last one." in text(turned)
    printed = finance.get(url("statement-pdf", cast.client.pk), {"last_on": days["last_on"]})
    assert b"".join(printed.streaming_content).startswith(b"%PDF")
    assert "Statement_City-of-Larkspur_" in printed.headers["Content-Disposition"]
    assert "ap@larkspur.example" in text(finance.get(url("statement-send", cast.client.pk)))
    wish = days | {"to": "ap@larkspur.example"}
    sent = finance.post(url("statement-send", cast.client.pk), wish)
    assert sent.headers["HX-Redirect"] == url("debtor", cast.client.pk)
    kept = SentStatement.objects.get()
    assert kept.closing_amount == Decimal(1_000)
    stored = finance.get(url("sent-statement", kept.pk))
    assert b"".join(stored.streaming_content).startswith(b"%PDF")


def test_statements_to_all_who_owe(
    cast: Cast, finance: Any, web: Callable[..., Any], django_capture_on_commit_callbacks: Any
) -> None:
    late(cast, 1_000)
    late(cast, 250, client=another_client(cast, "Pine Ridge"))
    nobody = another_client(cast, "Quiet Lake")
    nobody.contacts.all().delete()
    late(cast, 90, client=nobody)
    another_client(cast, "Owes nothing")
    assert "Statements to all" in text(finance.get(url("collections")))
    assert "a statement to 3 clients?" in text(finance.get(url("statements-send")))
    today = clock.now().date()
    turned = {"first_on": f"{today}", "last_on": f"{today - timedelta(days=1)}"}
    assert "The first day is not later" in text(finance.post(url("statements-send"), turned))
    with django_capture_on_commit_callbacks(execute=True):
        moved = finance.post(url("statements-send"), {"last_on": f"{today}"})
        waits = Job.objects.get(kind="billing.statements")
        assert moved.headers["HX-Redirect"] == reverse("core:job", args=[waits.pk])
        # A second click sends nothing twice.
        assert "running already" in text(finance.post(url("statements-send"), {"last_on": f"{today}"}))
    job = Job.objects.get(pk=waits.pk)
    assert (job.state, job.done, job.total) == (Job.State.DONE, 3, 3)
    sent = SentStatement.objects.order_by("client__name").values_list("client__name", "closing_amount")
    assert list(sent) == [(cast.client.name, 1_000), ("Pine Ridge", 250)]
    seen = text(finance.get(job.url))
    for words in ("2 statements", "1 client left out", "Quiet Lake", "no contact that gets invoices"):
        assert words in seen
    # An interrupted run goes on where it was.
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    assert run(job.pk, clock=clock.now) is not None
    assert SentStatement.objects.count() == 2
    assert web(cast.member).get(url("statements-send")).status_code == 403

"""Retainers and schedules by the API alone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.models import Invoice, ScheduleRun
from core import clock
from people.models import Role
from tests.api.conftest import Program
from tests.billing.test_retaining import issued
from tests.billing.work import log
from tests.cast import Cast

Api = Callable[..., Program]
DAY = "2026-11-20"


def test_deposit_draw_and_refund(cast: Cast, api: Api) -> None:
    kemi = api(cast.finance)
    wish = {"client_id": cast.client.pk, "minimum_amount": "3000", "target_amount": "10000"}
    retainer = kemi.post("/retainers", wish)
    assert (kemi.status, retainer["balance_amount"]) == (201, "0.00")
    path = f"/retainers/{retainer['id']}"
    asked = kemi.post(f"{path}/requests", {"amount": "10000", "on": DAY})
    assert (asked["number"], asked["total_amount"]) == ("RET-2026-0001", "10000.00")
    kemi.post(f"/invoices/{asked['id']}/payments", {"amount": "10000", "received_on": DAY})
    first = issued(cast, 4200, on=date(2026, 11, 20))
    assert kemi.get(f"/invoices/{first.pk}")["stage"] == "PAID"
    assert kemi.get(path)["balance_amount"] == "5800.00"
    kemi.put(path, {"draws_by_itself": False})
    second = issued(cast, 600, on=date(2026, 11, 20))
    (paid,) = kemi.post(f"/invoices/{second.pk}/draw", {"amount": "100"})
    assert (paid["method"], paid["amount"], paid["credit_amount"]) == ("RETAINER", "100.00", "0.00")
    kemi.post(f"/invoices/{second.pk}/draw", {"amount": "501"})
    assert kemi.status == 422
    (back,) = kemi.post(f"{path}/refunds", {"amount": "700"})
    assert (back["kind"], back["amount"]) == ("REFUND", "-700.00")
    moved = kemi.get(f"{path}/movements")["items"]
    assert [row["amount"] for row in moved] == ["10000.00", "-4200.00", "-100.00", "-700.00"]
    assert [tie["difference"] for tie in kemi.get("/retainers/ties")["ties"]] == ["0.00"]
    assert [row["balance_amount"] for row in kemi.get("/retainers")["items"]] == ["5000.00"]
    member = api(cast.member)
    member.get("/retainers")
    assert member.status == 403


@pytest.mark.usefixtures("stopped_clock")
def test_a_schedule(cast: Cast, api: Api) -> None:
    kemi = api(cast.finance)
    wish = {"project_id": cast.project.pk, "name": "Monthly", "starts_on": "2026-11-01", "anchor_day": 1}
    schedule = kemi.post("/schedules", wish)
    assert (kemi.status, len(schedule["next_dates"])) == (201, 12)
    path = f"/schedules/{schedule['id']}"
    log(cast.member, cast.design, 60, day=date(2026, 11, 10))
    assert kemi.post(f"{path}/run", {}) == []
    kemi.post(f"{path}/pause", {})
    assert kemi.get(path)["next_dates"] == []
    kemi.post(f"{path}/resume", {})
    changed = kemi.put(path, wish_without_project(wish) | {"anchor_day": 32})
    assert kemi.status == 422
    changed = kemi.put(path, wish_without_project(wish) | {"frequency": "QUARTERLY"})
    assert changed["frequency"] == "QUARTERLY"
    assert kemi.get(f"{path}/runs")["items"] == []
    assert not Invoice.objects.exists()


def test_what_a_run_drafted_is_told(cast: Cast, api: Api) -> None:
    kemi, today = api(cast.finance), clock.today(cast.finance)
    schedule = kemi.post(
        "/schedules",
        {
            "project_id": cast.project.pk,
            "name": "Care",
            "starts_on": f"{today}",
            "timing": "FIRST_DAY",
            "fee_name": "Care",
            "fee_amount": "100",
            "prorates": False,
        },
    )
    (run,) = kemi.post(f"/schedules/{schedule['id']}/run", {})
    invoice = Invoice.objects.get()
    assert (run["state"], run["invoice_id"], run["invoice_ids"]) == ("DONE", invoice.pk, [invoice.pk])
    assert kemi.get(f"/schedules/{schedule['id']}/runs")["items"] == [run]
    ScheduleRun.objects.update(state="FAILED")
    skipped = kemi.post(f"/schedule-runs/{run['id']}/skip", {})
    assert (skipped["state"], skipped["invoice_ids"]) == ("NOTHING", [invoice.pk])


def wish_without_project(wish: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wish.items() if name != "project_id"}


@pytest.mark.usefixtures("stopped_clock")
def test_a_schedule_that_issues_is_run_by_who_may_issue(cast: Cast, api: Api) -> None:
    """Else whoever drafts would issue, on a day of its own choice."""
    kemi = api(cast.finance)
    wish = {"project_id": cast.project.pk, "name": "Monthly", "starts_on": "2026-11-01", "anchor_day": 1}
    schedule = kemi.post("/schedules", wish | {"action": "ISSUE"})
    cast.member.roles.set([Role.objects.create(name="Clerk", rights=[VIEW_BILLING, DRAFT_INVOICES])])
    clerk = api(cast.member)
    clerk.post(f"/schedules/{schedule['id']}/run", {"on": "2026-11-30"})
    assert clerk.status == 403
    assert kemi.post(f"/schedules/{schedule['id']}/run", {}) == []

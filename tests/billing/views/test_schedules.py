"""The pages of schedules over HTTP."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from billing.access import DRAFT_INVOICES, VIEW_BILLING
from billing.models import BillingSchedule, Invoice, ScheduleRun
from billing.scheduling import run_schedules
from people.models import Role
from tests.billing.test_scheduling import AT, made
from tests.billing.work import log
from tests.cast import Cast

HX = {"HX-Request": "true"}


@pytest.fixture
def finance(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.finance)


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def form(cast: Cast, **changed: Any) -> dict[str, Any]:
    values = {
        "project": cast.project.pk,
        "frequency": "MONTHLY",
        "anchor_day": "1",
        "starts_on": "2026-08-01",
        "timing": "LAST_DAY",
        "action": "DRAFT",
    }
    return values | changed


def test_only_who_may(cast: Cast, web: Any) -> None:
    schedule = made(cast)
    member = web(cast.member)
    for name in ("schedules", "schedule-new"):
        assert member.get(url(name)).status_code == 403
    for name in ("schedule", "schedule-edit"):
        assert member.get(url(name, schedule.pk)).status_code == 403
    for name in ("schedule-pause", "schedule-run"):
        assert member.post(url(name, schedule.pk)).status_code == 403


def test_made_and_shown_with_its_next_dates(finance: Any, cast: Cast) -> None:
    assert "No schedules yet" in finance.get(url("schedules")).content.decode()
    wrong = finance.post(url("schedule-new"), form(cast, frequency="WEEKLY", anchor_day="9"))
    assert wrong.status_code == 422
    assert "Weeks begin on a day from 1" in wrong.content.decode()
    answer = finance.post(url("schedule-new"), form(cast))
    schedule = BillingSchedule.objects.get()
    assert (answer.url, schedule.name) == (url("schedule", schedule.pk), cast.project.name)
    page = finance.get(answer.url).content.decode()
    assert page.count("<li>") >= 12
    assert "It has not run yet" in page
    assert schedule.name in finance.get(url("schedules")).content.decode()


def test_runs_with_reasons_skipped_and_run_now(finance: Any, cast: Cast) -> None:
    schedule = made(cast, action="ISSUE")
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    address, cast.client.billing_address = cast.client.billing_address, ""
    cast.client.save()
    (run,) = run_schedules(on=date(2026, 8, 31), at=AT)
    page = finance.get(url("schedule", schedule.pk)).content.decode()
    assert "has no billing address" in page
    assert f"Draft {run.invoice_id}" in page
    assert "period" in page
    cast.client.billing_address = address
    cast.client.save()
    assert finance.post(url("schedule-run", schedule.pk)).status_code == 302
    assert Invoice.objects.get().state == "ISSUED"
    assert not ScheduleRun.objects.filter(state="FAILED").exists()
    answer = finance.post(url("schedule-skip", run.pk))
    assert answer.status_code == 409


def test_who_may_only_draft_runs_nothing_that_issues(cast: Cast, web: Any) -> None:
    clerk = Role.objects.create(name="Clerk", rights=[VIEW_BILLING, DRAFT_INVOICES])
    cast.member.roles.set([clerk])
    log(cast.member, cast.design, 60, day=date(2026, 8, 10))
    issues, drafts = made(cast, action="ISSUE"), made(cast, name="Drafts")
    page = web(cast.member)
    assert url("schedule-run", issues.pk) not in page.get(url("schedule", issues.pk)).content.decode()
    assert url("schedule-run", drafts.pk) in page.get(url("schedule", drafts.pk)).content.decode()
    assert page.post(url("schedule-run", issues.pk)).status_code == 403
    assert page.post(url("schedule-run", drafts.pk)).status_code == 302
    assert Invoice.objects.get().state == "DRAFT"


def test_paused_resumed_and_changed(finance: Any, cast: Cast) -> None:
    schedule = made(cast)
    finance.post(url("schedule-pause", schedule.pk))
    assert "It is paused." in finance.get(url("schedule", schedule.pk)).content.decode()
    assert "Paused" in finance.get(url("schedules")).content.decode()
    finance.post(url("schedule-pause", schedule.pk))
    schedule.refresh_from_db()
    assert schedule.is_active
    changed = form(cast, name="Weekly", frequency="WEEKLY")
    assert finance.post(url("schedule-edit", schedule.pk), changed, headers=HX).status_code == 204
    schedule.refresh_from_db()
    assert (schedule.name, schedule.frequency) == ("Weekly", "WEEKLY")


def test_statements_do_not_grow(finance: Any, cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(4):
        made(cast, name=f"Schedule {number}")
    run_schedules(on=date(2026, 10, 31), at=AT)
    finance.get(url("schedules"))
    with django_assert_max_num_queries(14):
        finance.get(url("schedules"))

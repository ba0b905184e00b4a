"""The pages of a contract: who may, what they show, what their dialogs do."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing.contract_terms import read_contracts
from billing.pricing.methods import price
from core import clock
from projects.models import ContractLine, Milestone, TaskTerms
from tests.billing.work import log
from tests.cast import Cast

HX = {"HX-Request": "true"}


@pytest.fixture
def manager(web: Callable[..., Any], cast: Cast) -> Any:
    return web(cast.owner)


@pytest.fixture
def line(cast: Cast) -> ContractLine:
    return cast.design.contract_line


def url(name: str, *args: object) -> str:
    return reverse(f"billing:{name}", args=args)


def test_a_line_is_changed_with_the_terms_of_its_method(manager: Any, cast: Cast, line: ContractLine) -> None:
    log(cast.member, cast.design, 120, rate=100)
    form = manager.get(url("contract-line", line.pk), {"method": "FIXED_FEE"}, headers=HX).content.decode()
    assert "fee_amount" in form
    assert "cap_scope" not in form
    wish = {"name": "Works", "method": "FIXED_FEE", "fee_amount": ""}
    refused = manager.post(url("contract-line", line.pk), wish, headers=HX)
    assert refused.status_code == 422
    assert b"Enter the fee." in refused.content
    assert (
        manager.post(url("contract-line", line.pk), wish | {"fee_amount": "500"}, headers=HX).status_code
        == 204
    )
    shown = manager.get(url("contract", cast.project.pk)).content.decode()
    assert "Works" in shown
    assert "$500.00" in shown
    ready = manager.get(url("ready"), {"through": "2026-11-30"}).content.decode()
    assert "Fixed fee" in ready


def test_a_cap_is_shown_with_what_it_holds_and_raised(manager: Any, cast: Cast, line: ContractLine) -> None:
    log(cast.member, cast.design, 120, rate=100)
    wish = {"name": "Works", "method": "TIME_AND_MATERIALS", "cap_scope": "LINE", "cap_amount": "150"}
    assert manager.post(url("contract-line", line.pk), wish, headers=HX).status_code == 204
    shown = manager.get(url("contract", cast.project.pk)).content.decode()
    assert "0.50 h: Above the cap of $150.00 of Works." in shown
    proposed = manager.get(
        url("contract-line-raise", line.pk), {"amount": "50.00"}, headers=HX
    ).content.decode()
    assert 'value="50.00"' in proposed
    wish = {"amount": "50", "reason": "Change order 1"}
    assert manager.post(url("contract-line-raise", line.pk), wish, headers=HX).status_code == 204
    line.refresh_from_db()
    assert line.cap_amount == 200


def test_milestones_are_planned_achieved_and_taken_back(manager: Any, cast: Cast, line: ContractLine) -> None:
    wish = {"name": "Works", "method": "MILESTONE", "fee_amount": "1000"}
    manager.post(url("contract-line", line.pk), wish, headers=HX)
    part = {"name": "Survey", "percent": "40", "trigger": "ACHIEVEMENT"}
    assert manager.post(url("milestone-new", line.pk), part, headers=HX).status_code == 204
    found = Milestone.objects.get()
    assert manager.post(url("milestone", found.pk), part | {"percent": "50"}, headers=HX).status_code == 204
    done = {"on": "2026-11-20", "evidence": "Accepted by A. Reyes"}
    assert manager.post(url("milestone-achieve", found.pk), done, headers=HX).status_code == 204
    shown = manager.get(url("contract", cast.project.pk)).content.decode()
    assert "Accepted by A. Reyes" in shown
    assert "add up to 50 %" in shown
    assert manager.post(url("milestone-take-back", found.pk), headers=HX).status_code == 204
    assert b"Remove Survey?" in manager.get(url("milestone-remove", found.pk), headers=HX).content
    assert Milestone.objects.exists()
    assert manager.post(url("milestone-remove", found.pk), headers=HX).status_code == 204
    assert not Milestone.objects.filter(is_removed=False).exists()
    assert b"Survey" not in manager.get(url("contract", cast.project.pk)).content
    assert manager.post(url("milestone-restore", found.pk), headers=HX).status_code == 204
    assert b"Survey" in manager.get(url("contract", cast.project.pk)).content
    assert manager.get(url("milestone-file", found.pk)).status_code == 404
    paper = SimpleUploadedFile("signed.pdf", b"%PDF-1.7 signed")
    assert (
        manager.post(url("milestone-achieve", found.pk), done | {"file": paper}, headers=HX).status_code
        == 204
    )
    assert url("milestone-file", found.pk).encode() in manager.get(url("contract", cast.project.pk)).content
    assert manager.get(url("milestone-file", found.pk))["Content-Type"] == "application/pdf"


def test_a_milestone_that_is_handed_over_is_accepted_by_silence(
    manager: Any, cast: Cast, line: ContractLine
) -> None:
    wish = {"name": "Works", "method": "MILESTONE", "fee_amount": "1000"}
    manager.post(url("contract-line", line.pk), wish, headers=HX)
    part = {"name": "Survey", "percent": "100", "trigger": "ACHIEVEMENT"}
    manager.post(url("milestone-new", line.pk), part, headers=HX)
    found = Milestone.objects.get()
    today = clock.today(cast.manager)
    done = {"on": today.isoformat(), "evidence": "Sent to A. Reyes", "silent_days": "14"}
    assert manager.post(url("milestone-achieve", found.pk), done, headers=HX).status_code == 204
    found.refresh_from_db()
    accepted_on = today + timedelta(days=14)
    assert found.achieved_on == accepted_on
    shown = manager.get(url("contract", cast.project.pk)).content.decode()
    assert "Handed over" in shown
    assert f"Sent to A. Reyes · handed over {today.isoformat()}, accepted by silence after 14 days" in shown
    due = [
        price(contracts.by_project[cast.project.pk], contracts.so_far, [], on=through, through=through).amount
        for through in (accepted_on - timedelta(days=1), accepted_on)
        for contracts in [read_contracts([cast.project.pk])]
    ]
    assert due == [0, 1000]
    # The client objects.
    assert manager.post(url("milestone-take-back", found.pk), headers=HX).status_code == 204
    assert "Planned" in manager.get(url("contract", cast.project.pk)).content.decode()


@pytest.mark.usefixtures("stopped_clock")
def test_an_allowance_shows_its_periods_and_the_fees_to_come(
    manager: Any, cast: Cast, line: ContractLine
) -> None:
    log(cast.member, cast.design, 14 * 60, day=date(2026, 9, 10))
    form = manager.get(url("contract-line", line.pk), {"method": "ALLOWANCE"}, headers=HX).content.decode()
    assert "Fee of a period" in form
    assert "cap_scope" not in form
    wish = {
        "name": "Support", "method": "ALLOWANCE", "fee_amount": "1200", "frequency": "MONTHLY",
        "first_period_on": "2026-09-01", "timing": "FIRST_DAY", "prorates": "on", "allowance_minutes": "8",
        "overage_rate_amount": "180", "rollover": "CAPPED", "rollover_minutes": "2", "escalator_percent": "3",
    }  # fmt: skip
    refused = manager.post(url("contract-line", line.pk), wish | {"overage_rate_amount": ""}, headers=HX)
    assert b"Enter the price of an hour beyond the allowance." in refused.content
    assert manager.post(url("contract-line", line.pk), wish, headers=HX).status_code == 204
    shown = manager.get(url("contract", cast.project.pk)).content.decode()
    for words in (
        "8.00 h", "6.00 h beyond", "beyond it $180.00 an hour", "2.00 h at most", "To be billed", "Running",
        "$2,280.00", "is beyond the allowance of its period", "Nothing bills this project by itself", "$1,236.00",
    ):  # fmt: skip
        assert words in shown, words
    new = manager.get(url("schedule-new"), {"project": cast.project.pk, "contract_line": line.pk})
    assert b'value="2026-09-01"' in new.content


def test_progress_fees_of_tasks_and_switching(manager: Any, cast: Cast, line: ContractLine) -> None:
    wish = {"name": "Works", "method": "PERCENT_COMPLETE", "fee_amount": "1000"}
    manager.post(url("contract-line", line.pk), wish, headers=HX)
    said = {"percent": "25", "on": "2026-11-20"}
    assert manager.post(url("contract-line-progress", line.pk), said, headers=HX).status_code == 204
    assert b"$250.00" in manager.get(url("contract", cast.project.pk)).content
    new = {"starts_on": "2026-12-01", "name": "By task", "method": "FIXED_FEE_BY_TASK"}
    assert manager.post(url("contract-line-switch", line.pk), new, headers=HX).status_code == 204
    by_task = ContractLine.objects.get(origin=line)
    fee = {"fee_amount": "300"}
    task = cast.design.pk
    assert manager.post(url("task-terms", by_task.pk, task), fee, headers=HX).status_code == 204
    half = {"how": "PERCENT", "value": "50", "on": "2026-12-02"}
    assert manager.post(url("task-release", by_task.pk, task), half, headers=HX).status_code == 204
    assert TaskTerms.objects.get().released_amount == 150
    more = {"name": "Extra", "method": "TIME_AND_MATERIALS"}
    assert manager.post(url("contract-line-new", cast.project.pk), more, headers=HX).status_code == 204
    extra = ContractLine.objects.get(name="Extra")
    moved = manager.post(url("contract-line-tasks", extra.pk), {"tasks": [cast.review.pk]}, headers=HX)
    assert moved.status_code == 204
    cast.review.refresh_from_db()
    assert cast.review.contract_line == extra
    shown = manager.get(url("contract", cast.project.pk)).content.decode()
    assert "By task" in shown
    assert "$150.00" in shown


def test_who_may_not(web: Callable[..., Any], cast: Cast, line: ContractLine) -> None:
    browser = web(cast.member)
    assert browser.get(url("contract", cast.project.pk)).status_code == 403
    assert browser.get(url("contract-line", line.pk)).status_code == 403

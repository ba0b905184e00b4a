"""Contracts for programs: terms, milestones, progress, and what a draft makes of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.billing.work import log
from tests.cast import Cast


def test_from_terms_to_a_draft(cast: Cast, api: Callable[..., Any]) -> None:
    program = api(cast.owner)
    project, line = cast.project.pk, cast.design.contract_line_id
    log(cast.member, cast.design, 120, rate=100)
    capped = {"name": "Works", "method": "TIME_AND_MATERIALS", "cap_scope": "LINE", "cap_amount": "150"}
    (found,) = program.put(f"/contract-lines/{line}", capped)["items"]
    assert (found["due_amount"], found["left_amount"], found["left_minutes"]) == ("150.00", "150.00", None)
    assert found["notes"] == ["0.50 h: Above the cap of $150.00 of Works."]
    raised = {"amount": "20", "reason": "Change order 1"}
    assert program.post(f"/contract-lines/{line}/raise", raised)["items"][0]["due_amount"] == "170.00"
    more = {"name": "Report", "method": "MILESTONE", "fee_amount": "1000"}
    added = program.post(f"/projects/{project}/contract/lines", more)
    assert program.status == 201
    report = added["items"][1]["id"]
    planned = program.post(f"/contract-lines/{report}/milestones", {"name": "Outline", "percent": "100"})
    (part,) = planned["items"][1]["milestones"]
    assert (part["stage"], part["amount"]) == ("Planned", "1000.00")
    done = {"on": "2026-11-20", "evidence": "Accepted by A. Reyes"}
    program.post(f"/milestones/{part['id']}/achieve", done)
    (ready,) = program.get("/unbilled?through=2026-11-30")["items"]
    assert (ready["ready_amount"], ready["fee_amount"]) == ("1170.00", "1000.00")
    draft = program.post("/invoices", {"project_id": project, "through": "2026-11-30"})
    assert draft["total_amount"] == "1170.00"
    program.post(f"/milestones/{part['id']}/take-back")
    assert program.status == 409
    shown = program.get(f"/projects/{project}/contract")["items"]
    assert [each["billed_amount"] for each in shown] == ["170.00", "1000.00"]
    assert shown[1]["milestones"][0]["stage"] == "On draft"


def test_a_cap_of_a_day_goes_into_templates(cast: Cast, api: Callable[..., Any]) -> None:
    program = api(cast.owner)
    for person in (cast.member, cast.manager):
        log(person, cast.design, 300, rate=100)
    path = f"/contract-lines/{cast.design.contract_line_id}"
    wish = {"name": "Works", "method": "TIME_AND_MATERIALS", "daily_cap_minutes": 1441}
    refused = program.put(path, wish)
    assert (program.status, [error["path"] for error in refused["errors"]]) == (422, ["daily_cap_minutes"])
    (found,) = program.put(path, wish | {"daily_cap_minutes": 240})["items"]
    assert (found["daily_cap_is_per_person"], found["due_amount"]) == (True, "800.00")
    assert found["notes"] == ["2.00 h: Above 4.00 h a day for each person."]
    together = {"daily_cap_minutes": 240, "daily_cap_is_per_person": False}
    (found,) = program.put(path, wish | together)["items"]
    assert (found["due_amount"], found["notes"]) == ("400.00", ["6.00 h: Above 4.00 h a day."])
    template = program.post(f"/projects/{cast.project.pk}/template", {"name": "Works by the day"})
    (line,) = program.get(f"/project-templates/{template['id']}/lines")["items"]
    assert {name: line[name] for name in together} == together


def test_an_allowance_and_its_periods(cast: Cast, api: Callable[..., Any]) -> None:
    program = api(cast.owner)
    log(cast.member, cast.design, 14 * 60, day=date(2026, 9, 10))
    line = cast.design.contract_line_id
    wish = {
        "name": "Support", "method": "ALLOWANCE", "fee_amount": "1200", "first_period_on": "2026-09-01",
        "allowance_minutes": 480, "overage_rate_amount": "180",
    }  # fmt: skip
    (found,) = program.put(f"/contract-lines/{line}", wish)["items"]
    assert (found["frequency"], found["anchor_day"], found["allowance_minutes"]) == ("MONTHLY", 1, 480)
    assert found["periods"][-1] | {"available": "", "used": "", "carried_out": ""} == {
        "first_on": "2026-09-01", "last_on": "2026-09-30", "state": "To be billed", "available": "", "used": "",
        "beyond": "360.00", "carried_out": "", "forfeited": "0.00", "invoice_amount": "2280.00",
        "earned_amount": "2280.00", "deferred_amount": "0.00",
    }  # fmt: skip
    assert len(found["next_fees"]) == 12
    assert found["left_amount"] is None

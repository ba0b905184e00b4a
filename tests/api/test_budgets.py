"""Budgets, change orders, trees of tasks, labels and templates by the API."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from projects.costing import add_cost_rate
from tests.api.conftest import Program
from tests.billing.work import log
from tests.cast import Cast
from tests.reports.test_budget_months import planned

Api = Callable[..., Program]


@pytest.fixture
def program(cast: Cast, api: Api) -> Program:
    return api(cast.owner)


def test_a_tree_of_tasks_with_budgets_and_progress(program: Program, cast: Cast) -> None:
    staff = cast.member.staff_member.pk
    made = program.post(
        f"/projects/{cast.project.pk}/tasks",
        {"name": "Pumps", "parent_id": cast.design.pk, "budget_minutes": 605, "budget_fee_amount": "1900.00",
         "budget_stop": "BLOCK", "progress_by": "HAND", "assignee_ids": [staff], "due_on": "2026-12-18"},
    )  # fmt: skip
    assert program.status == 201, made
    assert (made["path"], made["depth"], made["position"]) == ("Hydraulic design › Pumps", 1, 2)
    assert (made["budget_minutes"], made["budget_fee_amount"], made["assignee_ids"]) == (
        605,
        "1900.00",
        [staff],
    )
    changed = program.patch(f"/tasks/{made['id']}", {"requires_notes": True})
    assert (changed["parent_id"], changed["budget_minutes"], changed["budget_stop"]) == (
        cast.design.pk,
        605,
        "BLOCK",
    )
    program.patch(f"/tasks/{cast.design.pk}", {"parent_id": made["id"]})
    assert program.status == 422
    said = program.post(f"/tasks/{made['id']}/progress", {"percent": "45.5", "note": "Half"})
    assert (program.status, said["by_name"]) == (201, "Olu Hartwell")
    assert len(program.get(f"/tasks/{made['id']}/progress")["items"]) == 1


def test_change_orders_and_the_budget(program: Program, api: Api, cast: Cast) -> None:
    base = f"/projects/{cast.project.pk}"
    program.patch(base, {"budget_minutes": 1200, "budget_fee_amount": "5000"})
    log(cast.member, cast.design, 600)
    changes = [{"minutes": 300}, {"task_id": cast.design.pk, "fee_amount": "250.50"}]
    order = program.post(
        f"{base}/change-orders", {"agreed_on": "2026-11-20", "reason": "More", "changes": changes}
    )
    assert program.status == 201, order
    assert (order["number"], len(order["changes"]), order["has_file"]) == (1, 2, False)
    budget = program.get(f"{base}/budget")
    hours = {
        "budget_minutes": 1500,
        "original_minutes": 1200,
        "recorded_minutes": 600,
        "approved_minutes": 600,
    }
    assert budget["hours"] == hours | {"billed_minutes": 0}
    assert (budget["burn_percent"], budget["fees"]["recorded_amount"]) == ("40.00", "1900.00")
    assert api(cast.member).get(f"{base}/budget")["fees"] is None
    assert api(cast.member).get(f"{base}/change-orders")["status"] == 403
    assert program.post(f"/change-orders/{order['id']}/withdraw")["withdrawn_at"]
    assert program.get(f"{base}/budget")["hours"]["budget_minutes"] == 1200
    program.post(f"{base}/change-orders", {"agreed_on": "2026-11-20", "reason": "None", "changes": []})
    assert program.status == 422


def test_labels_rules_leads_and_templates(program: Program, cast: Cast) -> None:
    label = program.post("/project-labels", {"kind": "STATUS", "name": "On hold"})
    base = f"/projects/{cast.project.pk}"
    assert program.patch(base, {"status_id": label["id"]})["status_id"] == label["id"]
    program.patch(base, {"type_id": label["id"]})
    assert program.status == 422
    rules = program.put("/project-rules", {"code_pattern": "P-{0000}", "alert_percents": [100, 80]})
    assert rules == {"code_pattern": "P-{0000}", "alert_percents": [80, 100]}
    lead = program.post(f"{base}/team/{cast.member.staff_member.pk}/lead")
    assert lead["is_lead"]
    template = program.post(f"{base}/template", {"name": "Water main"})
    assert program.status == 201, template
    assert len(program.get(f"/project-templates/{template['id']}/tasks")["items"]) == 2
    wish = {"client_id": cast.client.pk, "name": "Second", "starts_on": "2027-06-01"}
    opened = program.post(f"/project-templates/{template['id']}/open", wish)
    assert (program.status, opened["code"]) == (201, "P-0001")
    copy = program.post(f"{base}/clone", wish | {"name": "Third", "with_team": False})
    assert (program.status, copy["code"]) == (201, "P-0002")
    assert program.get(f"/projects/{copy['id']}/team")["items"] == []


def test_parts_of_a_budget_cost_and_margin(cast: Cast, api: Api) -> None:
    add_cost_rate(
        cost_amount=Decimal(55), starts_on=date(2026, 1, 1), by=cast.owner, staff=cast.member.staff_member
    )
    log(cast.member, cast.design, 600, rate=100)
    owner, member = api(cast.owner), api(cast.member)
    base = f"/projects/{cast.project.pk}"
    task = owner.patch(f"/tasks/{cast.design.pk}", {"budget_cost_amount": "1100", "progress_by": "COST"})
    assert (task["budget_cost_amount"], task["progress_by"]) == ("1100.00", "COST")
    assert owner.get(f"{base}/budget")["done_percent"] is None  # hours weigh, and there is no budget of hours
    cost = owner.get(f"{base}/budget/COST")
    assert (cost["currency"], cost["tasks"][0]["recorded_amount"], cost["tasks"][0]["budget_amount"]) == (
        "USD", "550.00", "1100.00",
    )  # fmt: skip
    hours = member.get(f"{base}/budget/HOURS")
    assert (hours["people"][0]["recorded_minutes"], hours["people"][0]["staff_id"]) == (
        600,
        cast.member.staff_member.pk,
    )
    member.get(f"{base}/budget/COST")
    assert member.status == 403
    assert member.get(f"/tasks/{cast.design.pk}")["budget_cost_amount"] is None
    found = owner.get(f"{base}/margin")
    assert (found["cost_amount"], found["margin_amount"], found["invoiced_amount"], found["margin_percent"]) == (
        "550.00", "-550.00", "0.00", None,
    )  # fmt: skip
    member.get(f"{base}/margin")
    assert member.status == 403


def test_the_months_by_the_api(cast: Cast, api: Api) -> None:
    project, owner = planned(cast), api(cast.owner)
    url = f"/projects/{project.pk}/budget/HOURS/months"
    found = owner.get(url)
    assert (found["differs"], found["months"][0]) == (
        False,
        {
            "month": "2026-09-01", "budget_minutes": 500, "recorded_minutes": 600, "approved_minutes": 600,
            "billed_minutes": 600, "budget_so_far_minutes": 500, "recorded_so_far_minutes": 600,
        } | {f"{name}_amount": None for name in (
            "budget", "recorded", "approved", "billed", "budget_so_far", "recorded_so_far",
        )},
    )  # fmt: skip
    fees = f"/projects/{project.pk}/budget/FEES/months"
    put = owner.put(fees, {"months": [{"month": "2026-10-01", "amount": "99.99"}]})
    assert (put["differs"], put["months"][1]["budget_amount"]) == (True, "99.99")
    twice = owner.put(fees, {"months": [{"month": "2026-10-01", "amount": "1"}] * 2})
    assert (owner.status, "once" in str(twice)) == (422, True)
    owner.put(fees, {"months": [{"month": "2026-10-02", "amount": "1"}]})
    assert owner.status == 422
    member = api(cast.member)
    assert member.get(url)["months"][0]["budget_minutes"] == 500
    assert member.get(fees)["status"] == 403
    assert member.put(url, {"months": []})["status"] == 403

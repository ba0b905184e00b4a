"""Rates in full by the API: letters, units, multipliers, re-rating."""

from collections.abc import Callable
from datetime import date

import pytest

from projects.models import RateRule
from tests.api.conftest import Program
from tests.billing.work import log
from tests.cast import Cast
from timesheets.models import TimeEntry

Api = Callable[..., Program]


@pytest.fixture
def program(cast: Cast, api: Api) -> Program:
    return api(cast.owner)


def test_cards_by_letter_and_day(program: Program, cast: Cast) -> None:
    card = program.post(
        "/rate-cards",
        {
            "name": "B",
            "scope": "LETTER",
            "letter": "B",
            "unit": "DAY",
            "day_minutes": 450,
            "weekend_factor": "2",
        },
    )
    assert (card["letter"], card["unit"], card["unit_minutes"], card["overtime_code_id"]) == (
        "B",
        "DAY",
        450,
        None,
    )
    code = cast.engineering.pk
    changed = program.patch(f"/rate-cards/{card['id']}", {"overtime_factor": "1.5", "overtime_code_id": code})
    assert (changed["unit_minutes"], changed["overtime_code_id"], float(changed["weekend_factor"])) == (
        450,
        code,
        2,
    )
    site = program.patch(f"/rate-cards/{card['id']}", {"onsite_amount": "25.5", "onsite_code_id": code})
    assert (site["onsite_amount"], site["onsite_code_id"], float(site["overtime_factor"])) == (
        "25.50",
        code,
        1.5,
    )
    refused = program.patch(f"/rate-cards/{card['id']}", {"onsite_amount": None})
    assert program.status == 422
    assert refused["errors"][0]["path"] == "onsite_amount"
    path = f"/projects/{cast.project.pk}/base-rate"
    assert program.get(path) == {"source": "", "letter": ""}
    assert program.put(path, {"letter": "B"}) == {"source": "STAFF", "letter": "B"}
    assert program.get(path)["letter"] == "B"


def test_open_time_is_rerated_as_previewed(program: Program, cast: Cast) -> None:
    rule = RateRule.objects.get(job_title__name="Senior engineer")
    entry = log(cast.member, cast.design, 90, day=date(2026, 11, 12), state="DRAFT", rate_rule=rule)
    RateRule.objects.filter(pk=rule.pk).update(rate_amount=200)
    for path in (f"/rates/{rule.pk}", f"/rate-cards/{cast.card.pk}"):
        seen = program.post(f"{path}/rerating/preview", {"which": "ALL"})
        assert (seen["entries"], seen["minutes"], seen["before_amount"], seen["difference"]) == (
            1,
            90,
            "285.00",
            "15.00",
        )
    program.post(f"/rates/{rule.pk}/rerating", {"which": "ALL", "entries": 2, "difference": "15.00"})
    assert program.status == 409
    program.post(f"/rates/{rule.pk}/rerating", {"which": "FROM"})
    assert program.status == 422
    done = program.post(f"/rates/{rule.pk}/rerating", {"which": "ALL", "entries": 1, "difference": "15.00"})
    assert done == seen
    assert TimeEntry.objects.get(pk=entry.pk).rate_amount == 200
    again = program.post(f"/rate-cards/{cast.card.pk}/rerating", {"which": "FROM", "starts_on": "2026-01-01"})
    assert again["entries"] == 0


def test_rounding(program: Program, cast: Cast) -> None:
    assert program.get("/rounding")["mode"] == "NONE"
    wish = {"unit_minutes": 15, "mode": "UP"}
    assert program.put("/rounding", wish) == {**wish, "minimum_minutes": 0, "scope": "ENTRY"}
    for path in (f"/clients/{cast.client.pk}/rounding", f"/projects/{cast.project.pk}/rounding"):
        assert program.put(path, wish | {"scope": "LINE"})["scope"] == "LINE"
    assert len(program.get("/rounding/exceptions")["items"]) == 2
    program.delete(f"/clients/{cast.client.pk}/rounding")
    assert [row["project_id"] for row in program.get("/rounding/exceptions")["items"]] == [cast.project.pk]


def test_cost_rates(program: Program, cast: Cast) -> None:
    log(cast.member, cast.design, 90, day=date(2026, 11, 12))
    rate = program.post("/cost-rates", {"cost_amount": "80", "starts_on": "2026-01-01"})
    assert (program.status, rate["staff_id"]) == (201, None)
    changed = program.post(
        f"/cost-rates/{rate['id']}/change", {"cost_amount": "90", "starts_on": "2026-06-01"}
    )
    assert program.get("/cost-rates?on=2026-07-01")["items"] == [changed]
    assert (
        program.post(f"/cost-rates/{changed['id']}/end", {"ends_on": "2027-01-01"})["ends_on"] == "2027-01-01"
    )
    cost = {"currency": "USD", "minutes": 90, "cost_amount": "135.00", "uncosted_minutes": 0}
    assert program.get(f"/projects/{cast.project.pk}/labour-cost") == cost
    assert program.get("/labour-cost?first=2026-11-01&last=2026-11-30") == cost
    program.delete(f"/cost-rates/{changed['id']}")
    assert program.get(f"/projects/{cast.project.pk}/labour-cost")["uncosted_minutes"] == 90


def test_the_rate_of_a_line(program: Program, cast: Cast) -> None:
    line = log(cast.member, cast.design, 60)
    path = f"/time-entries/{line.pk}/rate"
    own = program.put(path, {"rate_amount": "100", "reason": "agreed"})
    assert (own["amount"], own["has_own_rate"], len(own["steps"])) == ("100.00", True, 12)
    program.delete(path)
    found = program.get(path)
    assert (found["amount"], [step["number"] for step in found["steps"] if step["is_used"]]) == (
        "190.00",
        [12],
    )

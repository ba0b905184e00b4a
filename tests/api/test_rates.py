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

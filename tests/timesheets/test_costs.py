"""What work costs: the most specific rate of the day, and what has none is counted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core import clock
from core.errors import NotAllowed
from projects.costing import (
    add_cost_rate,
    change_cost_rate_from,
    end_cost_rate,
    remove_cost_rate,
)
from projects.costs import Cost, CostKey, resolve_costs
from projects.models import CostRate
from projects.promises import CostOverlaps
from tests.billing.work import log
from tests.cast import TODAY, Cast
from timesheets.costs import LabourCost, cost_between, cost_by_project

START = date(2026, 1, 1)


@pytest.fixture
def key(cast: Cast) -> CostKey:
    return CostKey(cast.member.staff_member.pk, cast.project.pk, cast.design.pk, cast.engineering.pk, TODAY)


def test_the_most_specific_rate_wins(cast: Cast, key: CostKey) -> None:
    """Each rate beats all that come after it in this list; without any, work is uncosted."""
    named: list[dict[str, Any]] = [
        {"staff": cast.member.staff_member, "task": cast.design, "labor_code": cast.engineering},
        {"staff": cast.member.staff_member, "task": cast.design},
        {"staff": cast.member.staff_member, "project": cast.project},
        {"staff": cast.member.staff_member, "labor_code": cast.engineering},
        {"staff": cast.member.staff_member},
        {"task": cast.design},
        {"project": cast.project},
        {"labor_code": cast.engineering},
        {},
    ]
    rates = [
        add_cost_rate(cost_amount=Decimal(90 - place), starts_on=START, by=cast.finance, **names)
        for place, names in enumerate(named)
    ]
    for place, rate in enumerate(rates):
        assert resolve_costs([key]) == [Cost(Decimal(90 - place), rate.pk)]
        remove_cost_rate(rate=rate, by=cast.finance)
    assert resolve_costs([key]) == [Cost(None)]
    assert resolve_costs([]) == []


def test_days_and_overlaps(cast: Cast, key: CostKey, django_assert_num_queries) -> None:
    rate = add_cost_rate(cost_amount=Decimal(80), starts_on=START, by=cast.finance)
    with pytest.raises(CostOverlaps):
        add_cost_rate(cost_amount=Decimal(70), starts_on=TODAY, by=cast.finance)
    new = change_cost_rate_from(rate=rate, cost_amount=Decimal(0), starts_on=TODAY, by=cast.finance)
    days = [replace(key, on=day) for day in (date(2025, 12, 31), START, date(2026, 11, 24), TODAY)]
    with django_assert_num_queries(1):
        assert [cost.amount for cost in resolve_costs(days)] == [None, 80, 80, 0]
    end_cost_rate(rate=new, ends_on=TODAY, by=cast.finance)
    assert resolve_costs([replace(key, on=date(2026, 11, 26))]) == [Cost(None)]
    with pytest.raises(NotAllowed):
        add_cost_rate(cost_amount=Decimal(1), starts_on=START, by=cast.manager)


def test_uncosted_hours_are_counted_and_never_free(cast: Cast) -> None:
    """90 minutes at 33.33 are 50.00 (49.995 half-up); 20 minutes at 100 are 33.33; Dana's hour has no rate."""
    for minutes, day in ((90, 2), (20, 3)):
        log(cast.member, cast.design, minutes, day=date(2026, 11, day))
    log(cast.manager, cast.review, 60, is_billable=False, billable_minutes=0)
    own = add_cost_rate(
        cost_amount=Decimal("33.33"), starts_on=START, by=cast.finance, staff=cast.member.staff_member
    )
    change_cost_rate_from(rate=own, cost_amount=Decimal(100), starts_on=date(2026, 11, 3), by=cast.finance)
    expected = LabourCost(170, Decimal("83.33"), 60)
    assert cost_by_project([cast.project.pk], "USD") == {cast.project.pk: expected}
    assert cost_between(START, TODAY, "USD") == expected
    assert cost_between(TODAY, TODAY, "USD") == LabourCost()


HTMX = {"HX-Request": "true"}


def test_the_pages(cast: Cast, web) -> None:
    finance = web(cast.finance)
    log(cast.member, cast.design, 90, day=clock.today(cast.finance))
    page = finance.get("/time/costs/").text
    assert "No cost rates yet" in page
    assert "have no cost rate" in page
    posted = {"staff": cast.member.staff_member.pk, "cost_amount": "80", "starts_on": "2026-01-01"}
    assert finance.post("/time/costs/new/", posted, headers=HTMX).status_code == 204
    again = finance.post("/time/costs/new/", posted, headers=HTMX)
    assert again.status_code == 422
    assert "already a cost rate" in again.text
    rate = CostRate.objects.get()
    assert "Priya Raman" in finance.get("/time/costs/").text
    change = f"/time/costs/{rate.pk}/change/"
    assert (
        finance.post(change, {"cost_amount": "85", "starts_on": "2026-06-01"}, headers=HTMX).status_code
        == 204
    )
    newest = CostRate.objects.latest("pk")
    assert (
        finance.post(f"/time/costs/{newest.pk}/end/", {"ends_on": "2027-01-01"}, headers=HTMX).status_code
        == 204
    )
    assert finance.post(f"/time/costs/{newest.pk}/remove/", headers=HTMX).status_code == 204
    for user in (cast.member, cast.manager):
        assert web(user).get("/time/costs/").status_code == 403
        assert web(user).get(f"/time/costs/{rate.pk}/change/", headers=HTMX).status_code == 403


def test_the_rate_of_a_line(cast: Cast, web) -> None:
    line = log(cast.member, cast.design, 60, rate=100)
    finance, url = web(cast.finance), f"/time/rates/{line.pk}/"
    shown = finance.get(url, headers=HTMX).text
    for words in ("The project&#x27;s base", "12. The firm&#x27;s card", "$190.00", "First"):
        assert words in shown
    assert finance.post(url, {"rate_amount": "5", "reason": ""}, headers=HTMX).status_code == 422
    assert finance.post(url, {"rate_amount": "5", "reason": "goodwill"}, headers=HTMX).status_code == 204
    line.refresh_from_db()
    assert (line.rate_amount, line.has_own_rate) == (5, True)
    assert "Let the cards decide" in finance.get(url, headers=HTMX).text
    assert finance.post(f"{url}clear/", headers=HTMX).status_code == 204
    line.refresh_from_db()
    assert (line.rate_amount, line.has_own_rate) == (190, False)
    assert web(cast.member).get(url).status_code == 403

"""Hours and amounts by project and person."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.errors import NotAllowed
from core.periods import Period
from reports.hours import hours_report
from tests.cast import TODAY, Cast
from tests.timesheets.work import add_time

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def work(cast: Cast) -> None:
    """Three entries of 20 minutes at 100.00, rounded each; the manager's without a rate; one of last month."""
    for _ in range(3):
        add_time(cast, minutes=20, rate_amount=100, state="APPROVED")
    add_time(cast, cast.manager, minutes=90, rate_amount=None, rate_currency="")
    add_time(cast, minutes=60, on=TODAY - timedelta(days=30), state="APPROVED")


def test_hours_and_amounts_by_project_and_person(
    cast: Cast, work: None, django_assert_num_queries: Any
) -> None:
    cast.finance.rights, cast.finance.is_owner  # noqa: B018 - loaded once for each request
    with django_assert_num_queries(1):
        report = hours_report(NOVEMBER, by=cast.finance)
    assert [
        (line.person, line.worked, line.billable, line.unrated, line.amount) for line in report.lines
    ] == [
        ("Dana Ruiz", 90, 90, 90, Decimal(0)),
        ("Priya Raman", 60, 60, 0, Decimal("99.99")),
    ]
    (project,) = report.projects
    assert (project.head.client, project.head.project) == ("City of Larkspur", "Larkspur Water Main Renewal")
    assert (project.sums.worked, project.sums.amount) == (150, Decimal("99.99"))
    assert [(sums.currency, sums.amount) for sums in report.totals] == [("USD", Decimal("99.99"))]
    assert (report.worked, report.billable, report.unrated) == (150, 150, 90)


def test_only_what_is_approved(cast: Cast, work: None) -> None:
    report = hours_report(NOVEMBER, by=cast.finance, only_approved=True)
    assert [line.person for line in report.lines] == ["Priya Raman"]


def test_a_currency_without_decimals_rounds_to_whole_units(cast: Cast) -> None:
    cast.client.currency = "JPY"
    cast.client.save()
    for _ in range(2):
        add_time(cast, minutes=20, rate_amount=10_001, rate_currency="JPY")
    assert hours_report(NOVEMBER, by=cast.finance).totals[0].amount == 6668


def test_amounts_are_for_those_who_may_see_rates(cast: Cast, work: None) -> None:
    report = hours_report(NOVEMBER, by=cast.manager)
    assert (report.has_amounts, report.worked, report.unrated) == (False, 150, 0)
    assert {line.amount for line in report.lines} == {Decimal(0)}
    with pytest.raises(NotAllowed):
        hours_report(NOVEMBER, by=cast.member)

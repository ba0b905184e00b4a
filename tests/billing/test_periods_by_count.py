"""Periods that end after a number of them, in literal days: contract lines, schedules, copies, what is refused."""

from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from django.db import transaction

from billing.contract_periods import next_fees
from billing.contract_terms import read_contracts
from billing.models import BillingSchedule
from billing.pricing.terms import NOTHING_YET
from billing.promises import PeriodsAreBilled
from billing.schedules import calendar_of, dates_after, schedules_page
from billing.scheduling import TwoEnds, change_schedule
from core.cycles import Cycle, last_day, spans
from core.errors import Refusal
from core.promises import promises
from projects.contract_forms import LineForm, SwitchForm
from projects.contracting import TermsAreMissing, switch_method
from projects.models import ContractLine, ProjectTemplate
from projects.opening import edit_project
from projects.planning import clone_project, open_from_template
from projects.templating import save_as_template
from tests.billing.test_periods import HOURS, MONTHLY, agree, draft
from tests.billing.test_scheduling import made, ran
from tests.cast import Cast

YEAR = {"period_count": 12}


@pytest.mark.parametrize(
    ("frequency", "anchor", "starts", "periods", "expected"),
    [
        ("MONTHLY", 1, date(2026, 12, 1), 12, "2027-11-30"),
        # From the 16th: half a month is the first of the twelve.
        ("MONTHLY", 1, date(2026, 12, 16), 12, "2027-11-30"),
        ("MONTHLY", 31, date(2027, 1, 31), 1, "2027-02-27"),
        ("MONTHLY", 31, date(2027, 1, 31), 12, "2028-01-30"),
        ("MONTHLY", 31, date(2028, 1, 15), 2, "2028-02-28"),
        ("WEEKLY", 1, date(2026, 11, 30), 3, "2026-12-20"),
        ("WEEKLY", 1, date(2026, 12, 3), 3, "2026-12-20"),
        ("BIWEEKLY", 5, date(2026, 12, 4), 2, "2026-12-31"),
        ("QUARTERLY", 1, date(2027, 1, 1), 4, "2027-12-31"),
        ("QUARTERLY", 15, date(2027, 1, 10), 4, "2027-12-14"),
        ("SEMIANNUAL", 1, date(2027, 7, 1), 1, "2027-12-31"),
        ("ANNUAL", 29, date(2028, 2, 29), 2, "2030-02-27"),
    ],
)
def test_the_last_day_of_so_many_periods(
    frequency: str, anchor: int, starts: date, periods: int, expected: str
) -> None:
    cycle = Cycle(frequency, anchor, starts)
    last = last_day(cycle, periods)
    assert str(last) == expected
    ended = list(spans(Cycle(frequency, anchor, starts, last)))
    assert ended == list(islice(spans(cycle), periods))


def course(line: ContractLine, today: date) -> list[str]:
    (terms,) = read_contracts([line.project_id]).by_project[line.project_id]
    return [str(fee.due_on) for fee in next_fees(terms, NOTHING_YET, today)]


def test_a_line_ends_after_its_periods(cast: Cast) -> None:
    line = agree(
        cast, "RECURRING", **MONTHLY | {"first_period_on": date(2026, 1, 16), "anchor_day": 1} | YEAR
    )
    assert (line.period_count, line.last_period_on) == (12, date(2026, 12, 31))
    assert course(line, date(2026, 9, 15)) == ["2026-10-01", "2026-11-01", "2026-12-01"]
    # Another anchor has other periods: twelve of them again.
    line = agree(cast, "RECURRING", anchor_day=31)
    assert line.last_period_on == date(2026, 12, 30)
    line = agree(cast, "RECURRING", frequency="QUARTERLY", anchor_day=1, period_count=2)
    assert line.last_period_on == date(2026, 6, 30)
    # A day takes its place; nothing at all is until further notice.
    line = agree(cast, "RECURRING", period_count=None, last_period_on=date(2026, 8, 15))
    assert (line.period_count, line.last_period_on) == (None, date(2026, 8, 15))
    line = agree(cast, "RECURRING", period_count=None, last_period_on=None)
    assert len(course(line, date(2026, 1, 1))) == 12
    assert agree(cast, "FIXED_FEE", fee_amount=Decimal(1), **YEAR).period_count is None


def test_either_a_number_or_a_day(cast: Cast) -> None:
    with pytest.raises(TermsAreMissing, match="Say either after how many periods") as caught:
        agree(cast, "RECURRING", **MONTHLY | YEAR | {"last_period_on": date(2026, 6, 30)})
    assert caught.value.field == "period_count"
    # What the API reads may be written back as it is.
    line = agree(cast, "RECURRING", **MONTHLY | YEAR | {"last_period_on": date(2026, 12, 31)})
    assert line.period_count == 12
    for number in (0, 1201):
        with pytest.raises(TermsAreMissing, match="from 1 to 1,200"):
            agree(cast, "RECURRING", **MONTHLY | {"period_count": number})
    fields: dict[str, Any] = {
        "name": "Support", "method": "RECURRING", "fee_amount": "1", "frequency": "MONTHLY", "timing": "FIRST_DAY",
        "first_period_on": "2026-01-01", "last_period_on": "2026-06-30", "period_count": "12",
    }  # fmt: skip
    form = LineForm(fields, method="RECURRING", currency="USD")
    assert list(form.errors) == ["period_count"]
    assert (LineForm.of(line)["period_count"], LineForm.of(line)["last_period_on"]) == (12, None)
    # New terms would count anew: they are asked for the day.
    assert (SwitchForm.of(line)["period_count"], SwitchForm.of(line)["last_period_on"]) == (
        None,
        date(2026, 12, 31),
    )


def test_the_database_keeps_a_number_with_its_day(cast: Cast) -> None:
    line = agree(cast, "RECURRING", **MONTHLY | YEAR)
    lines = ContractLine.objects.filter(pk=line.pk)
    for change in ({"last_period_on": None}, {"period_count": 0}, {"period_count": 1201}):
        with pytest.raises(Refusal, match="from 1 to 1,200"), promises(), transaction.atomic():
            lines.update(**change)
    schedules = BillingSchedule.objects.filter(pk=made(cast, **YEAR).pk)
    for change in ({"ends_on": None}, {"period_count": 0}):
        with pytest.raises(Refusal, match="from 1 to 1,200"), promises(), transaction.atomic():
            schedules.update(**change)


def test_billed_periods_stay_within_the_number(cast: Cast) -> None:
    line = agree(cast, "ALLOWANCE", **HOURS | YEAR)
    draft(cast, date(2026, 2, 28), date(2026, 3, 1))
    with pytest.raises(PeriodsAreBilled):
        agree(cast, "ALLOWANCE", **HOURS | {"period_count": 2})
    agree(cast, "ALLOWANCE", **HOURS | {"period_count": 3})
    new = switch_method(
        line=line, starts_on=date(2026, 4, 1), name="More", method="RECURRING", by=cast.manager,
        **MONTHLY | {"period_count": 2},
    )  # fmt: skip
    assert new.last_period_on == date(2026, 5, 31)


def test_copies_and_templates_take_the_number_along(cast: Cast) -> None:
    agree(cast, "RECURRING", **MONTHLY | {"anchor_day": 15} | YEAR)
    edit_project(project=cast.project, by=cast.manager, starts_on=date(2026, 1, 1))
    wanted: dict[str, Any] = {"client": cast.client, "by": cast.manager, "starts_on": date(2028, 6, 1)}
    copy = clone_project(project=cast.project, name="Copy", **wanted)
    template = save_as_template(project=cast.project, name="Support", by=cast.manager)
    opened = open_from_template(template=template, name="Opened", **wanted)
    for project in (copy, opened):
        line = project.contract_lines.get()
        assert (line.period_count, line.first_period_on, line.last_period_on) == (
            12,
            date(2028, 6, 1),
            date(2029, 5, 14),
        )
    kept = ProjectTemplate.objects.get(pk=template.pk).lines.get()
    assert (kept.period_count, kept.periods_months, kept.periods_days) == (12, None, None)


def test_a_schedule_stops_after_its_periods(cast: Cast) -> None:
    schedule = made(cast, period_count=3)
    assert schedule.ends_on == date(2026, 10, 31)
    (shown,) = schedules_page(date(2026, 8, 15))
    assert [str(each.day) for each in shown.dates] == ["2026-08-31", "2026-09-30", "2026-10-31"]
    assert [first for first, _ in ran(date(2027, 6, 30))] == ["2026-08-01", "2026-09-01", "2026-10-01"]
    assert ran(date(2027, 6, 30)) == []
    terms: dict[str, Any] = {
        "name": "Weekly", "frequency": "WEEKLY", "anchor_day": 1, "starts_on": date(2026, 11, 25),
        "timing": "LAST_DAY", "action": "DRAFT", "by": cast.finance, "on": date(2026, 11, 25),
    }  # fmt: skip
    weekly = change_schedule(schedule=schedule, **terms, period_count=2)
    assert [str(day) for day in dates_after(weekly, date(2026, 11, 25))] == ["2026-11-29", "2026-12-06"]
    with pytest.raises(TwoEnds):
        change_schedule(schedule=schedule, **terms, period_count=2, ends_on=date(2026, 12, 1))
    changed = change_schedule(schedule=schedule, **terms, ends_on=date(2026, 12, 1))
    assert (changed.period_count, changed.ends_on) == (None, date(2026, 12, 1))


def test_a_schedule_takes_the_number_from_a_line(cast: Cast) -> None:
    line = agree(cast, "RECURRING", **MONTHLY | YEAR)
    known = calendar_of(str(line.pk))
    assert (known["period_count"], known["ends_on"], known["starts_on"]) == (12, None, date(2026, 1, 1))
    line = agree(cast, "RECURRING", **MONTHLY | {"period_count": None, "last_period_on": date(2026, 6, 30)})
    assert calendar_of(str(line.pk))["ends_on"] == date(2026, 6, 30)

"""Dialogs of rates that reach back: the change, what it does to recorded time, the deed."""

import re
from datetime import date

import pytest

from projects.models import LaborCode, ProjectBase, RateCard, RateRule
from tests.billing.work import log
from tests.cast import Cast
from timesheets.models import TimeEntry

HTMX = {"HX-Request": "true"}


@pytest.fixture
def senior(cast: Cast) -> RateRule:
    return RateRule.objects.get(job_title__name="Senior engineer")


@pytest.fixture
def entry(cast: Cast, senior: RateRule) -> TimeEntry:
    return log(cast.member, cast.design, 90, day=date(2026, 11, 12), state="DRAFT", rate_rule=senior)


def hidden(text: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_the_preview_comes_first_and_is_what_happens(
    cast: Cast, web, senior: RateRule, entry: TimeEntry
) -> None:
    finance, url = web(cast.finance), f"/billing/rates/{senior.pk}/change/"
    assert "Open time from a day on" in finance.get(url, headers=HTMX).text
    posted = {"rate_amount": "210", "starts_on": "2026-11-10", "rerates": "ALL"}
    seen = finance.post(url, posted, headers=HTMX)
    assert seen.status_code == 200
    for words in ("Re-rate 1 entry?", "$285.00", "$315.00", "$30.00"):
        assert words in seen.text
    assert RateRule.objects.filter(job_title=senior.job_title).count() == 1
    again = hidden(seen.text)
    assert (again["seen_entries"], again["rerates"], again["rate_amount"]) == ("1", "ALL", "210")
    # Meanwhile somebody records more: nobody agreed to that.
    log(cast.member, cast.design, 60, day=date(2026, 11, 13), state="DRAFT", rate_rule=senior)
    refused = finance.post(url, again, headers=HTMX)
    assert refused.status_code == 422
    assert "Time changed since you looked" in refused.text
    again = hidden(finance.post(url, posted, headers=HTMX).text)
    assert finance.post(url, again, headers=HTMX).status_code == 204
    entry.refresh_from_db()
    assert entry.rate_amount == 210


def test_a_day_is_needed_for_a_part(cast: Cast, web, senior: RateRule) -> None:
    posted = {"rate_amount": "210", "starts_on": "2026-11-10", "rerates": "FROM"}
    answer = web(cast.finance).post(f"/billing/rates/{senior.pk}/change/", posted, headers=HTMX)
    assert answer.status_code == 422
    assert "Say from which day on." in answer.text


def test_a_whole_card(cast: Cast, web, senior: RateRule, entry: TimeEntry) -> None:
    RateRule.objects.filter(pk=senior.pk).update(rate_amount=200)
    finance, url = web(cast.finance), f"/billing/rate-cards/{cast.card.pk}/re-rate/"
    assert "somebody got another role" in finance.get(url, headers=HTMX).text
    seen = finance.post(url, {"rerates": "ALL"}, headers=HTMX).text
    assert "Re-rate 1 entry?" in seen
    assert finance.post(url, hidden(seen), headers=HTMX).status_code == 204
    entry.refresh_from_db()
    assert entry.rate_amount == 200
    assert "No recorded time changes" in finance.post(url, {"rerates": "ALL"}, headers=HTMX).text
    assert web(cast.manager).get(url).status_code == 403


def test_letters_units_and_multipliers(cast: Cast, web) -> None:
    finance = web(cast.finance)
    code = LaborCode.objects.create(name="Overtime")
    posted = {"name": "Letter B", "scope": "LETTER", "letter": "B", "currency": "USD", "unit": "DAY"}
    finance.post("/projects/rate-cards/new/", posted | {"day_hours": "7.5", "weekend_factor": "2"})
    card = RateCard.objects.get(letter="B")
    assert (card.unit_minutes, card.weekend_factor) == (450, 2)
    page = finance.get(f"/projects/rate-cards/{card.pk}/").text
    for words in ("Letter B", "7.50 h a day", "weekend × 2"):
        assert words in page
    rates = f"/billing/rate-cards/{card.pk}/rates/new/"
    wrong = finance.post(rates, {"rate_amount": "900", "starts_on": "2026-01-01"}, headers=HTMX)
    assert "for one person or for one labor code" in wrong.text
    right = {"staff": cast.member.staff_member.pk, "rate_amount": "900", "starts_on": "2026-01-01"}
    assert finance.post(rates, right, headers=HTMX).status_code == 204
    edit = f"/projects/rate-cards/{card.pk}/edit/"
    assert 'name="unit"' not in finance.get(edit, headers=HTMX).text
    factors = {"name": "Letter B", "overtime_factor": "1.5"}
    assert "Say the multiplier and the labor code" in finance.post(edit, factors, headers=HTMX).text
    assert finance.post(edit, factors | {"overtime_code": code.pk}, headers=HTMX).status_code == 204
    half = finance.post(edit, {"name": "Letter B", "onsite_amount": "25"}, headers=HTMX)
    assert "Say the surcharge and the labor code of work on site" in half.text
    assert 'value="25"' in half.text
    finer = {"name": "Letter B", "onsite_amount": "0.00005", "onsite_code": code.pk}
    assert finance.post(edit, finer, headers=HTMX).status_code == 422
    site = {"name": "Letter B", "onsite_amount": "25", "onsite_code": code.pk}
    assert finance.post(edit, site, headers=HTMX).status_code == 204
    assert "Overtime + $25.00 an hour" in finance.get(f"/projects/rate-cards/{card.pk}/").text
    assert finance.post(edit, {"name": "Letter B"}, headers=HTMX).status_code == 204
    card.refresh_from_db()
    assert (card.onsite_amount, card.onsite_code) == (None, None)
    base = f"/projects/{cast.project.pk}/base-rate/"
    assert finance.post(base, {"source": "STAFF", "letter": "B"}, headers=HTMX).status_code == 204
    assert ProjectBase.objects.get().letter == "B"
    assert finance.post(base, {"source": "STAFF", "letter": ""}, headers=HTMX).status_code == 204
    assert not ProjectBase.objects.exists()

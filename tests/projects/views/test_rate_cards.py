"""Pages of rate cards and their dialogs."""

from datetime import date
from decimal import Decimal

import pytest

from projects.carding import add_card, add_rate
from projects.models import RateCard, RateRule
from projects.opening import open_project
from tests.cast import Cast
from timesheets.models import TimeEntry

HTMX = {"HX-Request": "true"}


@pytest.fixture
def senior(cast: Cast) -> RateRule:
    return RateRule.objects.get(job_title__name="Senior engineer")


def test_the_card_shows_now_upcoming_and_past(cast: Cast, web, senior: RateRule) -> None:
    for year, amount in ((2020, "100"), (2090, "152.375")):
        add_rate(
            card=cast.card,
            rate_amount=Decimal(amount),
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            by=None,
        )
    page = web(cast.finance).get(f"/projects/rate-cards/{cast.card.pk}/").text
    for words in ("Role Senior engineer", "Base rate", "$152.375", "Upcoming", "Past", "31 Dec 2090", "Now"):
        assert words in page


def test_an_overlap_stands_at_the_date_and_keeps_what_was_typed(cast: Cast, web, senior: RateRule) -> None:
    posted = {"job_title": senior.job_title_id, "rate_amount": "200.50", "starts_on": "2026-07-01"}
    url = f"/billing/rate-cards/{cast.card.pk}/rates/new/"
    answer = web(cast.finance).post(url, posted, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="dialog_starts_on_error"' in answer.text
    assert "$190.00 already applies" in answer.text
    assert 'value="200.50"' in answer.text
    assert RateRule.objects.count() == 2


def test_adding_changing_ending_removing(cast: Cast, web, senior: RateRule) -> None:
    finance = web(cast.finance)
    added = finance.post(
        f"/billing/rate-cards/{cast.card.pk}/rates/new/",
        {"staff": cast.member.staff_member.pk, "rate_amount": "0", "starts_on": "2026-07-01"},
        headers=HTMX,
    )
    assert added.status_code == 204
    free = RateRule.objects.get(staff=cast.member.staff_member)
    assert free.rate_amount == 0
    changed = {"rate_amount": "205", "starts_on": "2027-01-01"}
    assert finance.post(f"/billing/rates/{senior.pk}/change/", changed, headers=HTMX).status_code == 204
    assert finance.post(f"/billing/rates/{senior.pk}/change/", changed, headers=HTMX).status_code == 422
    ended = finance.post(f"/billing/rates/{free.pk}/end/", {"ends_on": "2026-06-01"}, headers=HTMX)
    assert 'id="dialog_ends_on_error"' in ended.text
    assert finance.post(f"/projects/rates/{free.pk}/remove/", headers=HTMX).status_code == 204
    assert not RateRule.objects.filter(pk=free.pk).exists()


def test_a_used_rate_is_not_removed(cast: Cast, web, senior: RateRule) -> None:
    TimeEntry.objects.create(
        staff=cast.member.staff_member,
        project=cast.project,
        task=cast.design,
        worked_on=date(2026, 11, 25),
        worked_minutes=60,
        billable_minutes=60,
        rate_rule=senior,
    )
    answer = web(cast.finance).post(f"/projects/rates/{senior.pk}/remove/", headers=HTMX)
    assert answer.status_code == 422
    assert "Time was recorded at this rate" in answer.text
    assert RateRule.objects.filter(pk=senior.pk).exists()


@pytest.mark.parametrize("amount", ["", "-5", "1,5", "0.00001", "999999999"])
def test_what_is_no_rate(cast: Cast, web, amount: str) -> None:
    posted = {"rate_amount": amount, "starts_on": "2026-07-01"}
    answer = web(cast.finance).post(f"/billing/rate-cards/{cast.card.pk}/rates/new/", posted, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="dialog_rate_amount_error"' in answer.text


def test_a_new_card_asks_for_whom(cast: Cast, web) -> None:
    finance = web(cast.finance)
    answer = finance.post("/projects/rate-cards/new/", {"name": "Larkspur 2026", "scope": "CLIENT"})
    assert 'id="id_client_error"' in answer.text
    posted = {"name": "Larkspur 2026", "scope": "CLIENT", "client": cast.client.pk, "currency": "EUR"}
    card_url = finance.post("/projects/rate-cards/new/", posted).url
    card = RateCard.objects.get(name="Larkspur 2026")
    assert (card_url, card.currency) == (f"/projects/rate-cards/{card.pk}/", "USD")
    again = finance.post("/projects/rate-cards/new/", {**posted, "name": "Twice"})
    assert again.status_code == 422
    assert "already has a rate card" in again.text
    assert finance.post(f"/projects/rate-cards/{card.pk}/edit/", {"name": "Larkspur"}).status_code == 204
    assert "Larkspur" in finance.get("/projects/rate-cards/").text


def test_who_sees_and_who_changes_rates(cast: Cast, web, senior: RateRule) -> None:
    for user in (cast.member, cast.manager):
        assert web(user).get(f"/billing/rate-cards/{cast.card.pk}/rates/new/").status_code == 403
        for path in ("", "new/", f"{cast.card.pk}/"):
            assert web(user).get(f"/projects/rate-cards/{path}").status_code == 403
        for step in ("billing/rates/{}/change/", "billing/rates/{}/end/", "projects/rates/{}/remove/"):
            assert web(user).post(f"/{step.format(senior.pk)}").status_code == 403


def test_a_card_of_a_project_that_one_may_not_see_is_not_there(cast: Cast, web) -> None:
    hidden = open_project(client=cast.client, name="Hidden", by=None)
    card = add_card(name="Hidden card", project=hidden, by=None)
    role = cast.member.roles.get()
    role.rights = ["projects.view_rates"]
    role.save()
    assert "Hidden card" not in web(cast.member).get("/projects/rate-cards/").text
    assert web(cast.member).get(f"/projects/rate-cards/{card.pk}/").status_code == 404
    assert web(cast.member).get(f"/projects/rate-cards/{cast.card.pk}/").status_code == 200

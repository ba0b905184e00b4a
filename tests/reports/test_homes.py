"""The home pages: each figure adds up, and no statement more for more rows."""

from datetime import timedelta

import pytest

from approvals.certifying import Signature
from reports.mine import my_home
from reports.money import money_home
from reports.setting_up import steps
from reports.team import team_home
from reports.utilization import Share, utilization
from tests.cast import NOW, PASSWORD, TODAY
from tests.timesheets.work import add_time
from timesheets.approving import approve_time, return_time
from timesheets.submitting import submit_time


def submit(cast, *entries):
    submit_time(
        staff=cast.member.staff_member,
        entry_ids=[e.pk for e in entries],
        by=cast.member,
        at=NOW,
        acknowledged=True,
    )


def test_my_week_counts_worked_against_required_hours(cast):
    add_time(cast, on=TODAY - timedelta(days=2), minutes=480)
    add_time(cast, on=TODAY - timedelta(days=1), minutes=300)
    mine = my_home(cast.member.staff_member, TODAY)
    assert (mine.worked, mine.required, mine.open_minutes) == (780, 2400, 1620)
    assert mine.missing == [TODAY - timedelta(days=1)]
    assert [(row.project, row.minutes) for row in mine.rows] == [("Larkspur Water Main Renewal", 780)]


def test_a_returned_line_waits_with_its_reason(cast):
    entry = add_time(cast)
    submit(cast, entry)
    return_time(entry_ids=[entry.pk], reason="Wrong task.", by=cast.manager, at=NOW)
    (item,) = my_home(cast.member.staff_member, TODAY).returned
    assert (item.entry, item.why.reason, item.why.by_name) == (entry, "Wrong task.", "Dana Ruiz")


def test_a_past_week_with_drafts_is_still_to_submit(cast):
    add_time(cast, on=TODAY - timedelta(days=9))
    assert my_home(cast.member.staff_member, TODAY).open_weeks == [TODAY - timedelta(days=9)]


def test_a_team_s_utilization_is_of_sums_not_a_mean_of_percentages():
    assert Share(178 * 60, 312 * 60).percent == 57
    assert Share(60, 0).percent is None


def test_utilization_counts_billable_work_only(cast):
    add_time(cast, minutes=240)
    add_time(cast, minutes=240, is_billable=False, billable_minutes=0)
    assert utilization([cast.member.staff_member], TODAY, TODAY) == Share(240, 480)


def test_a_manager_sees_what_waits_and_who_has_not_submitted(cast):
    entry = add_time(cast, on=TODAY - timedelta(days=7))
    submit(cast, entry)
    team = team_home(cast.manager, TODAY, NOW + timedelta(days=4))
    assert (team.waiting_people, team.waiting_minutes, team.oldest_days) == (1, 480, 4)
    assert [(age.lines, age.is_late) for age in team.ages] == [(0, False), (0, False), (1, True)]
    assert team.not_submitted == [cast.member.staff_member]


def test_a_budget_is_at_risk_from_eighty_percent(cast):
    cast.design.budget_minutes = 600
    cast.design.save()
    add_time(cast, minutes=480)
    (budget,) = team_home(cast.manager, TODAY, NOW).budgets
    assert (budget.task, budget.percent) == (cast.design, 80)


def test_finance_sees_approved_work_at_its_rates_and_what_has_none(cast):
    billed, unrated = (
        add_time(cast, minutes=90),
        add_time(cast, minutes=60, rate_amount=None, rate_currency=""),
    )
    submit(cast, billed, unrated)
    approve_time(
        entry_ids=[billed.pk, unrated.pk], by=cast.manager, at=NOW, signature=Signature("Dana Ruiz", PASSWORD)
    )
    money = money_home(cast.finance, "USD", TODAY)
    assert (money.ready.amount, money.ready.projects) == (285, 1)
    assert money.trust.unrated_minutes == 60
    assert money.trust.all_tie
    assert money.dso is None


def test_the_checklist_ends_with_the_first_invoice(cast):
    found = steps("Hartwell & Moss")
    open_steps = [step.title for step in found if not step.is_done]
    assert open_steps == [
        "Say what stands on your invoices",
        "Let clients pay online",
        "Enter a week and send an invoice",
    ]


@pytest.mark.parametrize("lens", ["mine", "team", "money"])
def test_the_owner_may_look_through_every_lens(owner, cast, web, lens):
    assert web(owner).get(f"/?view={lens}").status_code == 200


def test_a_new_owner_lands_on_the_checklist_until_it_is_hidden(owner, web):
    browser = web(owner)
    assert b"Invite your team" in browser.get("/").content
    assert browser.post("/hide-checklist/").status_code == 302
    assert b"Invite your team" not in browser.get("/").content


def test_staff_have_their_own_week_only(cast, web):
    browser = web(cast.member)
    assert b"My week" in browser.get("/").content
    assert browser.get("/?view=money").status_code == 302
    assert browser.get("/trial-balance/").status_code == 403
    assert browser.get("/receivables/").status_code == 403


@pytest.mark.parametrize("path", ["/trial-balance/", "/receivables/"])
def test_the_books_open_on_any_day_and_refuse_what_is_none(cast, web, path):
    browser = web(cast.finance)
    assert browser.get(path).status_code == 200
    assert browser.get(f"{path}?on=2026-01-31").status_code == 200
    assert browser.get(f"{path}?on=2026-02-31").status_code == 404
    assert browser.get(f"{path}?on=yesterday").status_code == 404

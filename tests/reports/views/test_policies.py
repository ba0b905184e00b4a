"""The page of approval policies: steps one at a time, rules, and who would be asked."""

from typing import Any

import pytest

from approvals.arranging import stages_of
from approvals.models import Step
from approvals.submitting import policy_for
from people.models import Department, Role, User
from tests.cast import Cast

PAGE = "/settings/approvals/time/"
HTMX = {"HX-Request": "true"}
Source = Step.Source


def sources(kind: str = "timesheets.timeentry") -> list[list[str]]:
    return [[rules.source for rules in stage] for stage in stages_of(policy_for(kind))]


def add(browser: Any, page: str = PAGE, **fields: Any) -> Any:
    values = {"source": "LINE_MANAGER", "certification": "NONE", "place": "after:1", **fields}
    return browser.post(f"{page}steps/new/", values, headers=HTMX)


def test_every_kind_has_its_page(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    assert browser.get("/settings/approvals/").headers["Location"] == PAGE
    for slug, words in (
        ("time", "Line manager"),
        ("expenses", "Line manager"),
        ("leave", "Line manager"),
        ("invoices", "No review"),
    ):
        assert words in browser.get(f"/settings/approvals/{slug}/").text
    assert browser.get("/settings/approvals/quotes/").status_code == 404


def test_steps_are_added_beside_before_and_after(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    finance = Role.objects.get(name="Finance").pk
    assert add(browser, source="ROLE", role=finance, place="with:1").status_code == 204
    assert add(browser, source="PROJECT_LEAD", place="after:0").status_code == 204
    assert sources() == [["PROJECT_LEAD"], ["LINE_MANAGER", "ROLE"]]
    text = browser.get(PAGE).text
    assert "Everybody with the role Finance" in text
    assert "and, side by side" in text


def test_a_step_is_changed_moved_and_removed(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    add(browser, source="PROJECT_LEAD")
    manager = Step.objects.get(policy__subject_kind="timesheets.timeentry", source="LINE_MANAGER")
    dialog = browser.get(f"{PAGE}steps/{manager.pk}/", headers=HTMX).text
    assert "Change the step" in dialog
    changed = {
        "source": "LINE_MANAGER",
        "certification": "PASSWORD",
        "certified_for_minutes": "30",
        "billable": "BILLABLE",
        "place": "after:1",
    }
    assert browser.post(f"{PAGE}steps/{manager.pk}/", changed, headers=HTMX).status_code == 204
    assert sources() == [["PROJECT_LEAD"], ["LINE_MANAGER"]]
    text = browser.get(PAGE).text
    assert "Signs once in 30 minutes" in text
    assert "Billable only" in text
    lead = Step.objects.get(source="PROJECT_LEAD", is_retired=False)
    browser.post(f"{PAGE}steps/{lead.pk}/remove/")
    assert sources() == [["LINE_MANAGER"]]
    assert browser.get(f"{PAGE}steps/{manager.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"source": "ROLE"}, "Choose the role."),
        ({"source": "PERSON"}, "Choose the person."),
        ({"place": "after:9"}, "valid choice"),
        ({"certification": "PASSWORD", "certified_for_minutes": "1441"}, "1440"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    cast: Cast, owner: User, web: Any, fields: dict[str, str], words: str
) -> None:
    answer = add(web(owner), **fields)
    assert answer.status_code == 422
    assert words in answer.text


def test_amounts_belong_to_kinds_that_have_them(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    page = "/settings/approvals/expenses/"
    assert (
        add(
            browser, page, source="PROJECT_LEAD", least_amount="1,000", project_id=cast.project.pk
        ).status_code
        == 204
    )
    text = browser.get(page).text
    assert "From $1,000.00" in text
    assert "Larkspur Water Main Renewal" in text
    assert "least_amount" not in browser.get("/settings/approvals/leave/steps/new/", headers=HTMX).text


def test_who_would_be_asked(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    add(browser, source="PROJECT_LEAD", place="after:0", certification="PASSWORD")
    member = cast.member.staff_member
    assert member
    about = f"{PAGE}?person={member.pk}&project={cast.project.pk}&billable=1"
    text = browser.get(about, headers=HTMX).text
    assert "<html" not in text
    assert "Dana Ruiz" in text
    assert "Skipped: asked on an earlier step already" in text
    manager = cast.manager.staff_member
    assert manager
    about = f"{PAGE}?person={manager.pk}&project={cast.project.pk}&billable=1"
    text = browser.get(about, headers=HTMX).text
    assert "Skipped: nobody decides on their own" in text
    assert "Olu Hartwell" in text
    assert "choice" in browser.get(f"{PAGE}?person=999999", headers=HTMX).text


def test_nobody_is_asked_about_an_invoice_until_a_step_is_there(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    page = "/settings/approvals/invoices/"
    assert "it passes by itself" in browser.get(page).text
    Department.objects.create(name="Water")
    add(
        browser,
        page,
        source="ROLE",
        role=Role.objects.get(name="Finance").pk,
        least_amount="500",
        place="after:0",
    )
    member = cast.member.staff_member
    assert member
    assert "Finance" in browser.get(f"{page}?person={member.pk}&amount=500", headers=HTMX).text
    assert "passes by itself" in browser.get(f"{page}?person={member.pk}&amount=499", headers=HTMX).text


def test_the_rules_are_saved(cast: Cast, owner: User, web: Any) -> None:
    browser = web(owner)
    values = {"statement": "I have looked.", "reminds_after_days": "2", "escalates_after_days": "5"}
    assert browser.post(PAGE, values).status_code == 302
    policy = policy_for("timesheets.timeentry")
    assert (policy.statement, policy.reminds_after_days, policy.escalates_after_days) == (
        "I have looked.",
        2,
        5,
    )
    answer = browser.post(PAGE, values | {"reminds_after_days": "5"})
    assert (answer.status_code, "Remind earlier" in answer.text) == (422, True)


def test_only_those_with_the_right(cast: Cast, web: Any) -> None:
    step = Step.objects.get(policy__subject_kind="timesheets.timeentry")
    for user in (cast.member, cast.manager, cast.finance):
        browser = web(user)
        for path in (PAGE, f"{PAGE}steps/new/", f"{PAGE}steps/{step.pk}/"):
            assert browser.get(path).status_code == 403
        assert browser.post(f"{PAGE}steps/{step.pk}/remove/").status_code == 403
    assert sources() == [["LINE_MANAGER"]]

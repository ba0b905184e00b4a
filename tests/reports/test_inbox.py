"""The joint inbox: what waits of every kind, the oldest first, counted as the rooms count it, and who sees it."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.inbox import counts, inbox
from tests.cast import TODAY, Cast, add_person
from tests.timesheets.sheets import MONDAY, submit_week
from timesheets.models import TimeRules


def test_everything_that_waits_stands_in_one_list_the_oldest_first(cast: Cast) -> None:
    submit_week(cast)
    submit_week(cast, first=MONDAY - timedelta(days=7))
    found = inbox(cast.manager, TODAY, timezone.now() + timedelta(days=4))
    assert [(item.kind, item.title, item.days) for item in found.items] == [
        ("Time", "Priya Raman", 4),
        ("Time", "Priya Raman", 4),
    ]
    assert {kind.label: kind.count for kind in found.kinds} == {"Time": 2, "Expenses": 0}
    assert inbox(cast.member, TODAY, timezone.now()).items == []


def test_the_menu_counts_sheets_as_the_queue_does(cast: Cast) -> None:
    submit_week(cast)
    submit_week(cast, first=MONDAY - timedelta(days=7))
    assert counts(cast.manager, TODAY) == {"time": 2, "expenses": 0, "leave": 0, "invoices": 0}
    TimeRules.objects.update(period_kind="MONTHLY")
    assert counts(cast.manager, TODAY)["time"] == 1
    assert counts(cast.member, TODAY) == {"time": 0, "expenses": 0, "leave": 0, "invoices": 0}
    assert cast.owner.rights
    assert cast.owner.staff_member
    with CaptureQueriesContext(connection) as one:
        counts(cast.owner, TODAY)
    assert len(one) == 1


def test_the_page_lists_and_leads_to_the_rooms(web: Any, cast: Cast) -> None:
    submit_week(cast)
    body = web(cast.manager).get("/inbox/").text
    assert "Priya Raman" in body
    assert "/time/approvals/?sheet=" in body
    assert "side-count" in body
    assert "Nothing waits for you" in web(cast.owner).get("/inbox/?mine=1").text
    assert "Nothing waits for you" in web(cast.member).get("/inbox/").text
    assert "Nothing of this kind" in web(cast.manager).get("/inbox/?kind=leave").text


def test_twenty_people_cost_as_many_statements_as_one(web: Any, cast: Cast) -> None:
    submit_week(cast)
    browser = web(cast.manager)
    browser.get("/inbox/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/inbox/")
    for n in range(19):
        user = add_person(f"Person {n}", f"p{n}@hm.example", "Staff", manager=cast.manager.staff_member)
        submit_week(cast, user)
    with CaptureQueriesContext(connection) as many:
        body = browser.get("/inbox/").text
    assert "Person 18" in body
    assert len(many) == len(one)

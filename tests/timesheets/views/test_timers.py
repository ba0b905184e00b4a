"""The page of timers, the timer of the shell, and what their buttons do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.urls import reverse

from core import clock
from people.models import StaffMember
from tests.cast import Cast
from timesheets.models import TimeEntry, Timer, TimeRules
from timesheets.rows import RowKey
from timesheets.timers import start, stop

Browser = Callable[..., Web]
PAGE = "/time/timers/"

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def began(cast: Cast, row: RowKey) -> Timer:
    """The member's timer, started three quarters of an hour ago."""
    at = clock.now() - timedelta(minutes=45, seconds=5)
    return start(staff=cast.member.staff_member, row=row, by=cast.member, at=at)


def post(browser: Web, name: str, *args: Any, fragment: bool = False, **wish: str) -> Any:
    headers = {"HX-Request": "true"} if fragment else {}
    return browser.post(reverse(f"timesheets:{name}", args=args), wish, headers=headers)


def test_nothing_yet(web: Browser, cast: Cast) -> None:
    answer = web(cast.member).get(PAGE)
    assert answer.status_code == 200
    assert "No timer today" in answer.text
    assert "data-timer-seconds" not in answer.text


def test_the_shell_shows_the_running_timer_on_every_page(web: Browser, cast: Cast, began: Timer) -> None:
    answer = web(cast.member).get("/")
    assert answer.text.count("data-timer-clock>0:45<") == 2
    assert "Larkspur Water Main Renewal · Hydraulic design" in answer.text
    assert "data-timer-clock" not in web(cast.manager).get("/").text


def test_it_is_stopped_from_the_shell_wherever_the_person_is(web: Browser, cast: Cast, began: Timer) -> None:
    answer = post(web(cast.member), "timer-stop", fragment=True)
    assert answer.status_code == 200
    assert answer.text.count("hx-swap-oob") == 2
    assert "data-timer-clock" not in answer.text
    assert "psa:timer" in answer["HX-Trigger"]
    assert "0:45 on Larkspur Water Main Renewal" in answer["HX-Trigger"]
    assert TimeEntry.objects.get().worked_minutes == 45
    # Another window stopped it already.
    assert post(web(cast.member), "timer-stop", fragment=True).status_code == 422


def test_without_scripts_it_leads_to_the_page(web: Browser, cast: Cast, began: Timer) -> None:
    answer = post(web(cast.member), "timer-stop")
    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_start_pause_resume_save(web: Browser, cast: Cast, row: RowKey) -> None:
    browser = web(cast.member)
    post(browser, "timer-start", row=str(row), note="Valve chamber")
    timer = Timer.objects.running().get()
    assert (timer.note, timer.task_id) == ("Valve chamber", row.task_id)
    assert "Timer running" in browser.get(PAGE).text
    Timer.objects.update(seconds=600)
    post(browser, "timer-pause")
    assert "Paused" in browser.get(PAGE).text
    post(browser, "timer-resume", timer.pk)
    post(browser, "timer-pause")
    post(browser, "timer-finish", timer.pk)
    assert TimeEntry.objects.get().worked_minutes == 10
    assert "In your week" in browser.get(PAGE).text


def test_a_row_that_nobody_knows_starts_one_without(web: Browser, cast: Cast) -> None:
    post(web(cast.member), "timer-start", row="x-y")
    assert Timer.objects.running().get().task_id is None


def test_a_kept_one_says_why_and_is_given_a_place(web: Browser, cast: Cast, row: RowKey) -> None:
    browser, member, at = web(cast.member), cast.member.staff_member, clock.now()
    timer = start(staff=member, row=None, note="Call", by=cast.member, at=at - timedelta(minutes=20))
    stop(staff=member, by=cast.member, at=at)
    assert "Choose what you worked on" in browser.get(PAGE).text
    dialog = browser.get(reverse("timesheets:timer", args=[timer.pk]))
    assert "What is this timer for?" in dialog.text
    answer = post(browser, "timer", timer.pk, fragment=True, row=str(row), note="Call", text="0:20")
    assert answer.status_code == 204
    assert TimeEntry.objects.get().worked_minutes == 20
    # Its place is the line's matter now.
    answer = post(browser, "timer", timer.pk, fragment=True, row=f"{row.task_id}-0", note="Call", text="")
    assert answer.status_code == 422
    assert "stand in your week already" in answer.text


def test_the_measured_time_is_corrected(web: Browser, cast: Cast, row: RowKey, began: Timer) -> None:
    browser = web(cast.member)
    wrong = post(browser, "timer", began.pk, fragment=True, row=str(row), text="abc")
    assert "is not a time" in wrong.text
    answer = post(browser, "timer", began.pk, fragment=True, row=str(row), text="1:30")
    assert answer.status_code == 204
    post(browser, "timer-stop")
    assert TimeEntry.objects.get().worked_minutes == 90


def test_a_locked_day_is_told_in_the_list_and_tried_again(web: Browser, cast: Cast, began: Timer) -> None:
    browser = web(cast.member)
    TimeRules.objects.filter(pk=1).update(locked_through=clock.now().date() + timedelta(days=1))
    answer = post(browser, "timer-stop", fragment=True)
    assert "kept among your timers" in answer["HX-Trigger"]
    assert "is locked" in browser.get(PAGE).text
    TimeRules.objects.filter(pk=1).update(locked_through=None)
    post(browser, "timer-finish", began.pk)
    assert TimeEntry.objects.get().worked_minutes == 45


def test_a_submitted_line_takes_its_timer_from_the_list(web: Browser, cast: Cast, began: Timer) -> None:
    browser = web(cast.member)
    post(browser, "timer-stop")
    assert "In your week" in browser.get(PAGE).text
    TimeEntry.objects.update(state="SUBMITTED")
    assert "No timer today" in browser.get(PAGE).text


def test_thrown_away(web: Browser, cast: Cast, began: Timer) -> None:
    post(web(cast.member), "timer-discard", began.pk)
    assert not Timer.objects.exists()
    assert not TimeEntry.objects.exists()


def test_timers_of_others_are_not_there(web: Browser, cast: Cast, began: Timer) -> None:
    stranger = web(cast.manager)
    for name in ("timer-resume", "timer-finish", "timer-discard", "timer"):
        assert post(stranger, name, began.pk).status_code == 404
    assert Timer.objects.running().get().staff == StaffMember.objects.get(user=cast.member)


def test_the_list_costs_the_same_for_many(
    web: Browser, cast: Cast, row: RowKey, django_assert_max_num_queries: Any
) -> None:
    browser, at = web(cast.member), clock.now()
    member = cast.member.staff_member
    for number in range(20):
        start(
            staff=member,
            row=row,
            note=f"Part {number}",
            by=cast.member,
            at=at - timedelta(minutes=40 - number),
        )
    browser.get(PAGE)
    with django_assert_max_num_queries(12):
        browser.get(PAGE)

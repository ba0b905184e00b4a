"""The queue by keyboard alone, in a real browser: moving, selecting, cutting, asking, returning, approving, undoing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from approvals.models import Message, Step
from core.hosts import firm_url
from people.models import User
from tests.browsers import axe
from tests.cast import PASSWORD, Cast, add_person
from tests.houses import open_house, open_window, sign_in
from tests.timesheets.sheets import MONDAY, submit_week
from tests.waiting import wait_until
from timesheets.models import TimeEntry

pytestmark = pytest.mark.usefixtures("django_db_setup")  # before the browser, whose loop runs in this thread

LONG = "Maximiliane von Hohenstein-Altenburg zu Brandenburg-Schwedt"
ARABIC = "نور الدين الحسيني"


@pytest.fixture
def house(own_firm: Any, own_cache: None, settings: Any) -> Iterator[Cast]:
    with open_house(settings) as cast:
        yield cast


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    with open_window(chromium) as page:
        yield page


def states(user: User) -> list[str]:
    """The states of somebody's lines in order of their days."""
    found = TimeEntry.objects.filter(staff=user.staff_member).order_by("worked_on")
    return list(found.values_list("state", flat=True))


@pytest.fixture
def team(house: Cast) -> list[User]:
    """Two with clean sheets, and the member with a long day, which comes first."""
    Step.objects.update(certified_for_minutes=30)
    lead = house.manager.staff_member
    clean = [add_person(LONG, "max@hm.example", "Staff", "Senior engineer", lead)]
    clean.append(add_person(ARABIC, "nur@hm.example", "Staff", "Senior engineer", lead))
    for person in clean:
        submit_week(house, person, note="Model of the pump house", is_billable=True)
    submit_week(house, house.member, minutes=660, days=1, note="Flows", is_billable=True)
    submit_week(house, house.member, days=4, first=MONDAY + timedelta(days=1), note="Flows", is_billable=True)
    return [house.member, *clean]


def title(window: Page) -> Locator:
    return window.locator("#sheet-title")


def press(window: Page, *keys: str) -> None:
    for key in keys:
        window.keyboard.press(key)


def told(window: Page, words: str) -> None:
    expect(window.locator("[data-toast]").last).to_contain_text(words)


def open_queue(window: Page, house: Cast) -> None:
    sign_in(window, house.manager)
    window.goto(firm_url("/time/approvals/"))
    expect(title(window)).to_have_text("Priya Raman")


def test_through_the_sheets_and_lines(house: Cast, team: list[User], window: Page) -> None:
    open_queue(window, house)
    press(window, "j")
    expect(title(window)).to_have_text(LONG)
    press(window, "j")
    expect(title(window)).to_have_text(ARABIC)
    press(window, "j", "k")
    expect(title(window)).to_have_text(LONG)
    press(window, "k")
    expect(title(window)).to_have_text("Priya Raman")
    press(window, "ArrowDown", "ArrowDown")
    second = window.locator("#sheet [data-line]").nth(1)
    expect(second).to_be_focused()
    press(window, " ")
    expect(window.locator("[data-chosen]")).to_contain_text("1 of 5 lines selected")
    press(window, "ArrowUp")
    expect(window.locator("#sheet [data-line]").first).to_be_focused()
    assert axe(window) == []
    press(window, "?")
    expect(window.locator("#approvals-keys")).to_be_visible()
    press(window, "Escape")
    expect(window.locator("#approvals-keys")).to_be_hidden()


def approve_and_sign(window: Page) -> None:
    """The typed name and the password under the statement; it counts for half an hour."""
    expect(window.locator("#dialog [name=typed_name]")).to_be_focused()
    window.keyboard.type("Dana Ruiz")
    press(window, "Tab")
    window.keyboard.type(PASSWORD)
    press(window, "Enter")


def test_deciding_on_lines_and_taking_it_back(house: Cast, team: list[User], window: Page) -> None:
    open_queue(window, house)
    press(window, "ArrowDown", "ArrowDown", " ", "a")
    expect(window.locator("#dialog-title")).to_have_text("Approve 1 line of Priya Raman?")
    approve_and_sign(window)
    told(window, "1 line approved")
    assert states(house.member).count("APPROVED") == 1
    press(window, "z")
    wait_until(lambda: states(house.member) == ["SUBMITTED"] * 5, what="the approval is undone")
    expect(title(window)).to_have_text("Priya Raman")
    press(window, "r")
    expect(window.locator("#dialog textarea")).to_be_focused()
    window.keyboard.type("Which of the sites?")
    press(window, "Control+Enter")
    told(window, "5 lines returned")
    assert set(states(house.member)) == {"REJECTED"}
    press(window, "z")
    wait_until(lambda: states(house.member) == ["SUBMITTED"] * 5, what="the return is undone")


def test_cutting_and_asking(house: Cast, team: list[User], window: Page) -> None:
    open_queue(window, house)
    press(window, "ArrowDown", "e")
    window.keyboard.type("9")
    press(window, "Enter")
    expect(window.locator("[data-cut-reason]")).to_be_focused()
    window.keyboard.type("Rework")
    press(window, "Enter")
    expect(window.locator("#sheet")).to_contain_text("Billable cut by 2.00 h")
    entry = TimeEntry.objects.filter(staff=house.member.staff_member).order_by("worked_on")[0]
    assert (entry.worked_minutes, entry.billable_minutes) == (660, 540)
    expect(window.locator("#sheet [data-line]").first).to_be_focused()
    press(window, " ", "q")
    expect(window.locator("#dialog textarea")).to_be_focused()
    window.keyboard.type("Eleven hours: what was it?")
    press(window, "Control+Enter")
    wait_until(lambda: Message.objects.filter(text__startswith="Eleven hours").exists(), what="it is asked")
    expect(window.locator("#sheet")).to_contain_text("Question open")
    assert states(house.member) == ["SUBMITTED"] * 5


def test_all_that_is_clean_at_once(house: Cast, team: list[User], window: Page) -> None:
    open_queue(window, house)
    press(window, "Shift+A")
    expect(window.locator("#dialog-title")).to_have_text("Approve 2 sheets?")
    approve_and_sign(window)
    told(window, "2 sheets approved, 80.00 h")
    assert [set(states(person)) for person in team] == [{"SUBMITTED"}, {"APPROVED"}, {"APPROVED"}]
    press(window, "a")
    expect(window.locator("#dialog-title")).to_have_text("Approve 5 lines of Priya Raman?")
    expect(window.locator("#dialog")).to_contain_text("Your signature of a moment ago still counts")
    press(window, "Enter")
    expect(window.locator("#approvals")).to_contain_text("Everything is decided")
    assert axe(window) == []

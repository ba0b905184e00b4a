"""The grid in a real browser: blocks, undo, what is kept on the device, two people in one cell, many rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD
from tests.days import today
from tests.e2e.crowding import TASKS
from tests.e2e.product import Product
from tests.e2e.staff import SAVED, go_weeks, monday, to_cell
from tests.e2e.stage import Actor, Stage
from tests.waiting import wait_until

Set = Callable[[str, int], Stage]
LOST = ("Failed to load resource: net::ERR", "TypeError: Failed to fetch")
# The clipboard of the machine is everybody's; what the keys do with it is told by the events.
PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""
COPY = """() => {
    const clipboardData = new DataTransfer();
    document.activeElement.dispatchEvent(new ClipboardEvent("copy", {clipboardData, bubbles: true, cancelable: true}));
    return clipboardData.getData("text/plain");
}"""
FIRST_ROWS = """[...document.querySelectorAll("#week-rows > tr[data-row]")].slice(0, 2).map(row =>
    [...row.querySelectorAll(".cell-in")].slice(0, 3).map(input => input.value).join("|"))"""


def sit_down(stage: Set, product: Product, name: str, width: int = 1440) -> tuple[Stage, Actor]:
    """Somebody in front of last week's sheet with the six rows of the week before."""
    story = stage(name, width)
    story.slug = name
    product.run("tests.e2e.furnishing", story.slug)
    priya = story.enter()
    priya.sign_in("priya@hm.example", PASSWORD)
    priya.go("/time/")
    go_weeks(priya, -1)
    priya.page.get_by_role("button", name="Copy last week").locator("visible=true").click()
    expect(priya.page.locator("#week-rows > tr[data-row]")).to_have_count(6)
    return story, priya


def shows(page: Page, *rows: str) -> None:
    """The first three days of the first two rows, once everything is saved."""
    wait_until(lambda: page.evaluate(SAVED) and page.evaluate(FIRST_ROWS) == list(rows), what=f"{rows}")


def stored(story: Stage) -> list[tuple[int, int, int, str]]:
    """Row, day, minutes and note of last week's lines."""
    first = monday(today(), 1)
    rows: list[dict[str, Any]] = story.product.rows(
        story.slug,
        "SELECT task.position - 1 AS row, entry.worked_on - %s AS day, worked_minutes AS minutes, note "
        "FROM timesheets_timeentry entry JOIN projects_task task ON task.id = entry.task_id "
        "WHERE entry.worked_on >= %s",
        first,
        first,
    )
    return sorted((row["row"], row["day"], row["minutes"], row["note"]) for row in rows)


def test_blocks_are_pasted_copied_cleared_and_undone(stage: Set, product: Product) -> None:
    story, priya = sit_down(stage, product, "blocks")
    page = priya.page
    to_cell(priya, 0, 0)
    page.evaluate(PASTE, "Design\t1\t2:30\t\nReview\t0.5\t\t90m\n")
    shows(page, "1.00|2.50|", "0.50||1.50")
    priya.told("4 cells pasted")
    # The same again, written in another way: nothing is sent, and it reads as everywhere.
    to_cell(priya, 0, 0)
    page.keyboard.type("1")
    priya.press("Tab")
    shows(page, "1.00|2.50|", "0.50||1.50")
    to_cell(priya, 0, 0)
    priya.press("Control+Enter")
    page.keyboard.type("Flows")  # faster than the dialog comes
    priya.press("Control+Enter")
    wait_until(lambda: stored(story)[0] == (0, 0, 60, "Flows"), what="the note")
    expect(page.locator("#dialog")).to_be_hidden()
    to_cell(priya, 0, 0)
    priya.press("Shift+ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight")
    assert page.evaluate(COPY) == "1.00\t2.50\t\n0.50\t\t1.50"
    expect(page.locator("#week-rows [aria-selected=true]")).to_have_count(6)
    priya.press("Delete")
    shows(page, "||", "||")
    priya.told("4 lines cleared")
    assert stored(story) == []
    priya.press("z")
    shows(page, "1.00|2.50|", "0.50||1.50")
    assert stored(story)[0] == (0, 0, 60, "Flows")
    to_cell(priya, 0, 0)
    page.keyboard.type("4")
    priya.press("Tab")
    priya.told("4.00 instead of 1.00")
    priya.look("week-overwritten")
    page.get_by_role("button", name="Undo").last.click()
    wait_until(lambda: stored(story)[0] == (0, 0, 60, "Flows"), what="the first value")


def test_what_is_typed_offline_survives_closing_and_is_sent_once(stage: Set, product: Product) -> None:
    """Amber while the line is down; the page is closed; a later visit sends it, also into a row that is gone."""
    story, priya = sit_down(stage, product, "offline")
    priya.watch.expect(*LOST)
    network, page = priya.page.context, priya.page
    to_cell(priya, 0, 0)
    network.set_offline(True)
    page.keyboard.type("2.5")
    priya.press("Tab")
    expect(page.locator("#week .row-msg")).to_contain_text("2.50 h not saved yet. The connection dropped")
    expect(page.locator("#week-unsaved")).to_contain_text("1 cell not saved")
    priya.look("week-offline")
    row = page.locator("#week-rows > tr[data-row] >> nth=0").get_attribute("data-row")
    page.close()
    network.set_offline(False)
    priya.page = network.new_page()
    priya.go("/time/")
    expect(priya.page.locator(".week-notices")).to_contain_text("1 cell of the week of")
    priya.look("week-elsewhere")
    network.clear_cookies()  # what the session knew of blank rows is gone
    priya.sign_in("priya@hm.example", PASSWORD)
    priya.go("/time/")
    priya.page.get_by_role("link", name="Go there and send").click()
    wait_until(lambda: [line[:3] for line in stored(story)] == [(0, 0, 150)], what="the hours")
    expect(priya.page.locator(f'[id="row-{row}"] .cell-in').first).to_have_value("2.50")
    assert (
        priya.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('psa.week')).length") == 0
    )


def test_two_in_one_cell_see_both_values(stage: Set, product: Product) -> None:
    story, priya = sit_down(stage, product, "conflict")
    other = Actor(priya.page.context.new_page(), priya.watch, priya.pictures, priya.base)
    other.page.goto(priya.page.url)
    for actor, text in ((other, "3"), (priya, "2")):
        to_cell(actor, 0, 0)
        actor.page.keyboard.type(text)
        actor.press("Tab")
        if actor is other:
            actor.until(SAVED)
    message = priya.page.locator("#week .row-msg")
    expect(message).to_contain_text("Yours: 2")
    expect(message).to_contain_text("3.00")
    priya.look("week-conflict")
    priya.page.get_by_role("button", name="Keep mine").click()
    wait_until(lambda: [line[:3] for line in stored(story)] == [(0, 0, 120)], what="mine")
    expect(message).to_be_hidden()


def test_the_day_view_and_the_timer_of_a_row(stage: Set, product: Product) -> None:
    """One thumb: field, timer and actions of each row, a strip of days above."""
    _, priya = sit_down(stage, product, "thumb", 375)
    priya.page.get_by_role("link", name="Day", exact=True).click()
    expect(priya.page.locator("#week")).to_have_attribute("data-view", "day")
    priya.look("day-empty")
    field = priya.page.locator("#week-rows .d-mon .cell-in").first
    field.fill("1:30")
    field.press("Enter")
    priya.until(SAVED)
    expect(priya.page.locator("[data-day-tab=mon]")).to_contain_text("1.50")
    priya.page.locator("[data-day-tab=tue]").click()
    tuesday = monday(today(), 1) + timedelta(days=1)
    assert priya.page.url.endswith(f"/time/{tuesday}/?view=day")
    priya.page.locator(".row-timer").first.click()
    expect(priya.page.locator(".row-timer.is-on")).to_have_count(1)
    expect(priya.page.locator("#timer-bar .timer")).to_be_visible()
    priya.look("day-timer")
    priya.page.locator(".row-timer.is-on").click()
    expect(priya.page.locator(".row-timer.is-on")).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 720, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sixty_rows_with_long_and_right_to_left_names(
    stage: Set, product: Product, width: int, scheme: Any
) -> None:
    """Every column that a firm may show, at both widths and at 200 % zoom: nothing for axe, nothing too wide."""
    story = stage(f"crowd-{scheme}", width)
    story.slug = f"crowd-{width}-{scheme}"
    product.run("tests.e2e.furnishing", story.slug)
    product.run("tests.e2e.crowding", story.slug)
    priya = story.enter()
    priya.page.emulate_media(color_scheme=scheme)
    priya.sign_in("priya@hm.example", PASSWORD)
    priya.go(f"/time/{monday(today(), 1)}/")
    expect(priya.page.locator("#week-rows > tr[data-row]")).to_have_count(TASKS)
    priya.look("week-sixty")
    priya.go(f"/time/{monday(today(), 1)}/?view=day")
    priya.look("day-sixty")
    if width == 1440:
        to_cell(priya, 0, 0)
        priya.press("Control+Enter")
        expect(priya.page.locator("#dialog")).to_be_visible()
        priya.look("week-times")

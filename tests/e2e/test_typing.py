"""Typing faster than the server answers, and through a line that drops: nothing is lost, the screen is the database."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.days import today
from tests.e2e.product import Product
from tests.e2e.slow_line import SlowLine, slow_line
from tests.e2e.staff import SAVED, go_weeks, monday, to_cell
from tests.e2e.stage import Actor, Stage
from tests.waiting import wait_until

ROWS, DAYS = 6, 5
ANSWER_SECONDS = 2.0
LOST = ("Failed to load resource: net::ERR", "TypeError: Failed to fetch")
ALL_SAVED = (
    f"{SAVED} && !document.querySelector('#week .row-msg') && document.querySelector('#week-unsaved').hidden"
)


def minutes(row: int, day: int) -> int:
    """A different duration for each of the 30 cells; no day has more than 24 hours."""
    return 15 + 5 * (row * DAYS + day)


def as_typed(number: int) -> str:
    return f"{number // 60}:{number % 60:02}"


@pytest.fixture
def line(product: Product) -> Iterator[SlowLine]:
    with slow_line(product.port) as line:
        yield line


@pytest.fixture
def typist(
    stage: Callable[[str, int], Stage], product: Product, line: SlowLine, request: pytest.FixtureRequest
) -> tuple[Stage, Actor]:
    """Somebody with six blank rows in last week's sheet, behind the slow line."""
    story = stage("typing", 1440)
    story.slug = f"typing-{request.node.name[5:10]}"
    product.run("tests.e2e.furnishing", story.slug)
    priya = story.enter(port=line.port)
    priya.sign_in("priya@hm.example", PASSWORD)
    priya.go("/time/")
    go_weeks(priya, -1)
    priya.press("Shift+C")
    expect(priya.page.locator("#week-rows > tr[data-row]")).to_have_count(ROWS)
    return story, priya


def type_all(priya: Actor, after: dict[tuple[int, int], Callable[[], Any]] | None = None) -> None:
    """All cells from Monday to Friday, row by row, without waiting for anything. `after` a cell something happens."""
    to_cell(priya, 0, 0)
    for row in range(ROWS):
        for day in range(DAYS):
            priya.page.keyboard.type(as_typed(minutes(row, day)))
            priya.press("Tab")
            if after and (row, day) in after:
                after[row, day]()
        priya.press("Tab", "Tab")  # the weekend


def check(story: Stage, priya: Actor, first: date, changed: dict[tuple[int, int], int] | None = None) -> None:
    """What the screen shows, before and after loading it again, is what the database holds, once for each cell."""
    wanted = {(row, day): minutes(row, day) for row in range(ROWS) for day in range(DAYS)} | (changed or {})
    shown = {place: f"{number / 60:.2f}" for place, number in wanted.items()}
    for _ in ("as typed", "loaded again"):
        wait_until(lambda: on_screen(priya) == shown, what="what was typed")
        expect(priya.page.locator("#sum-week")).to_have_text(f"{sum(wanted.values()) / 60:.2f}")
        priya.page.reload()
    stored = story.product.rows(
        story.slug,
        "SELECT task.position - 1 AS row, entry.worked_on - %s AS day, entry.worked_minutes AS minutes "
        "FROM timesheets_timeentry entry JOIN projects_task task ON task.id = entry.task_id "
        "WHERE entry.worked_on >= %s",
        first,
        first,
    )
    assert len(stored) == len(wanted)
    assert {(entry["row"], entry["day"]): entry["minutes"] for entry in stored} == wanted


def settle(priya: Actor, line: SlowLine) -> None:
    """Until nothing is unsaved and nothing under way."""
    wait_until(
        lambda: line.under_way == 0 and priya.page.evaluate(ALL_SAVED), seconds=60, what="the last cell"
    )


def on_screen(priya: Actor) -> dict[tuple[int, int], str]:
    shown: list[tuple[int, int, str]] = priya.page.evaluate(
        """[...document.querySelectorAll("#week-rows > tr[data-row]")].flatMap((line, row) =>
            [...line.querySelectorAll("[data-cell] .cell-in")].map((input, day) => [row, day, input.value]))"""
    )
    return {(row, day): text for row, day, text in shown if text}


def test_slow(typist: tuple[Stage, Actor], line: SlowLine) -> None:
    """The server answers after two seconds; one cell is even typed anew while its first answer is awaited."""
    story, priya = typist
    line.delay_seconds = ANSWER_SECONDS
    type_all(priya)
    to_cell(priya, 5, 4)
    priya.page.keyboard.type("7:05")
    priya.press("Enter")
    settle(priya, line)
    assert line.most_under_way > 1, "cells wait for each other"
    assert line.posts >= ROWS * DAYS
    line.delay_seconds = 0
    check(story, priya, monday(today(), 1), {(5, 4): 425})


def test_lost(typist: tuple[Stage, Actor], line: SlowLine) -> None:
    """Answers that are lost though the work was done, and a line that is gone for a while: sent again by itself."""
    story, priya = typist
    priya.watch.expect(*LOST)
    network = priya.page.context

    def cut() -> None:
        line.cuts = 2

    type_all(
        priya,
        after={
            (1, 1): cut,
            (3, 0): lambda: network.set_offline(True),
            (4, 4): lambda: (
                expect(priya.page.locator("#week .row-msg").first).to_contain_text("kept on this device"),
                priya.look("week-offline"),
                network.set_offline(False),
            ),
        },
    )
    settle(priya, line)
    check(story, priya, monday(today(), 1))

"""Step 2: a member of the staff enters a week, by keyboard alone."""

from collections.abc import Iterable
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.e2e.people import TASKS
from tests.e2e.product import Product
from tests.e2e.stage import Actor
from tests.waiting import wait_until

# What is typed from Monday to Friday in each row, and the minutes that are meant (architecture, section 10).
TYPED = (
    (("7.5", 450), ("7:30", 450), ("1h30m", 90), ("450m", 450), (",5", 30)),
    (("", 0), (".25", 15), ("6 h", 360), ("", 0), ("6:40", 400)),
)
REFUSED = ("1:75", "24:01", "-1")
SAVED = "!document.querySelector('#week .is-saving, #week .is-failed, #week .is-wrong')"
TOTAL_MINUTES = sum(minutes for row in TYPED for _, minutes in row)
NOTE = "Redlines of sheet C-4"


def monday(today: date, weeks_ago: int) -> date:
    return today - timedelta(days=today.weekday() + 7 * weeks_ago)


def focused(actor: Actor) -> str:
    """What has the focus, as its name for whoever hears the page."""
    name: str = actor.page.evaluate(
        "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
    )
    return name


def tab_to(actor: Actor, name: str) -> None:
    """Presses Tab until something of that name has the focus."""
    for _ in range(80):
        actor.press("Tab")
        if focused(actor).startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name!r} on {actor.page.url}")


def open_timesheet(actor: Actor, weeks_ago: int) -> None:
    """From the home page to a week, by Tab, Enter and Alt with the arrows."""
    actor.go("/")
    tab_to(actor, "Timesheet")
    with actor.page.expect_navigation():
        actor.press("Enter")
    go_weeks(actor, -weeks_ago)


def go_weeks(actor: Actor, count: int) -> None:
    for _ in range(abs(count)):
        with actor.page.expect_navigation():
            actor.press("Alt+ArrowRight" if count > 0 else "Alt+ArrowLeft")


def add_row(actor: Actor, words: str, task: str) -> None:
    """N opens the picker; it is searched by what is typed."""
    rows = actor.page.locator("#week-rows > tr[data-row]")
    before = rows.count()
    if actor.page.evaluate("document.activeElement.closest('#week-rows') === null"):
        actor.press("n")
    else:
        actor.press("N")
    expect(actor.page.locator("#row-picker")).to_be_visible()
    actor.page.keyboard.type(words)
    expect(actor.page.locator("#row-choices .is-active")).to_contain_text(task)
    actor.press("Enter")
    expect(rows).to_have_count(before + 1)


def cell(actor: Actor, row: int, day: date) -> str:
    """The selector of a cell: rows count from 0."""
    return f"#week-rows > tr[data-row] >> nth={row} >> [data-on='{day:%Y-%m-%d}']"


def to_cell(actor: Actor, row: int, column: int) -> None:
    """From wherever the focus is, by Tab into the grid, then Ctrl+Home and the arrows."""
    for _ in range(60):
        if actor.page.evaluate("document.activeElement.closest('#week-rows') !== null"):
            break
        actor.press("Tab")
    actor.press("Control+Home", *["ArrowDown"] * row, *["ArrowRight"] * column)


def saved(actor: Actor) -> None:
    actor.until(SAVED)


def begin(actor: Actor, today: date) -> None:
    """The week before last: two rows found by search, some hours in them."""
    open_timesheet(actor, 2)
    actor.look("week-empty")
    add_row(actor, "hydr", TASKS[0])
    actor.page.keyboard.type("1")
    actor.press("Enter")
    add_row(actor, "larkspur struct", TASKS[1])
    actor.page.keyboard.type("1:30")
    actor.press("Enter")
    saved(actor)
    actor.look("week-begun")


def enter_week(actor: Actor, product: Product, slug: str, today: date) -> None:
    """Last week: rows copied from the week before, every form of section 10, refusals, a note."""
    first = monday(today, 1)
    go_weeks(actor, 1)
    is_phone = actor.page.evaluate("innerWidth") < 992
    if is_phone:
        tab_to(actor, "Copy last week")
    actor.press("Enter" if is_phone else "Shift+C")
    actor.told("2 rows added from last week")
    expect(actor.page.locator("#week-rows > tr[data-row]")).to_have_count(2)
    if not is_phone:  # there the menu is not on the screen
        open_row_menu(actor)
    for row, line in enumerate(TYPED):
        to_cell(actor, row, 0)
        for column, (text, _) in enumerate(line):
            actor.page.keyboard.type(text)
            if is_phone:  # there Tab and Enter lead to the next row of the day
                actor.press("Enter")
                to_cell(actor, row, column + 1)
            else:
                actor.press("Tab")
    refuse(actor)
    write_note(actor)
    saved(actor)
    wait_until(lambda: minutes_of(product, slug, first) == expected(first), what="the week in the database")
    expect(actor.page.locator("#sum-week")).to_have_text(f"{TOTAL_MINUTES / 60:.2f}")
    actor.look("week-entered")


def open_row_menu(actor: Actor) -> None:
    """The actions of a row come after its last day."""
    to_cell(actor, 1, 7)
    assert focused(actor).startswith("Actions of")
    actor.press("Enter")
    expect(actor.page.get_by_role("button", name="Remove row").locator("visible=true")).to_be_visible()
    actor.press("Escape", "ArrowLeft")


def refuse(actor: Actor) -> None:
    """What is no duration is refused beside the cell, stays in it, and Esc brings the saved value back."""
    for text in REFUSED:
        to_cell(actor, 0, 0)
        actor.page.keyboard.type(text) if text[0].isdigit() else (
            actor.press("F2", "Control+a"),
            actor.page.keyboard.type(text),
        )
        actor.press("Enter")
        message = actor.page.locator("#week .row-msg [role=alert], #week .row-msg").first
        expect(message).to_be_visible()
        to_cell(actor, 0, 0)
        expect(actor.page.locator(":focus")).to_have_value(text)
        if text == REFUSED[0]:
            actor.look("week-refused")
        actor.press("Escape")
        expect(message).to_be_hidden()
        expect(actor.page.locator(":focus")).to_have_value("7.50")


def write_note(actor: Actor) -> None:
    to_cell(actor, 0, 0)
    actor.press("Control+Enter")
    expect(actor.page.locator("#dialog textarea").first).to_be_focused()
    actor.page.keyboard.type(NOTE)
    actor.look("week-note")
    actor.press("Control+Enter")
    expect(actor.page.locator("#dialog")).to_be_hidden()


def submit(actor: Actor) -> None:
    actor.press("Control+Shift+Enter")
    expect(actor.page.locator("#dialog")).to_contain_text("Submit week of")
    actor.look("week-submit")
    if actor.page.evaluate("document.activeElement.name") == "acknowledged":
        actor.press("Space")
    if not focused(actor).startswith("Submit"):
        tab_to(actor, "Submit")
    actor.press("Enter")
    expect(actor.page.locator("#week-state")).to_contain_text("Submitted")
    actor.told(f"{count_of_lines()} lines submitted")
    actor.look("week-submitted")


def correct(actor: Actor, reason: str, column: int, text: str) -> None:
    """What was returned says why; it is corrected and only it is submitted again."""
    open_timesheet(actor, 1)
    expect(actor.page.locator("#week")).to_contain_text(reason)
    actor.look("week-returned")
    to_cell(actor, 1, column)
    actor.page.keyboard.type(text)
    actor.press("Enter")
    saved(actor)
    tab_to(actor, "Resubmit 1 line")
    actor.press("Enter")
    actor.told("1 line submitted")
    actor.look("week-resubmitted")


def count_of_lines() -> int:
    return sum(1 for row in TYPED for _, minutes in row if minutes)


def expected(first: date) -> dict[tuple[str, date], int]:
    return {
        (TASKS[row], first + timedelta(days=column)): minutes
        for row, line in enumerate(TYPED)
        for column, (_, minutes) in enumerate(line)
        if minutes
    }


def minutes_of(product: Product, slug: str, first: date) -> dict[tuple[str, date], int]:
    """The week as the database holds it."""
    rows: Iterable[dict[str, object]] = product.rows(
        slug,
        "SELECT task.name, entry.worked_on, sum(entry.worked_minutes) AS minutes "
        "FROM timesheets_timeentry entry JOIN projects_task task ON task.id = entry.task_id "
        "WHERE entry.worked_on BETWEEN %s AND %s GROUP BY 1, 2",
        first,
        first + timedelta(days=6),
    )
    return {(row["name"], row["worked_on"]): row["minutes"] for row in rows}  # type: ignore[misc]

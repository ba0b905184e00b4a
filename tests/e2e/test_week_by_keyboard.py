"""A normal week by keyboard alone: few key presses, and each cell is confirmed at once."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.days import today
from tests.e2e.product import Product
from tests.e2e.staff import SAVED, focused, go_weeks, monday, to_cell
from tests.e2e.stage import Actor, Stage
from tests.waiting import wait_until

# Six rows from Monday to Friday: eight hours a day.
WEEK = (
    ("2", "1", "3", "2", "1"),
    ("1.5", "2", "1", "1.5", "2"),
    ("1", "2", "1", "1", "2"),
    ("1.5", "1", "1", "1.5", "1"),
    ("1", "1", "1", "1", "1"),
    ("1", "1", "1", "1", "1"),
)
NOTES = {
    (0, 0): "Calculated the flows of the north main",
    (1, 1): "Checked the anchors of shaft two",
    (2, 2): "Walked the site with the county",
    (3, 3): "Model of the pump house, second pass",
    (4, 4): "Redlines of sheets C-4 to C-9",
}
MOST_PRESSES = 120
CONFIRMATION_SECONDS = 0.150
MORE_ROUNDS = 3
KEY_MILLISECONDS = 40  # a fast typist; whoever types faster than the server answers is in test_typing
# When a cell was left with something unsaved, and when it was confirmed: as the person sees it.
WATCH = """
window.confirmed = [];
const left = new Map();
document.addEventListener("keydown", event => {
    const cell = event.target.closest?.("[data-cell]");
    const isLeft = cell?.classList.contains("is-editing") && ["Tab", "Enter"].includes(event.key);
    if (isLeft) left.set(cell.id, performance.now());
}, true);
new MutationObserver(changes => {
    for (const {target} of changes) {
        const since = left.get(target.id);
        if (since === undefined || !target.classList.contains("is-saved")) continue;
        window.confirmed.push(performance.now() - since);
        left.delete(target.id);
    }
}).observe(document.getElementById("week"), {subtree: true, attributes: true, attributeFilter: ["class"]});
"""
ACTIVE = "(({type, checked, value}) => [type ?? '', checked ?? false, value ?? ''])(document.activeElement)"


@dataclass
class Typist:
    """Somebody at a keyboard. Digits, the words of notes and a typed name are free; all else counts, Ctrl too."""

    actor: Actor
    presses: int = 0

    def press(self, *chords: str) -> None:
        for chord in chords:
            self.presses += len(chord.split("+"))
            self.actor.press(chord)

    def hours(self, text: str) -> None:
        self.presses += sum(not sign.isdigit() for sign in text)
        self.actor.page.keyboard.type(text, delay=KEY_MILLISECONDS)

    def words(self, text: str) -> None:
        self.actor.page.keyboard.type(text, delay=1)

    def note(self, text: str) -> None:
        self.press("Control+Enter")
        expect(self.actor.page.locator("#dialog textarea[name=note]")).to_be_focused()
        self.words(text)
        self.press("Control+Enter")
        expect(self.actor.page.locator("#dialog")).to_be_hidden()
        expect(self.actor.page.locator("#week-rows [data-current] .cell-in")).to_be_focused()

    def submit(self) -> None:
        """Review and submit: whatever the dialog asks for is reached by Tab, said yes to by Space."""
        self.press("Control+Shift+Enter")
        expect(self.actor.page.locator("#dialog")).to_contain_text("Submit")
        for _ in range(20):
            kind, is_ticked, text = self.actor.page.evaluate(ACTIVE)
            if kind == "submit":
                break
            if kind == "checkbox" and not is_ticked:
                self.press("Space")
            elif kind == "text" and not text:
                self.words("Priya Raman")
            self.press("Tab")
        assert focused(self.actor).startswith("Submit")
        self.press("Enter")


def test_a_normal_week_takes_few_keys(stage: Callable[[str, int], Stage], product: Product) -> None:
    """Six rows of last week, thirty cells, five notes, submit."""
    story = stage("keyboard", 1440)
    story.slug = "keyboard"
    product.run("tests.e2e.furnishing", story.slug)
    priya = story.enter()
    priya.sign_in("priya@hm.example", PASSWORD)
    priya.go("/time/")
    go_weeks(priya, -1)
    priya.page.evaluate(WATCH)
    typist = Typist(priya)
    typist.press("Shift+C")
    expect(priya.page.locator("#week-rows > tr[data-row]")).to_have_count(len(WEEK))
    type_week(typist)
    priya.until(SAVED)
    expect(priya.page.locator("#sum-week")).to_have_text("40.00")
    priya.look("week-by-keyboard")
    waits = confirmations(priya)
    assert len(waits) >= len(WEEK) * len(WEEK[0]) - len(NOTES)
    for _ in range(MORE_ROUNDS):  # other tests may have kept the machine busy: then once more
        if statistics.median(waits) < CONFIRMATION_SECONDS:
            break
        waits = type_anew(priya)
    typist.submit()
    expect(priya.page.locator("#week-state")).to_contain_text("Submitted")
    check(story)
    assert typist.presses < MOST_PRESSES, f"{typist.presses} presses"
    median = statistics.median(waits)
    print(
        f"{typist.presses} presses; confirmed after {median * 1000:.0f} ms, at worst {max(waits) * 1000:.0f} ms"
    )
    assert median < CONFIRMATION_SECONDS


def confirmations(actor: Actor) -> list[float]:
    """How long each cell took since the last question, in seconds."""
    waits: list[float] = actor.page.evaluate("window.confirmed.splice(0)")
    return [wait / 1000 for wait in waits]


def type_anew(actor: Actor) -> list[float]:
    """Every cell becomes something else and then what it was; how long each took."""
    for week in (
        tuple(tuple(f"0:{10 * number + 15}" for number, _ in enumerate(line)) for line in WEEK),
        WEEK,
    ):
        to_cell(actor, 0, 0)
        type_week(Typist(actor), week, {})
        actor.until(SAVED)
    return confirmations(actor)


def type_week(
    typist: Typist,
    week: tuple[tuple[str, ...], ...] = WEEK,
    notes: dict[tuple[int, int], str] = NOTES,
) -> None:
    """Row by row; the weekend is passed by Tab."""
    for row, line in enumerate(week):
        for day, text in enumerate(line):
            typist.hours(text)
            if (row, day) in notes:
                typist.note(notes[row, day])
            typist.press("Tab")
        if row + 1 < len(week):
            typist.press("Tab", "Tab")


def check(story: Stage) -> None:
    """All of it is in the database, once, with its notes, and waits for the approver."""
    first = monday(today(), 1)

    def stored() -> list[tuple[int, int, float, str]]:
        rows = story.product.rows(
            story.slug,
            "SELECT task.position - 1 AS row, entry.worked_on - %s AS day, worked_minutes, note, entry.state "
            "FROM timesheets_timeentry entry JOIN projects_task task ON task.id = entry.task_id "
            "WHERE entry.worked_on >= %s",
            first,
            first,
        )
        assert {entry["state"] for entry in rows} <= {"DRAFT", "SUBMITTED"}
        submitted = [entry for entry in rows if entry["state"] == "SUBMITTED"]
        return sorted(
            (entry["row"], entry["day"], entry["worked_minutes"] / 60, entry["note"]) for entry in submitted
        )

    wanted = sorted(
        (row, day, float(text), NOTES.get((row, day), ""))
        for row, line in enumerate(WEEK)
        for day, text in enumerate(line)
    )
    wait_until(lambda: stored() == wanted, what="the week in the database")

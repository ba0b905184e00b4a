"""Saving cells and opening the week, over HTTP."""

import re
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection

from psa.bench.measuring import Row, by_turns, median, resident, statements_of
from psa.bench.scene import Cell, Scene
from psa.bench.stage import Line

BARE = "/bare/insert/"
VERSION = re.compile(r'data-version="([0-9.,]+)"')
SHAPE = re.compile(r'id="week-actions" data-shape="([^"]*)"')
MB_A_PROCESS = 200
# Until the connection of each process has seen all statements of a save as often as it takes to keep their plans.
WARM_UP = 24


def tidy(scene: Scene) -> None:
    """Takes away what was saved from Tuesday on, but the first person's week."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM timesheets_timeentry WHERE worked_on > %s AND staff_id <> %s",
            [scene.place.monday, _staff(scene)],
        )


def _see(cells: Iterable[Cell], html: str) -> None:
    """What a page knows of the bar below the grid after it has shown this."""
    found = SHAPE.search(html)
    if found is None:
        return
    for cell in cells:
        cell.shape = found[1]


def _staff(scene: Scene) -> int:
    member = scene.person(0).staff_member
    assert member is not None
    return member.pk


def cell(scene: Scene) -> Row:
    """One empty cell of a week of twenty rows gets its hours, against a view that does one INSERT."""
    person, task = scene.person(1), scene.tasks()[3]
    saved = Cell(person, task, scene.weekdays()[0])
    line, inside = scene.line(person), scene.inside(person)
    _see([saved], line.get(f"/time/{saved.on}/").body)
    ours, floor = by_turns(
        lambda: line.post(saved.url, saved.fields),
        lambda: line.post(BARE, saved.bare_fields),
        runs=scene.plan.runs,
        after=lambda: tidy(scene),
        warm_up=min(WARM_UP, scene.plan.runs),
    )
    # The middleware's own statements are what the bare view has besides its INSERT.
    around = statements_of(lambda: inside.post(BARE, saved.bare_fields)) - 1
    tidy(scene)
    own = statements_of(lambda: inside.post(saved.url, saved.fields)) - around
    tidy(scene)
    ratio = median(ours) / median(floor)
    return Row(
        "cell", "Save one cell", median(ours), median(floor), own,
        aim="≤ 2×, ≤ 8 statements", is_met=ratio <= 2 and own <= 8,
    )  # fmt: skip


def week(scene: Scene) -> Row:
    """The page of a week of twenty full rows, against a view that selects its lines."""
    person, monday = scene.person(0), scene.place.monday
    line, inside = scene.line(person), scene.inside(person)
    page = f"/time/{monday}/"
    bare = f"/bare/select/?staff={_staff(scene)}&first={monday}&last={monday + timedelta(days=6)}"
    ours, floor = by_turns(lambda: line.get(page), lambda: line.get(bare), runs=scene.plan.runs)
    around = statements_of(lambda: inside.get(bare)) - 1
    own = statements_of(lambda: inside.get(page)) - around
    return Row(
        "week", "A week of 20 rows", median(ours), median(floor), own,
        aim="≤ 10 statements", is_met=own <= 10,
    )  # fmt: skip


@dataclass
class Typist:
    """Somebody who saves one cell after the other: first the empty ones, then the same ones anew."""

    line: Line
    cells: list[Cell]
    times: list[float] = field(default_factory=list)
    failure: Exception | None = None

    def save(self, cell: Cell) -> None:
        cell.minutes = 10 if cell.minutes == 12 else 12
        answer = self.line.post(cell.url, cell.fields)
        found = VERSION.search(answer.body)
        cell.version = found[1] if found else "0"
        _see(self.cells, answer.body)

    def save_bare(self, cell: Cell) -> None:
        self.line.post(BARE, cell.bare_fields)

    def type_until(self, deadline: float, save: Callable[[Cell], None]) -> None:
        try:
            number = 0
            while time.perf_counter() < deadline:
                started = time.perf_counter()
                save(self.cells[number % len(self.cells)])
                self.times.append((time.perf_counter() - started) * 1000)
                number += 1
        except Exception as error:
            self.failure = error


def _typists(scene: Scene) -> list[Typist]:
    """Everybody's twenty rows, from Tuesday on."""
    tasks, days = scene.tasks(), scene.weekdays()
    people = [scene.person(1 + number) for number in range(scene.plan.people)]
    return [
        Typist(scene.line(each), [Cell(each, task, on) for on in days for task in tasks]) for each in people
    ]


def _type(typists: list[Typist], seconds: float, save: Callable[[Typist], Callable[[Cell], None]]) -> None:
    """All of them at once for so long. Raises what went wrong for one of them."""
    deadline = time.perf_counter() + seconds
    threads = [threading.Thread(target=each.type_until, args=(deadline, save(each))) for each in typists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in typists:
        each.line.close()
        if each.failure is not None:
            raise each.failure


def rush(scene: Scene) -> Row:
    """Many people save cells at once, as fast as they get answers, against the bare view, by turns."""
    seconds, turns = scene.plan.seconds, scene.plan.turns
    ours: list[float] = []
    floor: list[float] = []
    for _ in range(turns):
        for times, save in ((floor, lambda typist: typist.save_bare), (ours, lambda typist: typist.save)):
            typists = _typists(scene)
            _type(typists, seconds / turns, save)
            times += [spent for each in typists for spent in each.times]
            tidy(scene)
    p95 = statistics.quantiles(ours, n=20)[-1]
    share = len(ours) / len(floor)
    return Row(
        "rush", f"{scene.plan.people} people save for {seconds} s", median(ours), median(floor),
        aim="≥ 0.4 of the rate, p95 ≤ 100 ms", is_met=share >= 0.4 and p95 <= 100,
        note=f"{len(ours) / seconds:.0f} against {len(floor) / seconds:.0f} a second ({share:.2f}), p95 {p95:.0f} ms",
    )  # fmt: skip


def web(scene: Scene) -> Row:
    """How large the processes that answer are by now, and how long a page of each takes."""
    line = scene.line(scene.place.owner)
    pages = (
        "/",
        "/time/",
        "/time/approvals/",
        "/projects/",
        "/clients/",
        "/billing/ready/",
        "/billing/invoices/",
    )
    with_pages: list[float] = []
    for path in pages * 4:
        started = time.perf_counter()
        line.get(path)
        with_pages.append((time.perf_counter() - started) * 1000)
    sizes = [resident(pid) for pid in scene.stage.workers]
    largest = max(sizes, default=0.0)
    return Row(
        "web", f"Web server, {len(sizes)} processes", median(with_pages), peak_mb=largest,
        aim=f"≤ {MB_A_PROCESS} MB a process", is_met=largest <= MB_A_PROCESS, note="milliseconds for a page of seven",
    )  # fmt: skip

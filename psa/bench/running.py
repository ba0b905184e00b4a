"""Runs the wanted rows, one after the other, and shows the table."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from psa.bench.measuring import Row
from psa.bench.place import own_place
from psa.bench.rows import approvals, bills, documents, reading, time
from psa.bench.scene import Plan, Scene
from psa.bench.stage import on_stage

ROWS: dict[str, Callable[[Scene], Row]] = {
    "cell": time.cell,
    "week": time.week,
    "queue": approvals.queue_row,
    "approve": approvals.approve_row,
    "draft200": bills.draft200,
    "drafts500": bills.drafts500,
    "report": reading.report,
    "pdf": reading.pdf_row,
    "pdfs": documents.pdfs,
    "rush": time.rush,
    "signup": reading.signup,
    "web": time.web,
}


def run(wanted: Sequence[str], plan: Plan, output: str) -> list[Row]:
    """Measures, prints the table and writes it to the file."""
    found = []
    print(HEAD, flush=True)
    with own_place(plan.size) as place, on_stage() as stage:
        scene = Scene(place, stage, plan)
        for name in ROWS:
            if name in wanted:
                found.append(ROWS[name](scene))
                print(line_of(found[-1]), flush=True)
    path = Path(output)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([row.as_json() for row in found], indent=2, ensure_ascii=False) + "\n")
    return found


COLUMNS = "{:<10} {:<28} {:>11} {:>11} {:>7} {:>10} {:>8}  {:<4} {}"
HEAD = COLUMNS.format("row", "what", "ours ms", "floor ms", "ratio", "statements", "peak MB", "", "aim")


def line_of(row: Row) -> str:
    def number(value: float | None, digits: int) -> str:
        return "–" if value is None else f"{value:,.{digits}f}"

    verdict = {None: "", True: "ok", False: "MISS"}[row.is_met]
    return COLUMNS.format(
        row.id, row.name, number(row.ours_ms, 1), number(row.floor_ms, 1), number(row.ratio, 2),
        number(row.statements, 0), number(row.peak_mb, 0), verdict, "; ".join(filter(None, [row.aim, row.note])),
    )  # fmt: skip

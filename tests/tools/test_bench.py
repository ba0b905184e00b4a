"""The benchmark runs, with little work and few runs, so that it cannot rot."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from psa.bench.measuring import Row
from psa.bench.running import ROWS, line_of
from tests import ready

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"id", "name", "ours_ms", "floor_ms", "ratio", "statements", "peak_mb", "aim", "is_met", "note"}


def bench(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BENCH_")}
    environment |= {"DJANGO_SETTINGS_MODULE": "psa.bench.settings", "STATIC_ROOT": str(tmp_path / "static")}
    environment |= {"BENCH_TEMPLATE": os.environ.get(ready.NAME, "")}
    return subprocess.run(
        [sys.executable, "manage.py", "bench", "--tiny", "--output", str(tmp_path / "bench.json"), *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def test_all_rows_with_tiny_data(tmp_path: Path) -> None:
    result = bench(tmp_path)
    assert result.returncode == 0, result.stderr[-3000:]
    rows = json.loads((tmp_path / "bench.json").read_text())
    assert [row["id"] for row in rows] == list(ROWS)
    by_id = {row["id"]: row for row in rows}
    assert all(set(row) == KEYS and row["ours_ms"] > 0 for row in rows)
    # What does not depend on how busy the machine is.
    assert by_id["cell"]["statements"] <= 8
    assert by_id["week"]["statements"] <= 10
    # Among many projects are methods that one has not: milestones, terms of tasks, another kind of row to write.
    assert 0 <= by_id["drafts500"]["statements"] - by_id["draft200"]["statements"] <= 6
    for row in rows:
        assert row["id"] in result.stdout
    # Its database is gone.
    server = urlunsplit(
        urlsplit(os.environ.get("DATABASE_URL", "postgres://psa:psa@127.0.0.1:5532/psa"))._replace(
            path="/postgres"
        )
    )
    with psycopg.connect(server) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'psa_bench_%'"
        ).fetchall()
    assert [name for (name,) in left if name.removeprefix("psa_bench_").isdecimal()] == []


def test_an_unknown_row_is_named(tmp_path: Path) -> None:
    result = bench(tmp_path, "cell,nonsense")
    assert result.returncode == 1
    assert "There is no row nonsense" in result.stderr


@pytest.mark.parametrize(("is_met", "words"), [(True, "ok"), (False, "MISS"), (None, "")])
def test_a_line_of_the_table(is_met: bool | None, words: str) -> None:
    row = Row("cell", "Save one cell", 12.34, 10.0, 8, aim="≤ 2×", is_met=is_met)
    assert line_of(row).split() == [
        *("cell", "Save", "one", "cell", "12.3", "10.0", "1.23", "8", "–"),
        *([words] if words else []),
        *("≤", "2×"),
    ]

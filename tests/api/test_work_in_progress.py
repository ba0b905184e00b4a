"""Work in progress by the API."""

from collections.abc import Callable

from tests.api.conftest import Program
from tests.cast import Cast
from tests.reports.test_work_in_progress import billed, day, worked


def test_a_month(cast: Cast, api: Callable[..., Program]) -> None:
    worked(cast, 1640, day(10, 15))
    billed(cast, day(11, 25), worked(cast, 14240, day(11, 5)), asked="14000")
    found = api(cast.finance).get("/reports/work-in-progress?first_on=2026-11-01&last_on=2026-11-30")
    [row], [total] = found["rows"], found["totals"]
    assert (row["project_id"], row["currency"]) == (cast.project.pk, "USD")
    assert row["movement"] == total["movement"]
    moved = row["movement"]
    assert (moved["opening"], moved["new_time"], moved["billed"]) == ("1640.00", "14240.00", "14000.00")
    assert (moved["written_down"], moved["closing"], moved["age_2"]) == ("240.00", "1640.00", "1640.00")

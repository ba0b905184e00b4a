"""Reports by the API: the figures of the page, amounts for those who may see rates."""

from collections.abc import Callable

from tests.api.conftest import Program
from tests.billing.work import log
from tests.cast import Cast

Api = Callable[..., Program]
PATH = "/reports/hours?first_on=2026-11-01&last_on=2026-11-30"


def test_hours_by_project_and_person(cast: Cast, api: Api) -> None:
    log(cast.member, cast.design, 90)
    log(cast.member, cast.review, 30)
    found = api(cast.finance).get(PATH)
    (row,) = found["rows"]
    assert (row["staff_name"], row["worked_minutes"], row["amount"]) == ("Priya Raman", 120, "380.00")
    assert [(sums["currency"], sums["amount"]) for sums in found["totals"]] == [("USD", "380.00")]
    (row,) = api(cast.manager).get(PATH)["rows"]
    assert (row["worked_minutes"], row["amount"]) == (120, None)
    priya = api(cast.member)
    priya.get(PATH)
    assert priya.status == 403

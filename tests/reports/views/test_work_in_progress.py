"""The page of work in progress, its file, and the same by the API."""

from typing import Any

from django.urls import reverse

from tests.cast import Cast
from tests.reports.test_work_in_progress import billed, day, worked

NOVEMBER = "first=2026-11-01&last=2026-11-30"


def test_a_month_on_the_page_and_as_a_file(cast: Cast, web: Any, django_assert_max_num_queries: Any) -> None:
    page, url = web(cast.finance), reverse("reports:work-in-progress")
    assert "No work in progress between these days" in page.get(f"{url}?{NOVEMBER}").content.decode()
    worked(cast, 1640, day(10, 15))
    billed(cast, day(11, 25), worked(cast, 14240, day(11, 5)), asked="14000")
    worked(cast, 7000, day(11, 20))
    with django_assert_max_num_queries(11):
        shown = page.get(f"{url}?{NOVEMBER}").content.decode()
    assert "$14,000.00 billed, $240.00 written down" in shown
    assert "Adds up" in shown
    assert shown.count("$8,640.00") == 2  # of the currency, and of the project
    wanted = reverse("reports:work-in-progress-download") + f"?{NOVEMBER}"
    head, line, *rest = page.get(wanted).content.decode("utf-8-sig").splitlines()
    assert head.startswith("Client,Project,Code,Currency,Opening,New time")
    assert line.split(",", 3)[3] == (
        "USD,1640.00,21240.00,0.00,0.00,14000.00,240.00,0.00,8640.00,7000.00,1640.00,0.00,0.00,0.00,0.00,0.00"
    )
    assert rest == []
    for odd in ("?first=2026-13-01", "?from=²&last=2026-11-30", "?first=2026-12-01&last=2026-11-01"):
        assert page.get(url + odd).status_code == (404 if "13" in odd else 200)
    assert web(cast.member).get(url).status_code == 403
    assert web(cast.member).get(wanted).status_code == 403

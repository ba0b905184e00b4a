"""The page of hours, its file, and who sees it."""

from typing import Any

import pytest

from projects.models import Project
from tests.cast import Cast
from tests.timesheets.work import add_time

NOVEMBER = "?first=2026-11-01&last=2026-11-30"


@pytest.fixture
def work(cast: Cast) -> None:
    for _ in range(3):
        add_time(cast, minutes=20, rate_amount=100, state="APPROVED")
    cast.project.name = "=Larkspur"
    cast.project.save()


def test_the_page(cast: Cast, work: None, web: Any) -> None:
    browser = web(cast.finance)
    text = browser.get(f"/hours/{NOVEMBER}").content.decode()
    for words in ("=Larkspur", "City of Larkspur", "Priya Raman", "$99.99", "1.00", "Download CSV"):
        assert words in text
    assert (
        "No hours in this period" in browser.get("/hours/?first=2020-01-01&last=2020-01-31").content.decode()
    )
    # Ends that were mixed up are put in order; what is no date is no page.
    assert "$99.99" in browser.get("/hours/?first=2026-11-30&last=2026-11-01").content.decode()
    assert browser.get("/hours/?first=2026-02-31").status_code == 404


def test_managers_see_hours_and_no_amounts(cast: Cast, work: None, web: Any) -> None:
    text = web(cast.manager).get(f"/hours/{NOVEMBER}").content.decode()
    assert "Priya Raman" in text
    assert "99.99" not in text
    assert "Amount" not in web(cast.manager).get(f"/hours/download/{NOVEMBER}").content.decode()
    assert web(cast.member).get("/hours/").status_code == 403
    assert web(cast.member).get("/hours/download/").status_code == 403


def test_the_file(cast: Cast, work: None, web: Any) -> None:
    answer = web(cast.finance).get(f"/hours/download/{NOVEMBER}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="hours-2026-11-01-2026-11-30.csv"'
    head, line = answer.content.decode("utf-8-sig").splitlines()
    assert head == "Client,Project,Code,Person,Hours,Billable hours,Hours without a rate,Amount,Currency"
    # A name that a spreadsheet would take for a formula is text.
    assert line == "City of Larkspur,'=Larkspur,LKS-001,Priya Raman,1.00,1.00,0.00,99.99,USD"


def test_more_projects_come_by_and_by(
    cast: Cast, work: None, web: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Project.objects.create(client=cast.client, name="Zeta", code="Z")
    add_time(cast, project=other)
    monkeypatch.setattr("reports.views.hours.PROJECTS", 1)
    browser = web(cast.finance)
    first = browser.get(f"/hours/{NOVEMBER}").content.decode()
    assert "Zeta" not in first
    assert "Show 1 more" in first
    more = browser.get(f"/hours/{NOVEMBER}&from=1", headers={"HX-Request": "true"}).content.decode()
    assert "Zeta" in more
    assert "<html" not in more

"""The dialog for time of a locked day."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.periods import week_of
from tests.cast import Cast
from timesheets.models import TimeEntry, TimeRules

HTMX = {"HX-Request": "true"}


def test_time_of_a_locked_day_goes_to_the_first_open_one(web: Any, cast: Cast) -> None:
    before = week_of(timezone.now().date()).previous()
    browser, address = web(cast.member), f"/time/{before.first}/late/"
    TimeRules.objects.update(locked_through=before.last)
    assert "Time of a locked day" not in browser.get(f"/time/{before.first}/").text
    assert browser.get(address).status_code == 422
    TimeRules.objects.update(dates_late=True)
    assert f'hx-get="{address}"' in browser.get(f"/time/{before.first}/").text
    dialog = browser.get(address).text
    assert "the first open day" in dialog
    assert dialog.count('<option value="20') == 7
    row = f"{cast.design.pk}-{cast.engineering.pk}"
    wish = {"worked_on": str(before.first), "row": "", "text": "abc"}
    wrong = browser.post(address, wish, headers=HTMX)
    assert wrong.status_code == 422
    assert "Choose what you worked on." in wrong.text
    wish |= {"row": row, "note": "Site walk"}
    wrong = browser.post(address, wish, headers=HTMX)
    assert wrong.status_code == 422
    assert "Larkspur" in wrong.text
    assert browser.post(address, wish | {"text": "1:30"}, headers=HTMX).status_code == 204
    entry = TimeEntry.objects.get()
    assert (entry.worked_on, entry.original_on) == (before.last + timedelta(days=1), before.first)
    line = browser.get(f"/time/{entry.worked_on}/entries/{row}/").text
    assert "which was locked" in line

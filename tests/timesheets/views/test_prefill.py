"""Filling a week over HTTP: favourites, tasks, last week's hours and their way back; the day view; reasons."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.utils import timezone

from people.models import Role
from projects.models import Task
from tests.cast import Cast
from tests.timesheets.work import add_time
from timesheets.models import FavouriteRow, TimeEntry, TimeRules

HTMX = {"HX-Request": "true"}


@pytest.fixture
def today() -> date:
    return timezone.now().date()


@pytest.fixture
def member(web: Callable[..., Web], cast: Cast) -> Web:
    return web(cast.member)


@pytest.fixture
def key(cast: Cast) -> str:
    return f"{cast.design.pk}-{cast.engineering.pk}"


def post(browser: Web, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    return browser.post(path, body or {}, headers=HTMX | headers)


def test_a_row_is_starred_and_back(member: Web, today: date, key: str) -> None:
    answer = post(member, f"/time/{today}/rows/{key}/star/", {"off": ""})
    html = answer.content.decode()
    assert f'id="fav-{key}"' in html
    assert "No longer a favourite" in html
    assert f"/rows/{key}/star/?off=1" in answer["HX-Trigger"]
    assert f'id="row-{key}"' in post(member, f"/time/{today}/favourites/").content.decode()
    assert "It is in this week already." in post(member, f"/time/{today}/favourites/").content.decode()
    post(member, f"/time/{today}/rows/{key}/star/?off=1")
    assert not FavouriteRow.objects.exists()
    assert "You have no favourites yet" in post(member, f"/time/{today}/favourites/").content.decode()


def test_tasks_are_offered_and_chosen(member: Web, cast: Cast, today: date, key: str) -> None:
    html = member.get(f"/time/{today}/tasks/", headers=HTMX).content.decode()
    assert "Hydraulic design" in html
    assert "Structural review" in html
    chosen = f"{cast.review.pk}-{cast.engineering.pk}"
    html = post(member, f"/time/{today}/tasks/", {"row": [chosen, "1-0"]}).content.decode()
    assert f'id="row-{chosen}"' in html
    assert f'id="row-{key}"' not in html
    assert not TimeEntry.objects.exists()


def test_hours_are_copied_told_and_taken_back(member: Web, cast: Cast, today: date) -> None:
    last = today - timedelta(days=7)
    add_time(cast, minutes=90, on=last)
    add_time(cast, minutes=60, on=last, task=cast.review, labor_code=None)
    Task.objects.filter(pk=cast.review.pk).update(state="CLOSED")
    html = post(member, f"/time/{today}/copy/hours/").content.decode()
    assert "1.50 h copied, 1 left out" in html
    assert "is closed" in html
    entry = TimeEntry.objects.get(worked_on=today)
    answer = post(member, f"/time/{today}/copy/undo/{entry.pk}.1/")
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert not TimeEntry.objects.filter(worked_on=today).exists()


def test_the_day_view_shows_one_day_with_what_was_written(
    member: Web, cast: Cast, today: date, key: str
) -> None:
    add_time(cast, minutes=90, on=today, note="Flows", internal_note="Ask Dana")
    html = member.get(f"/time/{today}/?view=day").content.decode()
    assert 'data-view="day"' in html
    assert f'data-day="{today:%a}"'.lower() in html.lower()
    assert "Flows" in html
    assert "Ask Dana" in html
    assert "Flows" not in member.get(f"/time/{today}/").content.decode()
    body = {"row": key, "text": "2", "version": f"{TimeEntry.objects.get().pk}.1"}
    answer = post(member, f"/time/{today}/cell/?view=day", body).content.decode()
    assert f'id="n-{key}-{today:%Y%m%d}"' in answer


def test_a_cell_is_read_anew(member: Web, cast: Cast, today: date, key: str) -> None:
    add_time(cast, minutes=90, on=today)
    answer = member.get(f"/time/{today}/cell/{key}/", headers=HTMX).content.decode()
    assert 'value="1.50"' in answer
    assert f'id="sum-{today:%Y%m%d}"' in answer


def test_a_locked_day_takes_time_from_whoever_may_and_says_why(
    member: Web, cast: Cast, today: date, key: str
) -> None:
    TimeRules.objects.update(locked_through=today)
    body = {"row": key, "text": "2", "version": "0"}
    refused = post(member, f"/time/{today}/cell/", body)
    assert refused.status_code == 422
    assert "data-reason" not in refused.content.decode()
    cast.member.roles.add(Role.objects.create(name="Closer", rights=["timesheets.enter_in_closed"]))
    asked = post(member, f"/time/{today}/cell/", body)
    assert asked.status_code == 422
    assert "data-reason" in asked.content.decode()
    saved = post(member, f"/time/{today}/cell/", body, **{"X-Reason": "Found%20on%20paper"})
    assert saved.status_code == 200
    assert TimeEntry.objects.get().worked_minutes == 120


def test_a_note_that_is_needed_at_once_is_asked_for(member: Web, today: date, key: str) -> None:
    TimeRules.objects.update(requires_notes=True, notes_checked="SAVE")
    refused = post(member, f"/time/{today}/cell/", {"row": key, "text": "2", "version": "0"})
    assert refused.status_code == 422
    assert "data-write-note" in refused.content.decode()
    dialog = member.get(f"/time/{today}/entries/{key}/", {"text": "2"}, headers=HTMX).content.decode()
    assert 'value="2"' in dialog

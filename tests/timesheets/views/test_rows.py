"""Rows over HTTP: found, added, hidden, copied, cleared, moved."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.utils import timezone

from projects.models import LaborCode, Task
from tests.cast import Cast
from tests.timesheets.work import add_time
from timesheets.models import TimeEntry

HTMX = {"HX-Request": "true"}
HTML = {"Accept": "text/html"}


@pytest.fixture
def today() -> date:
    return timezone.now().date()


@pytest.fixture
def member(web: Callable[..., Web], cast: Cast) -> Web:
    return web(cast.member)


def key(task: Task, code: LaborCode | None) -> str:
    return f"{task.pk}-{code.pk if code else 0}"


def found(member: Web, today: date, **asked: str) -> str:
    return member.get(f"/time/{today}/search/", asked, headers=HTML).content.decode()


def test_search_finds_by_client_project_task_and_code_recent_ones_first(
    member: Web, cast: Cast, today: date
) -> None:
    add_time(cast, on=today - timedelta(days=20), task=cast.review)
    html = found(member, today, q="lark struct")
    assert "Recent" in html
    assert f'data-key-of="{key(cast.review, cast.engineering)}"' in html
    assert "last used" in html
    assert "All projects" in found(member, today, q="LKS-001")
    assert "Engineering" in found(member, today, q="engineering")
    assert "Nothing matches" in found(member, today, q="zzz")


def test_search_says_why_a_row_takes_no_time(web: Any, member: Web, cast: Cast, today: date) -> None:
    Task.objects.filter(pk=cast.design.pk).update(state="CLOSED")
    html = found(member, today, q="hydraulic")
    assert 'aria-disabled="true"' in html
    assert "Task closed" in html


def test_search_lists_labor_codes_of_a_task_and_speaks_json(member: Web, cast: Cast, today: date) -> None:
    LaborCode.objects.create(name="Administration")
    html = found(member, today, task=key(cast.design, cast.engineering))
    assert html.index("Engineering") < html.index("Administration")
    assert "Usual" in html
    answer = member.get(f"/time/{today}/search/", {"q": ""}, headers={"Accept": "application/json"})
    assert answer.json()["options"][0]["text"] == "Larkspur Water Main Renewal"


def test_a_row_is_added_to_the_screen_and_not_stored(member: Web, cast: Cast, today: date) -> None:
    row = key(cast.review, None)
    answer = member.post(f"/time/{today}/rows/", {"row": row}, headers=HTMX)
    assert f'id="row-{row}"' in answer.content.decode()
    assert f'id="row-{row}"' in member.get("/time/").content.decode()
    assert f'id="row-{row}"' not in member.get(f"/time/{today + timedelta(days=7)}/").content.decode()
    assert not TimeEntry.objects.exists()
    assert member.post(f"/time/{today}/rows/hide/", {"row": row}, headers=HTMX).status_code == 204
    assert f'id="row-{row}"' not in member.get("/time/").content.decode()


def test_rows_that_take_no_time_are_not_added(member: Web, cast: Cast, today: date) -> None:
    cast.project.state = "CLOSED"
    cast.project.save()
    answer = member.post(f"/time/{today}/rows/", {"row": key(cast.review, None)}, headers=HTMX)
    assert answer.status_code == 422
    assert "is closed" in answer.content.decode()


def test_copying_adds_rows_and_names_those_left_out(member: Web, cast: Cast, today: date) -> None:
    ahead = today + timedelta(days=7)
    add_time(cast, on=today)
    add_time(cast, on=today, task=cast.review, labor_code=None)
    Task.objects.filter(pk=cast.review.pk).update(state="CLOSED")
    html = member.post(f"/time/{ahead}/copy/", headers=HTMX).content.decode()
    assert f'id="row-{key(cast.design, cast.engineering)}"' in html
    assert "1 row added from last week, 1 left out" in html
    assert "is closed" in html
    again = member.post(f"/time/{ahead}/copy/", headers=HTMX).content.decode()
    assert "No row was added" in again
    assert "Last week has no rows" in member.post(f"/time/{today}/copy/", headers=HTMX).content.decode()


def test_a_copy_without_anything_left_out_says_so_in_a_toast(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, on=today)
    answer = member.post(f"/time/{today + timedelta(days=7)}/copy/", headers=HTMX)
    assert "1 row added from last week" in answer["HX-Trigger"]
    assert "dialog-body" not in answer.content.decode()


def test_clearing_a_row_can_be_undone(member: Web, cast: Cast, today: date) -> None:
    first, second = add_time(cast, on=today, minutes=60), add_time(cast, on=today, minutes=30)
    lines = f"{first.pk}.1,{second.pk}.1"
    answer = member.post(f"/time/{today}/rows/clear/", {"lines": lines}, headers=HTMX)
    assert "2 lines cleared" in answer["HX-Trigger"]
    assert not TimeEntry.objects.exists()
    assert member.post(f"/time/{today}/undo/{lines}/", headers=HTMX).status_code == 200
    assert TimeEntry.objects.count() == 2


def test_submitted_lines_are_not_cleared(member: Web, cast: Cast, today: date) -> None:
    entry = add_time(cast, on=today, state="SUBMITTED")
    answer = member.post(f"/time/{today}/rows/clear/", {"lines": f"{entry.pk}.1"}, headers=HTMX)
    assert answer.status_code == 422
    assert TimeEntry.objects.exists()


def test_moving_asks_for_the_row_and_can_be_undone(member: Web, cast: Cast, today: date) -> None:
    entry = add_time(cast, on=today, state="REJECTED")
    source, target = key(cast.design, cast.engineering), key(cast.review, None)
    asked = {"row": source, "lines": f"{entry.pk}.1"}
    assert "Move 1 line to another row?" in member.get(f"/time/{today}/move/", asked).content.decode()
    assert member.get(f"/time/{today}/move/", {"row": asked["row"]}).status_code == 422, "no lines are named"
    refused = member.post(f"/time/{today}/move/", asked | {"to": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert "Choose another one" in refused.content.decode()
    moved = member.post(f"/time/{today}/move/", asked | {"to": target}, headers=HTMX)
    assert moved["HX-Refresh"] == "true"
    entry.refresh_from_db()
    assert (entry.task, entry.state) == (cast.review, "REJECTED")
    undo = f"/time/{today}/move/?row={target}&lines={entry.pk}.2&to={source}"
    assert member.post(undo, headers=HTMX).status_code == 204
    entry.refresh_from_db()
    assert entry.task == cast.design


def test_nobody_moves_or_clears_the_lines_of_others(web: Any, cast: Cast, today: date) -> None:
    entry = add_time(cast, on=today)
    manager, lines = web(cast.manager), f"{entry.pk}.1"
    moving = {"row": key(cast.design, None), "lines": lines, "to": key(cast.review, None)}
    assert manager.post(f"/time/{today}/move/", moving, headers=HTMX).status_code == 422
    assert manager.post(f"/time/{today}/rows/clear/", {"lines": lines}, headers=HTMX).status_code == 409
    assert TimeEntry.objects.get().task == cast.design

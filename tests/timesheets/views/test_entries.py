"""The dialog of a cell: several lines, each with a note."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client as Web
from django.utils import timezone

from tests.cast import Cast
from tests.timesheets.work import add_time
from timesheets.models import TimeEntry, TimeRules

HTMX = {"HX-Request": "true"}


@pytest.fixture
def today() -> date:
    return timezone.now().date()


@pytest.fixture
def member(web: Callable[..., Web], cast: Cast) -> Web:
    return web(cast.member)


@pytest.fixture
def url(cast: Cast, today: date) -> str:
    return f"/time/{today}/entries/{cast.design.pk}-{cast.engineering.pk}/"


def lines(*rows: tuple[Any, Any, str, str, str]) -> dict[str, list[str]]:
    names = ("entry", "version", "text", "note", "removed")
    return {name: [str(row[at]) for row in rows] for at, name in enumerate(names)}


def test_it_shows_the_lines_and_offers_a_new_one_in_an_empty_cell(
    member: Web, url: str, cast: Cast, today: date
) -> None:
    assert (
        member.get(url).content.decode().count('name="entry"') == 2
    )  # an empty line, and the pattern of a new one
    add_time(cast, minutes=90, on=today, note="Flows & <pipes>")
    html = member.get(url).content.decode()
    assert "Flows &amp; &lt;pipes&gt;" in html
    assert 'value="1.50"' in html


def test_all_lines_are_saved_at_once_and_the_cell_comes_back(
    member: Web, url: str, cast: Cast, today: date
) -> None:
    entry = add_time(cast, minutes=90, on=today)
    answer = member.post(
        url, lines((entry.pk, 1, "2", "Flows", ""), ("", 0, "0:30", "Call", "")), headers=HTMX
    )
    assert answer.status_code == 200
    assert "2 entries" in answer.content.decode()
    assert list(TimeEntry.objects.order_by("pk").values_list("worked_minutes", "note")) == [
        (120, "Flows"),
        (30, "Call"),
    ]
    both = [(each.pk, each.version, "1", each.note, "1") for each in TimeEntry.objects.all()]
    assert member.post(url, lines(*both), headers=HTMX).status_code == 200
    assert not TimeEntry.objects.exists()


def test_what_is_wrong_stands_beside_its_line_and_nothing_is_lost(
    member: Web, url: str, cast: Cast, today: date
) -> None:
    entry = add_time(cast, minutes=90, on=today)
    answer = member.post(
        url, lines((entry.pk, 1, "1:75", "Flows", ""), ("", 0, "1", "Kept words", "")), headers=HTMX
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "minutes are 00 to 59" in html
    assert 'value="1:75"' in html
    assert "Kept words" in html
    assert TimeEntry.objects.get().worked_minutes == 90


def test_a_conflict_shows_what_is_there_and_keeps_the_new_line(
    member: Web, url: str, cast: Cast, today: date
) -> None:
    entry = add_time(cast, minutes=90, on=today)
    TimeEntry.objects.update(version=2, worked_minutes=240)
    answer = member.post(url, lines((entry.pk, 1, "2", "", ""), ("", 0, "1", "Mine", "")), headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "changed meanwhile" in html
    assert 'value="4.00"' in html
    assert "Mine" in html


def test_submitted_lines_can_be_read_only(member: Web, url: str, cast: Cast, today: date) -> None:
    entry = add_time(cast, minutes=90, on=today, state="SUBMITTED")
    assert "readonly" in member.get(url).content.decode()
    assert member.post(url, lines((entry.pk, 1, "2", "", "")), headers=HTMX).status_code == 422


def test_damaged_requests_and_strange_rows_are_refused(member: Web, url: str, today: date) -> None:
    assert member.post(url, {"entry": ["", ""], "version": ["0"]}, headers=HTMX).status_code == 422
    assert member.get(f"/time/{today}/entries/99999-0/").status_code == 422
    assert member.get(f"/time/{today}/entries/nothing/").status_code == 422


def test_times_make_the_hours_and_notes_are_two(member: Web, url: str, cast: Cast) -> None:
    TimeRules.objects.update(shows_times=True)
    assert 'name="starts"' in member.get(url).content.decode()
    line = {"entry": [""], "version": ["0"], "removed": [""], "note": ["Flows"], "internal": ["Ask Dana"]}
    body = line | {"text": ["1"], "starts": ["9"], "ends": ["11:30"]}
    assert member.post(url, body, headers=HTMX).status_code == 200
    entry = TimeEntry.objects.get()
    assert (entry.worked_minutes, entry.starts_at, entry.ends_at) == (150, time(9), time(11, 30))
    assert (entry.note, entry.internal_note) == ("Flows", "Ask Dana")
    wrong = body | {"entry": [str(entry.pk)], "version": ["1"], "ends": ["8"]}
    refused = member.post(url, wrong, headers=HTMX)
    assert refused.status_code == 422
    assert "The end is not after the start" in refused.content.decode()
    none = wrong | {"starts": [""], "ends": [""], "text": ["2"]}
    assert member.post(url, none, headers=HTMX).status_code == 200
    entry.refresh_from_db()
    assert (entry.worked_minutes, entry.starts_at) == (120, None)

"""The week page and its cells over HTTP: what is answered, what is refused, what it costs."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.urls import reverse
from django.utils import timezone

from people.models import Role
from tests.cast import Cast, add_person
from tests.timesheets.work import add_time
from timesheets.models import TimeEntry, TimeRules

HTMX = {"HX-Request": "true"}


@pytest.fixture
def today() -> date:
    """The person's today: their zone is UTC."""
    return timezone.now().date()


@pytest.fixture
def member(web: Callable[..., Web], cast: Cast) -> Web:
    return web(cast.member)


@pytest.fixture
def save(member: Web, cast: Cast, today: date) -> Callable[..., Any]:
    """Types into a cell of the design row."""

    def call(
        text: str, version: str = "0", on: date | None = None, browser: Web = member, query: str = ""
    ) -> Any:
        body = {"row": f"{cast.design.pk}-{cast.engineering.pk}", "text": text, "version": version}
        url = reverse("timesheets:week-cell", args=[on or today]) + query
        return browser.post(url, body, headers=HTMX)

    return call


def version_in(html: str) -> str:
    return re.search(r'data-version="([^"]+)"', html)[1]  # type: ignore[index]


def test_the_page_shows_rows_and_sums(member: Web, cast: Cast, today: date) -> None:
    add_time(cast, minutes=90, on=today, note="Flows")
    html = member.get("/time/").content.decode()
    assert "Larkspur Water Main Renewal" in html
    assert 'value="1.50"' in html
    assert f'id="c-{cast.design.pk}-{cast.engineering.pk}-{today:%Y%m%d}"' in html
    assert "Review and submit" in html


def test_hours_are_shown_as_the_person_prefers(member: Web, cast: Cast, today: date) -> None:
    cast.member.hours_style = "clock"
    cast.member.save()
    add_time(cast, minutes=90, on=today)
    assert 'value="1:30"' in member.get("/time/").content.decode()


def test_a_week_of_any_day_and_no_day_that_is_none(member: Web) -> None:
    assert "Nov 23 – 29, 2026" in member.get("/time/2026-11-25/").content.decode()
    for wrong in ("2026-13-45", "0001-01-01", "9999-12-31", "tomorrow"):
        assert member.get(f"/time/{wrong}/").status_code == 404


def test_a_save_answers_the_cell_and_every_sum_it_changes(save: Any, cast: Cast, today: date) -> None:
    answer = save("1:30")
    html = answer.content.decode()
    assert answer.status_code == 200
    for part in (
        f"t-{cast.design.pk}-{cast.engineering.pk}",
        f"sum-{today:%Y%m%d}",
        "sum-week",
        "week-facts",
    ):
        assert f'id="{part}"' in html
    assert TimeEntry.objects.get().worked_minutes == 90
    again = save("2", version_in(html))
    assert again.status_code == 200
    assert TimeEntry.objects.get().worked_minutes == 120


def test_clearing_offers_undo_and_undo_brings_the_line_back(save: Any, member: Web, today: date) -> None:
    version = version_in(save("1.5").content.decode())
    cleared = save("", version)
    assert not TimeEntry.objects.exists()
    assert "cleared" in cleared["HX-Trigger"]
    undo = f"/time/{today}/undo/{version}/"
    assert undo in cleared["HX-Trigger"]
    assert 'value="1.50"' in member.post(undo, headers=HTMX).content.decode()
    assert TimeEntry.objects.get().worked_minutes == 90
    assert member.post(undo, headers=HTMX).status_code == 409


def test_a_conflict_brings_both_values(save: Any, cast: Cast) -> None:
    version = version_in(save("1").content.decode())
    save("3", version)
    answer = save("2", version)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Yours: <strong>2</strong>" in html
    assert "in another window: <strong>3.00</strong>" in html
    assert "data-keep-mine" in html
    assert "data-theirs" in html
    assert save("2", version_in(html.split("data-theirs>")[1])).status_code == 200


def test_wrong_input_is_answered_beside_the_cell_with_what_was_typed(save: Any) -> None:
    answer = save("25:00")
    assert answer.status_code == 422
    assert "&quot;25:00&quot; is more than a day" in answer.content.decode()
    assert "Restore" in answer.content.decode()


@pytest.mark.parametrize("state", ["SUBMITTED", "APPROVED"])
def test_a_line_that_was_submitted_meanwhile_shows_what_is_saved(save: Any, state: str) -> None:
    version = version_in(save("1").content.decode())
    TimeEntry.objects.update(state=state)
    answer = save("2", version)
    assert answer.status_code == 422
    assert "data-theirs" in answer.content.decode()


def test_a_locked_day_is_refused_in_words(save: Any, today: date) -> None:
    TimeRules.objects.update(locked_through=today)
    answer = save("1")
    assert answer.status_code == 422
    assert "is locked" in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {"row": "x", "text": "1", "version": "0"},
        {"row": "999999-0", "text": "1", "version": "0"},
        {"row": "999999999999999999999-0", "text": "1", "version": "0"},
        {"row": "1-0", "text": "1", "version": "zero"},
        {},
    ],
)
def test_damaged_requests_are_422_and_store_nothing(member: Web, today: date, body: dict[str, str]) -> None:
    answer = member.post(reverse("timesheets:week-cell", args=[today]), body, headers=HTMX)
    assert answer.status_code == 422
    assert not TimeEntry.objects.exists()


def test_whoever_is_signed_out_is_sent_to_sign_in(web: Any, save: Any) -> None:
    assert save("1", browser=web()).status_code == 302
    assert not TimeEntry.objects.exists()


def test_other_peoples_weeks_need_the_right(web: Any, save: Any, cast: Cast) -> None:
    of_member = f"?for={cast.member.staff_member.pk}"
    finance = web(cast.finance)
    assert finance.get(f"/time/{of_member}").status_code == 403
    assert save("1", browser=finance, query=of_member).status_code == 403
    assert not TimeEntry.objects.exists()
    cast.finance.roles.add(Role.objects.create(name="Clerk", rights=["timesheets.record_for_others"]))
    assert "This is the time of Priya Raman" in finance.get(f"/time/{of_member}").content.decode()
    assert save("1", browser=finance, query=of_member).status_code == 200
    entry = TimeEntry.objects.get()
    assert (entry.staff, entry.recorded_by_name) == (cast.member.staff_member, cast.finance.name)


def test_a_person_without_a_staff_member_sees_no_week(web: Any, cast: Cast) -> None:
    contact = add_person("Alma Reyes", "alma@larkspur.example", "Staff")
    contact.staff_member.delete()
    contact.refresh_from_db()
    assert web(contact).get("/time/").status_code == 403


def test_a_text_is_never_markup(save: Any, cast: Cast) -> None:
    cast.project.name = "<script>alert(1)</script>"
    cast.project.save()
    assert "<script>alert" not in save("<b>1</b>").content.decode()
    assert "<script>alert" not in save("1").content.decode()


def test_a_page_and_a_save_cost_a_constant_number_of_statements(
    member: Web, save: Any, cast: Cast, today: date, django_assert_max_num_queries: Any
) -> None:
    for days in range(7):
        add_time(cast, minutes=30, on=today - timedelta(days=days + 7))
    member.get("/time/")
    # Sign-in, roles, staff and firm of the request are 5; the read model is at most 10.
    with django_assert_max_num_queries(16):
        member.get("/time/")
    with django_assert_max_num_queries(23):
        assert save("1").status_code == 200

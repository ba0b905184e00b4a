"""Time off: own page, the dialogs, the story of a balance."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Web
from django.urls import reverse

from approvals.models import Delegation
from core import clock
from people.models import StaffMember
from staffing.leave_list import own_leave
from staffing.leave_years import leave_year
from staffing.models import LeaveRequest
from staffing.requesting import cancel_leave
from tests.cast import NOW, TODAY, Cast, add_person
from tests.staffing.deciding import approve, give_back
from tests.staffing.leave import FRIDAY, MONDAY, TUESDAY, ask, kind

HTMX = {"HX-Request": "true"}


def monday(weeks: int = 4) -> date:
    """A Monday ahead of the real clock, which views look at."""
    today = clock.today()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def wish(**more: Any) -> dict[str, Any]:
    told = {
        "leave_type": kind().pk,
        "starts_on": monday().isoformat(),
        "first_part": "WHOLE",
        "last_part": "WHOLE",
    }
    return told | more


@pytest.fixture
def mine(cast: Cast, web: Callable[..., Web]) -> Web:
    return web(cast.member)


def test_an_empty_year_says_what_to_do(mine: Web) -> None:
    page = mine.get(reverse("staffing:leave")).content.decode()
    assert "No time off in" in page
    assert "Vacation left" in page
    assert "Request time off" in page
    # Nobody who decides on nothing is shown what waits.
    assert reverse("staffing:leave-requests") not in page


def test_leave_is_asked_for_in_a_dialog(cast: Cast, mine: Web) -> None:
    assert "Request time off" in mine.get(reverse("staffing:leave-new"), headers=HTMX).content.decode()
    answer = mine.post(
        reverse("staffing:leave-new"),
        wish(ends_on=(monday() + timedelta(days=4)).isoformat(), last_part="MORNING", note="Skiing"),
        headers=HTMX,
    )
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    made = LeaveRequest.objects.get()
    assert (made.staff, made.ends_on, made.ends_at_noon) == (
        cast.member.staff_member,
        monday() + timedelta(days=4),
        True,
    )
    page = mine.get(reverse("staffing:leave"), {"year": monday().year}).content.decode()
    assert "Waits for Dana Ruiz" in page
    assert "Skiing" in page


@pytest.mark.parametrize(
    ("parts", "noons"),
    [
        ({"first_part": "MORNING"}, (False, True)),
        ({"first_part": "AFTERNOON"}, (True, False)),
        ({"last_part": "MORNING"}, (False, True)),
        ({}, (False, False)),
    ],
)
def test_one_day_is_whole_or_half(mine: Web, parts: dict[str, str], noons: tuple[bool, bool]) -> None:
    assert mine.post(reverse("staffing:leave-new"), wish(**parts)).status_code == 204
    made = LeaveRequest.objects.get()
    assert (made.starts_on, made.ends_on) == (monday(), monday())
    assert (made.starts_at_noon, made.ends_at_noon) == noons


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"starts_on": ""}, "This field is required"),
        ({"starts_on": "never"}, "Enter a valid date"),
        ({"leave_type": "999"}, "Select a valid choice"),
        ({"ends_on": "2020-01-01"}, "before the first"),
        (
            {"ends_on": (date.today() + timedelta(days=60)).isoformat(), "first_part": "MORNING"},
            "only the last",
        ),
        ({"starts_on": (monday() + timedelta(days=5)).isoformat()}, "nothing to work"),
    ],
)
def test_what_cannot_be_asked_for_is_said_in_the_dialog(mine: Web, more: dict[str, str], words: str) -> None:
    answer = mine.post(reverse("staffing:leave-new"), wish(**more), headers=HTMX)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not LeaveRequest.objects.exists()


def test_the_preview_says_what_it_takes_leaves_and_who_decides(cast: Cast, mine: Web) -> None:
    StaffMember.objects.update(starts_on=date(monday().year, 1, 1))  # Nothing is carried over.
    other = add_person("Emi Tanaka", "emi@hm.example", "Staff", manager=cast.manager.staff_member)
    ask(other, monday(), monday() + timedelta(days=2))
    page = mine.get(
        reverse("staffing:leave-preview"),
        wish(ends_on=(monday() + timedelta(days=1)).isoformat()),
        headers=HTMX,
    ).content.decode()
    assert "2 days" in page
    assert "18 days" in page
    assert "Emi Tanaka (asked)" in page
    assert "Dana Ruiz" in page
    assert "left then" not in mine.get(reverse("staffing:leave-preview"), {}, headers=HTMX).content.decode()
    free = wish(starts_on=(monday() + timedelta(days=5)).isoformat())
    assert "no leave is needed" in mine.get(reverse("staffing:leave-preview"), free).content.decode()


def test_change_withdraw_and_cancel(cast: Cast, mine: Web) -> None:
    request = ask(cast.member, monday(), monday() + timedelta(days=4))
    address = reverse("staffing:leave-change", args=[request.pk])
    assert "Change the request" in mine.get(address).content.decode()
    shorter = wish(version=request.version, ends_on=(monday() + timedelta(days=1)).isoformat())
    assert mine.post(address, shorter).status_code == 204
    assert mine.post(address, shorter).status_code == 422  # somebody has changed it since
    approve(cast.manager, request)
    cancel = reverse("staffing:leave-cancel", args=[request.pk])
    assert "Cancel vacation of" in mine.get(cancel).content.decode()
    assert mine.post(cancel, {"note": ""}).status_code == 204
    wish_to_cancel = LeaveRequest.objects.get(kind="CANCELLATION")
    assert mine.post(reverse("staffing:leave-withdraw", args=[wish_to_cancel.pk])).status_code == 204
    assert LeaveRequest.objects.get(pk=request.pk).is_in_force


def test_others_requests_are_not_there(cast: Cast, web: Callable[..., Web]) -> None:
    request = ask(cast.member)
    stranger = web(cast.finance)
    for name in ("leave-change", "leave-withdraw", "leave-cancel"):
        assert stranger.post(reverse(f"staffing:{name}", args=[request.pk])).status_code == 404
    # The manager reads it, and still does not act in the person's name.
    manager = web(cast.manager)
    assert manager.post(reverse("staffing:leave-withdraw", args=[request.pk])).status_code == 403


def test_whoever_manages_leave_asks_for_others(cast: Cast, web: Callable[..., Web]) -> None:
    owner, staff = web(cast.owner), cast.member.staff_member
    assert owner.post(reverse("staffing:leave-new"), wish(staff=staff.pk)).status_code == 204
    assert LeaveRequest.objects.get().staff == staff
    page = owner.get(reverse("staffing:leave"), {"staff": staff.pk}).content.decode()
    assert "<h1>Priya Raman</h1>" in page


def test_approvals_are_handed_over_while_away(cast: Cast, web: Callable[..., Web]) -> None:
    manager = web(cast.manager)
    assert "your approvals go to" in manager.get(reverse("staffing:leave-new")).content.decode()
    assert "your approvals go to" not in web(cast.member).get(reverse("staffing:leave-new")).content.decode()
    told = wish(delegate_to=cast.owner.staff_member.pk)
    assert manager.post(reverse("staffing:leave-new"), told).status_code == 204
    assert Delegation.objects.get().delegate == cast.owner.staff_member


def test_the_story_of_a_balance_adds_up(cast: Cast, mine: Web) -> None:
    approve(cast.manager, ask(cast.member, monday(), monday() + timedelta(days=4)))
    address = reverse("staffing:balance", args=[kind().pk])
    page = mine.get(address, {"year": monday().year}).content.decode()
    assert "Granted" in page
    assert "−8.00" in page
    assert mine.get(address, {"year": "never"}).status_code == 404
    assert mine.get(address, {"staff": cast.owner.staff_member.pk}).status_code == 404
    assert mine.get(address, {"staff": "x"}).status_code == 404


def test_the_list_of_a_year_costs_the_same_however_long(cast: Cast, django_assert_num_queries: Any) -> None:
    year = leave_year(TODAY, 1)
    ask(cast.member, MONDAY)
    with django_assert_num_queries(5):
        assert len(own_leave(cast.member.staff_member, year, cast.member, TODAY)) == 1
    for week in range(1, 8):
        ask(cast.member, date(2026, 2, 2) + timedelta(weeks=week))
    with django_assert_num_queries(5):
        assert len(own_leave(cast.member.staff_member, year, cast.member, TODAY)) == 8


def test_a_list_shows_what_can_be_done(cast: Cast) -> None:
    staff, year = cast.member.staff_member, leave_year(TODAY, 1)
    waiting, returned, approved = (
        ask(cast.member, MONDAY),
        ask(cast.member, TUESDAY),
        ask(cast.member, FRIDAY),
    )
    give_back(cast.manager, returned, "The bid is due")
    approve(cast.manager, approved)
    lines = {line.request.pk: line for line in own_leave(staff, year, cast.member, TODAY)}
    assert (lines[waiting.pk].can_change, lines[waiting.pk].can_withdraw, lines[waiting.pk].can_cancel) == (
        True,
        True,
        False,
    )
    why = lines[returned.pk].returned
    assert why is not None
    assert (why.reason, why.by_name) == ("The bid is due", "Dana Ruiz")
    assert (lines[approved.pk].can_change, lines[approved.pk].can_cancel) == (True, True)
    approved.refresh_from_db()
    cancel_leave(request=approved, by=cast.member, on=TODAY, at=NOW)
    lines = {line.request.pk: line for line in own_leave(staff, year, cast.member, TODAY)}
    assert (lines[approved.pk].can_change, lines[approved.pk].can_cancel) == (False, False)


def test_a_kind_that_only_managers_of_leave_know_is_leave_to_others(
    cast: Cast, web: Callable[..., Web]
) -> None:
    kind("Sick leave", needs_approval=True)
    request = ask(cast.member, MONDAY, of="Sick leave", note="Hospital")
    staff = {"staff": cast.member.staff_member.pk, "year": MONDAY.year}
    manager, owner = web(cast.manager), web(cast.owner)
    for path, told in ((reverse("staffing:leave-requests"), {}), (reverse("staffing:leave"), staff)):
        seen, all_seen = manager.get(path, told).content.decode(), owner.get(path, told).content.decode()
        assert "Hospital" not in seen
        assert "Sick leave" not in seen
        assert "Hospital" in all_seen
    story = reverse("staffing:balance", args=[request.leave_type_id])
    assert manager.get(story, staff).status_code == 404
    assert web(cast.member).get(story).status_code == 200
    assert (
        "sick"
        not in manager.get(reverse("staffing:leave-return", args=[request.pk])).content.decode().lower()
    )

"""Who is away, everybody's balances, kinds of leave."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client as Web
from django.urls import reverse

from people.models import Department, Holiday
from staffing.models import LeaveAdjustment, LeaveType
from tests.cast import Cast
from tests.staffing.deciding import approve
from tests.staffing.leave import FRIDAY, MONDAY, ask, kind


def test_a_month_shows_who_is_away_and_no_more(cast: Cast, web: Callable[..., Web]) -> None:
    Holiday.objects.create(name="Christmas Day", on=date(2026, 12, 25))
    approve(cast.manager, ask(cast.member, MONDAY, FRIDAY))
    month = {"month": "2026-12"}
    address = reverse("staffing:absences")
    seen = web(cast.manager).get(address, month).content.decode()
    assert "Tue 1 Dec: Vacation" in seen
    assert "Fri 25 Dec: Christmas Day" in seen
    # A colleague sees that somebody is away, not why.
    colleague = web(cast.finance).get(address, month).content.decode()
    assert "Tue 1 Dec: Away" in colleague
    assert "Vacation" not in colleague
    kind(seen_by="EVERYBODY")
    assert "Tue 1 Dec: Vacation" in web(cast.finance).get(address, month).content.decode()


def test_months_and_departments_are_chosen(cast: Cast, web: Callable[..., Web]) -> None:
    browser, address = web(cast.member), reverse("staffing:absences")
    empty = Department.objects.create(name="Survey")
    assert "Nobody is in this department" in browser.get(address, {"department": empty.pk}).content.decode()
    for wrong in ("2026-13", "x", "0001-01", "9999-12"):
        assert browser.get(address, {"month": wrong}).status_code == 404


def test_balances_of_the_team(cast: Cast, web: Callable[..., Web]) -> None:
    approve(cast.manager, ask(cast.member, MONDAY, FRIDAY))
    address = reverse("staffing:balances")
    mine = web(cast.manager).get(address, {"on": "2026-12-31"}).content.decode()
    assert "Priya Raman" in mine
    assert "Kemi Ogundipe" not in mine
    assert "Kemi Ogundipe" in web(cast.owner).get(address).content.decode()
    assert web(cast.member).get(address).status_code == 403
    assert web(cast.owner).get(address, {"on": "2026-02-30"}).status_code == 404


def test_a_balance_is_corrected(cast: Cast, web: Callable[..., Web]) -> None:
    owner = web(cast.owner)
    address = reverse("staffing:adjust", args=[cast.member.staff_member.pk])
    assert "Correct the balance of Priya Raman" in owner.get(address).content.decode()
    told = {
        "leave_type": kind().pk,
        "direction": "take",
        "hours": "37:30",
        "on": "2026-03-01",
        "reason": "Left early",
    }
    assert owner.post(address, told | {"hours": "1:75"}).status_code == 422
    assert owner.post(address, told | {"on": "2025-03-01"}).status_code == 422
    assert owner.post(address, told).status_code == 204
    assert LeaveAdjustment.objects.get().minutes == -2250
    assert web(cast.manager).post(address, told).status_code == 403


@pytest.fixture
def rules() -> dict[str, object]:
    return {
        "name": "Study leave",
        "color": "OK",
        "accrual": "YEARLY",
        "allowance": "2.5",
        "allowance_unit": "DAYS",
        "counts_from": "2026-01-01",
        "year_begins_month": "4",
        "carry_limit": "8",
        "carry_months": "3",
        "seen_by": "EVERYBODY",
        "is_active": "on",
    }


def test_a_kind_of_leave_is_added_and_changed(
    cast: Cast, web: Callable[..., Web], rules: dict[str, object]
) -> None:
    owner = web(cast.owner)
    assert "Vacation" in owner.get(reverse("staffing:leave-types")).content.decode()
    assert owner.get(reverse("staffing:leave-type-new")).status_code == 200
    assert owner.post(reverse("staffing:leave-type-new"), rules).status_code == 302
    made = LeaveType.objects.get(name="Study leave")
    assert (made.allowance_days, made.carry_limit_minutes, made.year_begins_month) == (2.5, 480, 4)
    assert (made.is_paid, made.needs_approval) == (False, False)
    address = reverse("staffing:leave-type", args=[made.pk])
    assert 'value="2.5"' in owner.get(address).content.decode()
    in_hours = rules | {"allowance_unit": "MINUTES", "allowance": "40", "carry_limit": ""}
    assert owner.post(address, in_hours).status_code == 302
    made.refresh_from_db()
    assert (made.allowance_minutes, made.allowance_days, made.carry_limit_minutes) == (2400, 0, None)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"allowance": ""}, "Say how much a year brings"),
        ({"allowance": "many"}, "Enter a number"),
        ({"name": "Vacation"}, "of this name already"),
        ({"carry_limit": "-1"}, "Type hours"),
        ({"carry_months": "13"}, "less than or equal to 12"),
    ],
)
def test_rules_that_make_no_sense_are_refused(
    cast: Cast, web: Callable[..., Web], rules: dict[str, object], more: dict[str, str], words: str
) -> None:
    answer = web(cast.owner).post(reverse("staffing:leave-type-new"), rules | more)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_settings_of_leave_take_the_right(cast: Cast, web: Callable[..., Web]) -> None:
    for name in ("leave-types", "leave-type-new"):
        assert web(cast.manager).get(reverse(f"staffing:{name}")).status_code == 403

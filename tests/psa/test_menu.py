"""The menu marks where a page belongs, wherever its address lies."""

import pytest
from django.urls import reverse

from psa.menu import menu_for
from tests.cast import Cast


def current(cast: Cast, path: str) -> list[str]:
    return [item.label for group in menu_for(cast.owner, path) for item in group.items if item.is_current]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("timesheets:week", "Timesheet"),
        ("timesheets:approvals", "Approvals"),
        ("timesheets:rules", "Settings"),
        ("timesheets:reminders", "Settings"),
        ("timesheets:expense-codes", "Settings"),
        ("timesheets:expenses", "Expenses"),
        ("staffing:leave", "Time off"),
        ("staffing:leave-types", "Settings"),
        ("reports:policies", "Settings"),
        ("people:people", "People"),
        ("people:firm", "Settings"),
    ],
)
def test_one_item_is_current(cast: Cast, name: str, label: str) -> None:
    assert current(cast, reverse(name)) == [label]


def test_the_contract_of_a_project_is_under_projects(cast: Cast) -> None:
    assert current(cast, reverse("billing:contract", args=[cast.project.pk])) == ["Projects"]


def test_the_own_profile_is_nobodys_item(cast: Cast) -> None:
    assert current(cast, reverse("people:profile")) == []

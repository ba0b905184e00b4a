"""Every view of a firm's host carries a guard, and rights are what the rooms say they are."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from people.models import Role
from people.rights import catalogue, grouped
from psa.rights import ALL_RIGHTS

ROOMS = (
    "people",
    "approvals",
    "clients",
    "projects",
    "staffing",
    "timesheets",
    "billing",
    "ledger",
    "integrations",
)


def views_of(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from views_of(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def test_every_view_is_guarded() -> None:
    views = list(views_of(get_resolver("psa.urls_firm")))
    assert len(views) > 50
    bare = [path for path, view in views if not getattr(view, "guard", None)]
    assert not bare, f"Add a guard of people.guards to the views of {bare}"


def test_only_marked_exceptions_need_no_sign_in() -> None:
    for path, view in views_of(get_resolver("psa.urls_firm")):
        guard = view.guard
        is_open = not getattr(view, "login_required", True)
        assert is_open == (isinstance(guard, str) and guard.startswith("open: ")), path


def test_rights_are_named_once_and_labelled() -> None:
    names = [right.name for right in ALL_RIGHTS]
    assert len(names) == len(set(names))
    assert catalogue() == ALL_RIGHTS
    for right in ALL_RIGHTS:
        room, _, rest = right.name.partition(".")
        assert room in ROOMS
        assert rest
        # The label completes "May …".
        assert right.label
        assert right.label[0].islower()
        assert not right.label.endswith(".")
        assert right.group
    assert [right for _, rights in grouped() for right in rights] != []


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_lists_its_constants(room: str) -> None:
    access = import_module(f"{room}.access")
    constants = {
        value
        for name, value in vars(access).items()
        if name.isupper() and isinstance(value, str) and value.startswith(f"{room}.")
    }
    assert constants == {right.name for right in access.RIGHTS}


def test_built_in_roles_hold_real_rights(firm: object) -> None:
    names = {right.name for right in ALL_RIGHTS}
    roles = {role.name: set(role.rights) for role in Role.objects.filter(is_builtin=True)}
    assert set(roles) == {"Owner", "Administrator", "Finance", "Manager", "Staff"}
    for name, rights in roles.items():
        assert rights <= names, name
    assert roles["Owner"] == names
    assert roles["Staff"] == set()

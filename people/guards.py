"""Guards of views. Every view of a firm's host carries exactly one; a test walks all URLs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from people.access import has_right
from people.models import User

# A view of a page, or a route of the API, which answers a row.
View = Callable[..., Any]


def _person(request: HttpRequest) -> User:
    """Whoever is signed in; the middleware before the guards turns everybody else away."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def guarded(*rights: str) -> Callable[[View], View]:
    """Lets in signed-in people who hold at least one of the rights; others get the page *no access*."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            person = _person(request)
            if not any(has_right(person, right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded_view.guard = rights  # type: ignore[attr-defined]
        return guarded_view

    return decorate


def staff_only(view: View) -> View:
    """Lets in any signed-in staff member; a user without a staff member sees no staff page."""

    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if _person(request).staff_member is None:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded_view.guard = "staff"  # type: ignore[attr-defined]
    return guarded_view


def signed_in(view: View) -> View:
    """Lets in anybody who is signed in."""
    view.guard = "signed in"  # type: ignore[attr-defined]
    return view


def open_page(why: str) -> Callable[[View], View]:
    """Marks the exception: a page that needs no sign-in, and why that is safe."""

    def decorate(view: View) -> View:
        opened = login_not_required(view)
        opened.guard = f"open: {why}"  # type: ignore[attr-defined]
        return opened

    return decorate

"""Guards of views. Every view of a firm's host carries exactly one; a test walks all URLs."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from people.access import has_right
from people.account_forms import PasskeyConfirmForm
from people.confirming import NotConfirmed
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


def before_second_factor(view: View) -> View:
    """Marks what a person needs to set up the second factor that a role asks for, and to leave instead."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def open_page(why: str) -> Callable[[View], View]:
    """Marks the exception: a page that needs no sign-in, and why that is safe."""

    def decorate(view: View) -> View:
        opened = login_not_required(view)
        opened.guard = f"open: {why}"  # type: ignore[attr-defined]
        return opened

    return decorate


# How long a confirmation lasts for changes of one's own sign-in.
CONFIRMED_MINUTES = 10


def is_confirmed(request: HttpRequest, *, minutes: int) -> bool:
    """Whether the person has proved within so many minutes that it is they who sit there: by password, code of the
    authenticator app or passkey, after signing in. The session remembers it; 0 minutes is never."""
    proofs = [row for row in get_authentication_records(request, request.user) if row.get("reauthenticated")]
    return bool(proofs) and time.time() - proofs[-1]["at"] < minutes * 60


def note_confirmed(request: HttpRequest, method: str) -> None:
    """Remembers that the person has just proved it. `method` is "password" or "app"; passkeys note it themselves."""
    record_authentication(request, request.user, method=method, reauthenticated=True)


def signed_by_passkey(request: HttpRequest) -> bool:
    """Whether the form that was posted carries the answer of a passkey of the person (field `credential`).

    The question comes from the page people:passkey-question; it is good once. False without an answer; raises
    NotConfirmed (field credential) for one that does not match.
    """
    answer = request.POST.get("credential", "")
    if not answer:
        return False
    form = PasskeyConfirmForm({"credential": answer}, user=_person(request))
    if not form.is_valid():
        raise NotConfirmed(
            "The passkey was not accepted. Try again, or use your password.", field="credential"
        )
    form.save()
    return True


def ask_to_confirm(request: HttpRequest, back: str = "") -> HttpResponse:
    """Leads to the page that asks for a proof, and from there back."""
    query = urlencode({"next": back or request.get_full_path()})
    return redirect(f"{reverse('people:confirm')}?{query}")


def confirmed(view: View) -> View:
    """Lets in whoever is signed in and has confirmed it lately; leads others to the page that asks for it."""

    @wraps(view)
    def guarded_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not is_confirmed(request, minutes=CONFIRMED_MINUTES):
            return ask_to_confirm(request)
        return view(request, *args, **kwargs)

    guarded_view.guard = "signed in, confirmed"  # type: ignore[attr-defined]
    return guarded_view

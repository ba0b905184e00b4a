"""Whoever needs a second factor and has none sets one up before anything else."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from people.models import User
from people.second_factors import is_missing

# In the session since sign-in, so that no page asks the database for it.
MISSING = "people.second_factor_missing"


def note_missing_factor(sender: object, request: HttpRequest, user: User, **_: Any) -> None:
    """Receiver of Django's user_logged_in."""
    if is_missing(user):
        request.session[MISSING] = True


def forget_missing_factor(request: HttpRequest) -> None:
    """The person has set one up."""
    request.session.pop(MISSING, None)


class SecondFactorMiddleware:
    """Leads to the page *Sign-in and security* from every other page that needs a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or getattr(view, "before_second_factor", False):
            return None
        session = getattr(request, "session", None)
        if session is None or not session.get(MISSING):
            return None
        security = reverse("people:security")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": security})
        return redirect(security)

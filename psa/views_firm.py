"""The hand-over: the one page of a firm's host that the root host sends people to."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core.hosts import schema
from core.pages import page
from people.guards import open_page
from psa.founding import HandOverIsSpent, take_hand_over


@open_page("a signed ticket of sign-up, good once within 60 seconds, signs its owner in")
@never_cache
@require_GET
def hand_over(request: HttpRequest, ticket: str) -> HttpResponse:
    """Signs the owner in, once. Not for HEAD: whoever looks at links first must not use it up."""
    try:
        owner = take_hand_over(ticket=ticket, schema=schema())
    except HandOverIsSpent as refusal:
        context = {"message": refusal.message}
        return page(request, "root/hand_over_spent.html", context, status=refusal.status)
    login(request, owner, backend="people.allauth_adapter.SignIn")
    return redirect("reports:home")

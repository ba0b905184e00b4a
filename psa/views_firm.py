"""The hand-over: the one page of a firm's host that the root host sends people to."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.errors import Refusal
from core.hosts import schema
from people.guards import open_page
from psa.founding import take_hand_over


@open_page("a signed ticket of sign-up, good once within 60 seconds, signs its owner in")
def hand_over(request: HttpRequest, ticket: str) -> HttpResponse:
    try:
        owner = take_hand_over(ticket=ticket, schema=schema())
    except Refusal as refusal:
        return render(request, "root/hand_over_spent.html", {"message": refusal.message}, status=410)
    login(request, owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("reports:home")

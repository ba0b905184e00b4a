"""Connections: what the firm is connected with, and how it is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.errors import Refusal
from core.hosts import firm_url
from core.pages import page
from integrations.access import MANAGE_CONNECTIONS
from integrations.models import Connection
from integrations.quickbooks.tokens import PROVIDER as QUICKBOOKS
from integrations.stripe.client import PROVIDER, is_set_up
from integrations.stripe.connecting import refresh_account, start_connecting
from people.guards import guarded
from people.models import LegalEntity


@guarded(MANAGE_CONNECTIONS)
@require_GET
def connections(request: HttpRequest) -> HttpResponse:
    context = {
        "stripe": Connection.objects.filter(provider=PROVIDER).first(),
        "quickbooks": Connection.objects.filter(provider=QUICKBOOKS).first(),
        "health": Connection.Health,
        "is_set_up": is_set_up(),
    }
    return page(request, "integrations/connections.html", context)


@guarded(MANAGE_CONNECTIONS)
@require_POST
def start_stripe(request: HttpRequest) -> HttpResponse:
    """Answers with a page that moves on: a form's redirect must not leave the host."""
    entity = LegalEntity.objects.get(is_default=True)
    url = start_connecting(
        firm_name=entity.name,
        email=entity.email,
        return_url=firm_url(reverse("integrations:stripe-back")),
        refresh_url=firm_url(reverse("integrations:connections")),
        by=request.user,
        at=clock.now(),
    )
    return page(request, "core/leaving.html", {"url": url, "to": "Stripe"})


@guarded(MANAGE_CONNECTIONS)
@require_GET
def stripe_back(request: HttpRequest) -> HttpResponse:
    """Where Stripe sends people back to: asks how the account is. Safe to repeat."""
    try:
        refresh_account(at=clock.now())
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("integrations:connections")


@guarded(MANAGE_CONNECTIONS)
@require_POST
def refresh_stripe(request: HttpRequest) -> HttpResponse:
    refresh_account(at=clock.now())
    return redirect("integrations:connections")
